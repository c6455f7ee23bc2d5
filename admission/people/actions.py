"""Inviting, joining, giving and taking roles, leaving. Each change of the city's accounts is recorded."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from admission.ground import clock, crypto, mail
from admission.ground.db import db
from admission.ground.errors import NotFound, Reason, Refused
from admission.ground.ids import new_id, secret
from admission.people import digests, factors, rules, sessions
from admission.people.accounts import locked, record
from admission.people.entering import make_account
from admission.people.factors import Joined
from admission.people.models import Account, Invitation, RoleGrant
from admission.people.queries import holds, invitation_is_open, roles_of
from admission.people.roles import Role


@dataclass(frozen=True)
class Invited:
    """An invitation: its id, and the link's token, which only the operator's command may show."""

    id: UUID
    token: str


def invite(
    address: str,
    name: str,
    roles: Collection[Role],
    *,
    by: UUID | None,
    until: datetime | None = None,
    language: str = "de",
) -> Invited:
    """Ask somebody in for these roles, by mail; an earlier invitation of this address is replaced.

    `by` None: the operator's command. `until`: first instant at which the grants no longer hold. Raises `Refused` if
    the address already signs in with a password (give that account the role instead) or a role cannot be given so.
    """
    now = clock.now()
    inviting = locked(by) if by else None
    _check_grants(roles, until)
    if db.session.scalar(select(Account.id).where(Account.address == address, Account.password_hash.is_not(None))):
        raise Refused([Reason("account.exists")])
    db.session.execute(
        update(Invitation)
        .where(Invitation.address == address, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    token, id = secret(), new_id()
    row = Invitation(
        id=id,
        token_hash=digests.of_secret(token),
        address=address,
        name=name,
        roles=sorted(role.value for role in roles),
        until_at=until,
        language=language,
        factor=crypto.seal_text(factors.new_factor(), f"invitation/factor/{id}"),
        invited_by=by,
        made_at=now,
        expires_at=now + rules.INVITATION_LIFE,
    )
    db.session.add(row)
    db.session.flush()
    mail.queue(
        db.session(),
        "invitation",
        key=f"invitation:{id}",
        address=address,
        language=language,
        values={
            "name": name,
            "inviting": (inviting.name or "") if inviting else "",
            "path": f"/einladung?t={token}",
            "last_day": clock.berlin_day(row.expires_at).isoformat(),
        },
        expires_at=row.expires_at,
    )
    record("invited", by=by, role="admin" if by else "system", roles=roles)
    return Invited(id, token)


def invite_again(invitation: UUID, *, by: UUID) -> Invited:
    """The same invitation with a new link and a new end."""
    row = db.session.get(Invitation, invitation)
    if row is None or row.accepted_at is not None or row.withdrawn_at is not None:
        raise NotFound
    return invite(row.address, row.name, [Role(r) for r in row.roles], by=by, until=row.until_at, language=row.language)


def withdraw_invitation(invitation: UUID, *, by: UUID) -> None:
    """Its link no longer opens anything."""
    locked(by)
    withdrawn = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now())
        .returning(Invitation.id)
    ).one_or_none()
    if withdrawn is None:
        raise NotFound
    record("invitation_withdrawn", by=by, role="admin")


def accept_invitation(
    token: str, name: str, *, device: str, password_hash: str | None = None, code: str = ""
) -> Joined | None:
    """The invited person joins under this name and is signed in. None if link or code do not fit (any more).

    Roles of the office need the hash of a good password and the first code of the app; the council needs neither.
    """
    row = db.session.scalar(
        select(Invitation).where(Invitation.token_hash == digests.of_secret(token)).with_for_update()
    )
    if row is None or not invitation_is_open(row, clock.now()):
        return None
    roles = [Role(role) for role in row.roles]
    by_password = rules.by_password(roles)
    if by_password and password_hash is None:
        raise ValueError("these roles need a password")
    factor = crypto.unseal_text(row.factor, f"invitation/factor/{row.id}")
    step = factors.step_of(factor, code) if by_password else 0
    if step is None:
        return None
    account = locked(make_account(row.address, language=row.language))
    account.name = name
    row.accepted_at = clock.now()
    for role in roles:
        _give(account.id, role, by=row.invited_by, until=row.until_at)
    codes: tuple[str, ...] = ()
    sessions.end_sessions(account.id)
    if by_password:
        account.password_hash = password_hash
        factors.set_factor(account, factor, step)
        codes = factors.new_recovery_codes(account.id)
    opened = sessions.open_session(account.id, device)
    record("joined", by=account.id, role=min(roles), account=account.id, roles=roles)
    return Joined(account.id, opened, codes)


def grant_role(account_id: UUID, role: Role, *, by: UUID | None, until: datetime | None = None) -> None:
    """Give a role; the person's sessions end, so that none is older than its rights. Raises `Refused`."""
    account = locked(account_id, by)
    _check_grants([role], until)
    if account.deactivated_at is not None:
        raise Refused([Reason("account.deactivated")])
    if rules.by_password([role]) and account.password_hash is None:
        raise Refused([Reason("account.without_password")])
    if role in roles_of(account_id):
        raise Refused([Reason("role.held")])
    _give(account_id, role, by=by, until=until)
    sessions.end_sessions(account_id)
    record("role_granted", by=by, role="admin" if by else "system", account=account_id, roles=[role])


def withdraw_role(account_id: UUID, role: Role, *, by: UUID | None) -> None:
    """Take a role away, from the next page on. Raises `Refused` for the last person who may give roles.

    This floor knows no cases: `casework.claims` gives back what was claimed, in the same transaction.
    """
    lock_for_leaving(account_id, by)
    if role is Role.ADMIN:
        _keep_an_admin(account_id)
    ended = db.session.execute(
        update(RoleGrant)
        .where(RoleGrant.account_id == account_id, RoleGrant.role == role.value, holds(clock.now()))
        .values(until_at=clock.now())
        .returning(RoleGrant.id)
    ).all()
    if not ended:
        raise NotFound
    sessions.end_sessions(account_id)
    record("role_withdrawn", by=by, role="admin" if by else "system", account=account_id, roles=[role])


def deactivate(account_id: UUID, *, by: UUID | None) -> None:
    """Close an account: sessions and roles end now, no door opens any more. Raises `Refused` for the last admin.

    This floor knows no cases: `casework.claims` gives back what was claimed, in the same transaction.
    """
    account = lock_for_leaving(account_id, by)
    _keep_an_admin(account_id)
    if account.deactivated_at is not None:
        raise NotFound
    now = clock.now()
    account.deactivated_at = now
    db.session.execute(update(RoleGrant).where(RoleGrant.account_id == account_id, holds(now)).values(until_at=now))
    sessions.end_sessions(account_id)
    db.session.flush()
    record("deactivated", by=by, role="admin" if by else "system", account=account_id)


def reactivate(account_id: UUID, *, by: UUID | None) -> None:
    """Open a closed account again, without any role."""
    account = locked(account_id, by)
    if account.deactivated_at is None:
        raise NotFound
    account.deactivated_at = None
    db.session.flush()
    record("reactivated", by=by, role="admin" if by else "system", account=account_id)


def lock_for_leaving(account_id: UUID, by: UUID | None) -> Account:
    """Lock whoever leaves or loses a role, and with them all admins: two must not close each other."""
    admins = db.session.scalars(select(RoleGrant.account_id).where(RoleGrant.role == Role.ADMIN.value)).all()
    return locked(account_id, by, *admins)


def change_password(account_id: UUID, password_hash: str) -> None:
    """A new password ends all sessions; the view opens one anew. The person has just proven herself."""
    account = locked(account_id)
    account.password_hash = password_hash
    sessions.end_sessions(account_id)
    role = min(roles_of(account_id), default=Role.APPLICANT)
    record("password_changed", by=account_id, role=role, account=account_id)


def _check_grants(roles: Collection[Role], until: datetime | None) -> None:
    faults = [rules.grant_fault(role, until, clock.now()) for role in roles]
    reasons = [Reason(fault, {"role": role.value}) for role, fault in zip(roles, faults, strict=True) if fault]
    if reasons or not roles:
        raise Refused(reasons or [Reason("grant.not_given")])


def _give(account_id: UUID, role: Role, *, by: UUID | None, until: datetime | None) -> None:
    db.session.add(
        RoleGrant(account_id=account_id, role=role.value, from_at=clock.now(), until_at=until, granted_by=by)
    )
    db.session.flush()


def _keep_an_admin(account_id: UUID) -> None:
    """Refuse if nobody else could give roles."""
    now = clock.now()
    held = select(RoleGrant.account_id).where(RoleGrant.role == Role.ADMIN.value)
    able = select(Account.id).where(
        Account.id.in_(held.where(holds(now))), Account.deactivated_at.is_(None), Account.factor.is_not(None)
    )
    others = set(db.session.scalars(able.where(Account.id != account_id)))
    is_admin = Role.ADMIN in roles_of(account_id)
    if is_admin and not others:
        raise Refused([Reason("last_admin")])
