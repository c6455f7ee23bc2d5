"""Coming in: by a mailed code or link, or by password and second factor.

Every function here runs in a write transaction that the view commits whether the person comes in or not: a wrong try
counts. A password itself is compared between two transactions (`passwords.fits`), never inside one.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from admission.ground import clock, crypto, mail
from admission.ground.db import db
from admission.ground.errors import Reason, Refused
from admission.ground.ids import new_id, secret
from admission.people import digests, limits, rules, sessions
from admission.people.accounts import locked
from admission.people.factors import ask_for_reset, proves
from admission.people.models import (
    Account,
    Invitation,
    KnownDevice,
    RoleGrant,
    SignIn,
    SignInAttempt,
    UserSession,
)
from admission.people.queries import account_at, knows_device, roles_of
from admission.people.roles import Role

NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Entered:
    """A person came in: the new session's token, where she wanted to go, and whether her account is new."""

    account: UUID
    token: str
    next_path: str | None
    first: bool = False


@dataclass(frozen=True)
class Asked:
    """A mail was asked for: what the asking browser keeps, and until when the code is good."""

    browser: str
    minutes: int


def ask_for_sign_in(
    address: str, *, network: str, language: str, next_path: str | None = None, device: str | None = None
) -> Asked:
    """Queue a mail to the address, whoever it belongs to; only its text differs. Raises `TooMany`.

    `address` as `rules.address` gives it; `network`: the asking network address; `device`: token of a known browser,
    whose owner strangers cannot lock out by asking too often.
    """
    known = device is not None and knows_device(address, device)
    limits.count({"mail": ("device", device) if known else address, "mail_network": network})
    account = db.session.scalar(select(Account).where(Account.address == address))
    browser, link, code, now = secret(), secret(), f"{secrets.randbelow(10**6):06}", clock.now()
    row = SignIn(
        id=new_id(),
        kind="mail",
        browser_hash=digests.of_secret(browser),
        account_id=account.id if account else None,
        address=crypto.seal_text(address, "sign_in/address"),
        address_hash=_address_hash(address),
        language=account.language if account else language,
        next_path=next_path,
        made_at=now,
        expires_at=now + rules.CODE_LIFE,
    )
    door = _door(account)
    values = {"kind": door}
    opens = digests.of_secret(link), digests.keyed("code", row.id, code)  # for every address, so that all take as long
    if door in ("code", "first"):
        row.link_hash, row.code_hash = opens
        values |= {"code": code, "path": f"/anmelden/link?t={link}"}
    db.session.add(row)
    db.session.flush()
    mail.queue(
        db.session(),
        "sign_in",
        key=f"sign_in:{row.id}",
        to=account.id if account and door != "closed" else None,
        address=None if account and door != "closed" else address,
        language=row.language,
        values=values,
        expires_at=row.expires_at,
    )
    return Asked(browser, int(rules.CODE_LIFE / timedelta(minutes=1)))


def redeem_code(browser: str, code: str, *, device: str) -> Entered | None:
    """Come in by the six digits, in the browser that asked. None: wrong, used, too old, or five tries are over."""
    row = _open(SignIn.browser_hash == digests.of_secret(browser), "mail")
    if row is None:
        return None
    row.tries += 1
    db.session.flush()
    right = digests.same(row.code_hash, digests.keyed("code", row.id, rules.digits(code)))
    return _enter(row, device) if right else None


def redeem_link(token: str, *, device: str) -> Entered | None:
    """Come in by the mailed link, in any browser. Only a POST calls this: scanners open links."""
    row = _open(SignIn.link_hash == digests.of_secret(token), "mail")
    return None if row is None else _enter(row, device)


def knock(address: str, *, network: str, device: str | None = None) -> list[UUID]:
    """Count a try at the office's door before the password is looked at. Raises `TooMany`; the view commits at once."""
    known = device is not None and knows_device(address, device)
    return limits.count({"password": ("device", device) if known else address, "password_network": network})


def password_was_right(account_id: UUID, knocks: list[UUID], *, next_path: str | None = None) -> str:
    """The first step is done: give the browser what it shows at the second. Raises `Refused` without a factor."""
    account = locked(account_id)
    limits.forgive(knocks)
    if account.factor is None or account.deactivated_at is not None:
        raise Refused([Reason("factor.missing")])
    browser, now = secret(), clock.now()
    db.session.add(
        SignIn(
            kind="factor",
            browser_hash=digests.of_secret(browser),
            account_id=account_id,
            address=crypto.seal_text(account.address, "sign_in/address"),
            address_hash=_address_hash(account.address),
            language=account.language,
            next_path=next_path,
            made_at=now,
            expires_at=now + rules.FACTOR_LIFE,
        )
    )
    db.session.flush()
    return browser


def second_step(browser: str, code: str, *, device: str) -> Entered | None:
    """Come in by the app's code or a recovery code. None: wrong, used, too old. Raises `TooMany` (5 in 5 minutes)."""
    row = _open(SignIn.browser_hash == digests.of_secret(browser), "factor")
    if row is None or row.account_id is None:
        return None
    knocks = limits.count({"factor": row.account_id})
    row.tries += 1
    account = locked(row.account_id)
    if not proves(account, code):
        db.session.flush()
        return None
    limits.forgive(knocks)
    row.used_at = clock.now()
    return Entered(account.id, sessions.open_session(account.id, device), row.next_path)


def report_lost_factor(browser: str) -> bool:
    """Whose password was right in this browser says that app and recovery codes are lost; a second person confirms it.

    So two people are enough: the one who lost it asks, the other confirms. False if the first step is too long ago.
    """
    row = _open(SignIn.browser_hash == digests.of_secret(browser), "factor")
    if row is None or row.account_id is None:
        return False
    row.used_at = clock.now()
    ask_for_reset(row.account_id, by=row.account_id)
    return True


def prove_again(account_id: UUID, session: UUID, code: str, knocks: list[UUID]) -> str | None:
    """A signed-in person proves herself anew (her password was right a moment ago): the session gets a new token.

    None if the code does not fit. Raises `TooMany` like the second step. `knocks`: those of the password.
    """
    knocks = [*knocks, *limits.count({"factor": account_id})]
    if not proves(locked(account_id), code):
        return None
    limits.forgive(knocks)
    return sessions.renew(session)


def make_account(address: str, *, language: str, name: str | None = None, roles: tuple[Role, ...] = ()) -> UUID:
    """Make an account with these roles, or give the one that was made for this address in the meantime."""
    account = Account(id=new_id(), address=address, language=language, name=name, made_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except IntegrityError:  # two browsers at once: the other one was first
        return db.session.execute(select(Account.id).where(Account.address == address)).scalar_one()
    db.session.add_all(RoleGrant(account_id=account.id, role=role.value, from_at=clock.now()) for role in roles)
    db.session.flush()
    return account.id


def forget_expired() -> None:
    """Drop what no longer opens, counts or proves anything (the worker's daily job)."""
    yesterday = clock.now() - timedelta(days=1)
    last_month = clock.now() - timedelta(days=30)
    db.session.execute(delete(SignIn).where(SignIn.expires_at < yesterday))
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < yesterday))
    db.session.execute(delete(KnownDevice).where(KnownDevice.expires_at < clock.now()))
    db.session.execute(delete(UserSession).where(UserSession.ends_at < last_month))
    db.session.execute(delete(Invitation).where(Invitation.expires_at < last_month, Invitation.accepted_at.is_(None)))


def _door(account: Account | None) -> str:
    """Which mail an address gets; its roles are looked up also where there are none, so that all take as long."""
    roles = roles_of(account.id if account else NOBODY)
    if account is None:
        return "first"
    return rules.way_in(
        roles,
        has_password=account.password_hash is not None,
        deactivated=account.deactivated_at is not None,
    )


def _open(which: ColumnElement[bool], kind: str) -> SignIn | None:
    """The sign-in if it is still open, locked together with all of this address, in the order of their ids.

    Coming in uses up the siblings too: two people at two of them would otherwise wait for each other.
    """
    found = db.session.execute(select(SignIn.id, SignIn.address_hash).where(which, SignIn.kind == kind)).one_or_none()
    if found is None:
        return None
    rows = db.session.scalars(
        select(SignIn)
        .where(SignIn.address_hash == found.address_hash, SignIn.kind == kind, SignIn.used_at.is_(None))
        .order_by(SignIn.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    row = next((row for row in rows if row.id == found.id), None)
    if row is None or row.tries >= rules.TRIES:
        return None
    return row if rules.alive(row.made_at, row.expires_at, clock.now()) else None


def _enter(row: SignIn, device: str) -> Entered | None:
    now = clock.now()
    address = crypto.unseal_text(row.address, "sign_in/address")
    row.used_at = now
    siblings = (SignIn.address_hash == row.address_hash, SignIn.kind == "mail", SignIn.used_at.is_(None))
    db.session.execute(update(SignIn).where(*siblings).values(used_at=now))
    known = account_at(address)
    account = locked(known or make_account(address, language=row.language, roles=(Role.APPLICANT,)))
    if _door(account) != "code":  # it was invited or deactivated while the mail was on its way
        return None
    return Entered(account.id, sessions.open_session(account.id, device), row.next_path, first=known is None)


def _address_hash(address: str) -> str:
    return digests.keyed("address", address)
