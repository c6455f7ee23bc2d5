"""The second factor: authenticator app (RFC 6238), recovery codes, and what happens when it is lost."""

import secrets
from dataclasses import dataclass
from uuid import UUID

import pyotp
from sqlalchemy import delete, select, update

from admission.ground import clock, crypto, mail
from admission.ground.db import db
from admission.ground.errors import NotFound, Reason, Refused
from admission.ground.ids import secret
from admission.people import digests, rules, sessions
from admission.people.accounts import locked, record
from admission.people.models import Account, FactorReset, RecoveryCode
from admission.people.queries import reset_is_open, roles_of

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters that nobody confuses: ten of them are 50 bits."""
STEP = 30
DRIFT = (0, -1, 1)
"""Steps of 30 seconds that are taken beside the present one: phones' clocks are off (a deviation from ASVS 6.5.5)."""


@dataclass(frozen=True)
class Joined:
    """A person has a factor now: the session that was opened and the codes that are shown this once."""

    account: UUID
    token: str
    recovery_codes: tuple[str, ...]


def new_factor() -> str:
    """A fresh secret for an authenticator app: 160 bits, base32."""
    return pyotp.random_base32()


def uri(factor: str, address: str, issuer: str) -> str:
    """What the square code holds."""
    return pyotp.TOTP(factor).provisioning_uri(name=address, issuer_name=issuer)


def step_of(factor: str, code: str) -> int | None:
    """The 30-second step that this code belongs to, now or one beside; None if it fits none."""
    typed = rules.digits(code)
    present = int(clock.now().timestamp()) // STEP
    totp = pyotp.TOTP(factor)
    fitting = [present + drift for drift in DRIFT if digests.same(totp.generate_otp(present + drift), typed)]
    return fitting[0] if fitting else None


def proves(account: Account, code: str) -> bool:
    """Whether the code is the app's or an unused recovery code; it is used up by this. The account is locked."""
    if account.factor is None or account.deactivated_at is not None:
        return False
    step = step_of(crypto.unseal_text(account.factor, f"account/factor/{account.id}"), code)
    if step is not None:
        if account.factor_step is not None and step <= account.factor_step:
            return False
        account.factor_step = step
        db.session.flush()
        return True
    return _use_recovery_code(account.id, code)


def begin_factor(account_id: UUID) -> str:
    """Put a new secret beside the one in use and give it to be shown; it counts once a code has confirmed it."""
    account = locked(account_id)
    fresh = new_factor()
    account.next_factor = crypto.seal_text(fresh, f"account/next_factor/{account.id}")
    db.session.flush()
    return fresh


def factor_begun(account_id: UUID) -> str | None:
    """The secret that waits for its first code."""
    sealed = db.session.scalar(select(Account.next_factor).where(Account.id == account_id))
    return None if sealed is None else crypto.unseal_text(sealed, f"account/next_factor/{account_id}")


def confirm_factor(account_id: UUID, code: str) -> tuple[str, ...] | None:
    """The new app shows the right code: it replaces the old one, all sessions end, recovery codes are new.

    None if the code does not fit. The view opens a session anew.
    """
    account = locked(account_id)
    fresh = factor_begun(account_id)
    step = step_of(fresh, code) if fresh else None
    if fresh is None or step is None:
        return None
    set_factor(account, fresh, step)
    sessions.end_sessions(account_id)
    codes = new_recovery_codes(account_id)
    record("factor_changed", by=account_id, role=_first_role(account_id), account=account_id)
    return codes


def set_factor(account: Account, factor: str, step: int) -> None:
    """Make this the account's factor; `step`: the one just used."""
    account.factor = crypto.seal_text(factor, f"account/factor/{account.id}")
    account.factor_step = step
    account.next_factor = None
    db.session.flush()


def new_recovery_codes(account_id: UUID) -> tuple[str, ...]:
    """Ten new codes in place of the old ones, to be shown once: `ABCDE-FGHJK`."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(rules.RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(account_id=account_id, code_hash=digests.keyed("recovery", account_id, code)) for code in codes
    )
    db.session.flush()
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def ask_for_reset(account_id: UUID, *, by: UUID | None, password_too: bool = False) -> UUID:
    """Say that this person's factor is lost. Nothing changes until somebody else confirms it.

    `by`: a colleague, or the person herself after her password was right; None is the operator's command.
    """
    account = locked(account_id, by)
    if account.deactivated_at is not None or account.password_hash is None:
        raise NotFound
    now = clock.now()
    db.session.execute(
        update(FactorReset)
        .where(FactorReset.account_id == account_id, FactorReset.used_at.is_(None), FactorReset.dropped_at.is_(None))
        .values(dropped_at=now)
    )
    row = FactorReset(
        account_id=account_id, password_too=password_too, asked_by=by, asked_at=now, expires_at=now + rules.RESET_LIFE
    )
    db.session.add(row)
    db.session.flush()
    record("reset_asked", by=by, role=_first_role(by), account=account_id)
    return row.id


def confirm_reset(reset_id: UUID, *, by: UUID | None) -> str:
    """A second person confirms: the old factor and all sessions end, the person gets a link by mail.

    The second person is neither the one who asked nor the one it is for. Gives the link's token, which only the
    operator's command (`by` None, where no second person exists) may show.
    """
    found = db.session.scalar(select(FactorReset.account_id).where(FactorReset.id == reset_id))
    if found is None:
        raise NotFound
    account = locked(found, by)
    row = db.session.get_one(FactorReset, reset_id, populate_existing=True, with_for_update=True)
    now = clock.now()
    if row.used_at or row.dropped_at or row.confirmed_at or not rules.alive(row.asked_at, row.expires_at, now):
        raise NotFound
    if by is not None and by in (row.asked_by, row.account_id):
        raise Refused([Reason("second_person")])
    token = secret()
    row.confirmed_by, row.confirmed_at, row.token_hash = by, now, digests.of_secret(token)
    row.factor = crypto.seal_text(new_factor(), f"factor_reset/factor/{row.id}")
    account.factor = account.next_factor = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    sessions.end_sessions(account.id)
    mail.queue(
        db.session(),
        "factor_reset",
        key=f"factor_reset:{row.id}",
        to=account.id,
        language=account.language,
        values={"name": account.name or "", "path": f"/zugang?t={token}", "password_too": row.password_too},
        expires_at=row.expires_at,
    )
    record("reset_confirmed", by=by, role=_first_role(by), account=account.id)
    return token


def drop_reset(reset_id: UUID) -> None:
    """The factor was found again: nothing is reset. Raises `NotFound` once it is confirmed."""
    dropped = db.session.execute(
        update(FactorReset)
        .where(FactorReset.id == reset_id, FactorReset.confirmed_at.is_(None), FactorReset.dropped_at.is_(None))
        .values(dropped_at=clock.now())
        .returning(FactorReset.id)
    ).one_or_none()
    if dropped is None:
        raise NotFound


def finish_reset(token: str, code: str, *, password_hash: str | None, device: str) -> Joined | None:
    """Behind the mailed link: the new app shows its first code. None if link or code do not fit.

    `password_hash` replaces a lost password; None where the view has just found the known one to be right.
    """
    found = db.session.execute(
        select(FactorReset.id, FactorReset.account_id).where(FactorReset.token_hash == digests.of_secret(token))
    ).one_or_none()
    if found is None:
        return None
    account = locked(found.account_id)
    row = db.session.get_one(FactorReset, found.id, populate_existing=True, with_for_update=True)
    if not reset_is_open(row, clock.now()) or row.factor is None or account.deactivated_at is not None:
        return None
    if row.password_too and password_hash is None:
        raise ValueError("the password is lost as well: a new one is needed")
    factor = crypto.unseal_text(row.factor, f"factor_reset/factor/{row.id}")
    step = step_of(factor, code)
    if step is None:
        return None
    row.used_at, row.factor = clock.now(), None
    account.password_hash = password_hash or account.password_hash
    set_factor(account, factor, step)
    codes = new_recovery_codes(account.id)
    token = sessions.open_session(account.id, device)
    record("factor_changed", by=account.id, role=_first_role(account.id), account=account.id)
    return Joined(account.id, token, codes)


def _use_recovery_code(account_id: UUID, code: str) -> bool:
    used = db.session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
        .where(RecoveryCode.code_hash == digests.keyed("recovery", account_id, rules.digits(code)))
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    ).one_or_none()
    return used is not None


def _first_role(account_id: UUID | None) -> str:
    return min(roles_of(account_id), default="applicant") if account_id else "system"
