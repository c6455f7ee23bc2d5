"""People for these tests, each made by the actions that make them in a city."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
from sqlalchemy import select

from admission.ground import clock, crypto
from admission.ground.db import db, writing
from admission.ground.mail import Mail, values_of
from admission.log.models import Entry
from admission.people import actions, entering
from admission.people.models import Account
from admission.people.passwords import HASHER
from admission.people.roles import Role

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
NETWORK = "192.0.2.7"
DEVICE = "Firefox, Linux"
PASSWORD = "korrekte Pferde stapeln Batterien"
PASSWORD_HASH = HASHER.hash(PASSWORD)


def applicant(address="kontakt@kupferdrache.example") -> UUID:
    writing()
    account = entering.make_account(address, language="de", roles=(Role.APPLICANT,))
    db.session.commit()
    return account


def member_of_staff(name="Jorinde Falk", *roles: Role, until=None) -> UUID:
    """Invited by the operator and joined, with password and factor."""
    address = name.split()[0].lower() + "@musterfeld.example"
    writing()
    invited = actions.invite(address, name, roles or (Role.CASEWORKER,), by=None, until=until)
    code = code_of(invitation_factor(invited.id))
    joined = actions.accept_invitation(invited.token, name, device=DEVICE, password_hash=PASSWORD_HASH, code=code)
    db.session.commit()
    assert joined is not None
    return joined.account


def invitation_factor(id: UUID) -> str:
    row = db.session.get_one(actions.Invitation, id)
    return crypto.unseal_text(row.factor, f"invitation/factor/{id}")


def code_of(factor: str, later: timedelta = timedelta(0)) -> str:
    return pyotp.TOTP(factor).at(clock.now() + later)


def app_code(account: UUID, later: timedelta = timedelta(0)) -> str:
    """What the account's authenticator app shows now, or later."""
    sealed = db.session.scalar(select(Account.factor).where(Account.id == account))
    return code_of(crypto.unseal_text(sealed, f"account/factor/{account}"), later)


def asks(address="kontakt@kupferdrache.example", **more) -> str:
    """Somebody asks for a mail; gives what the browser keeps."""
    writing()
    asked = entering.ask_for_sign_in(address, **({"network": NETWORK, "language": "de"} | more))
    db.session.commit()
    return asked.browser


def last_mail() -> tuple[Mail, dict]:
    mail = db.session.scalars(select(Mail).order_by(Mail.queued_at.desc(), Mail.id.desc())).first()
    newest = [m for m in db.session.scalars(select(Mail)) if m.queued_at == mail.queued_at]
    return newest[-1], values_of(newest[-1])


def mail_of(browser: str) -> dict:
    """The values of the mail that this browser asked for."""
    from_row = entering.SignIn.browser_hash == entering.digests.of_secret(browser)
    row = db.session.scalar(select(entering.SignIn).where(from_row))
    return values_of(db.session.scalar(select(Mail).where(Mail.key == f"sign_in:{row.id}")))


def link_token(values: dict) -> str:
    return values["path"].partition("?t=")[2]


def entries() -> list[str]:
    return list(db.session.scalars(select(Entry.body).order_by(Entry.idx)))
