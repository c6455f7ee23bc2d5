"""Who is who: the person behind a session, the people of the office, and who could do what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from admission.ground import clock, crypto
from admission.ground.db import db
from admission.people import digests, rules
from admission.people.models import Account, FactorReset, Invitation, KnownDevice, RoleGrant, UserSession
from admission.people.roles import BY_INVITATION, Role


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, as this request sees them. `roles` hold now; they are read anew for each request."""

    id: UUID
    name: str | None
    roles: frozenset[Role]
    language: str
    session: UUID
    seen_at: datetime
    proven_at: datetime

    @property
    def recently_proven(self) -> bool:
        """Whether the last full proof is fresh enough to change password or factor."""
        return rules.alive(self.proven_at, self.proven_at + rules.PROOF_LIFE, clock.now())


@dataclass(frozen=True)
class OpenSession:
    """One line of the person's own list."""

    id: UUID
    device: str
    made_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Credential:
    """What a password is compared with; without an account both are None."""

    account: UUID | None
    password_hash: str | None


@dataclass(frozen=True)
class Grant:
    """A role that holds now, and its end if it is lent."""

    role: Role
    until_at: datetime | None


@dataclass(frozen=True)
class StaffRow:
    """One account of the city, for the page of accounts."""

    id: UUID
    name: str
    address: str
    grants: tuple[Grant, ...]
    has_password: bool
    has_factor: bool
    deactivated_at: datetime | None


@dataclass(frozen=True)
class InvitedRow:
    """One invitation that nobody has accepted yet."""

    id: UUID
    name: str
    address: str
    roles: tuple[Role, ...]
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class ResetRow:
    """A lost factor that waits for a second person, or for the person herself."""

    id: UUID
    account: UUID
    name: str
    password_too: bool
    asked_by: UUID | None
    asked_at: datetime
    confirmed: bool


@dataclass(frozen=True)
class OpenInvitation:
    """What the page behind an invitation's link shows."""

    name: str
    address: str
    roles: tuple[Role, ...]
    by_password: bool
    factor: str
    language: str


@dataclass(frozen=True)
class OpenReset:
    """What the page behind a reset's link shows; without `password_too` the known password is asked for."""

    account: UUID
    address: str
    name: str
    password_too: bool
    password_hash: str | None
    factor: str


def person_of_session(token: str) -> Person | None:
    """The person behind a session's token, or None: unknown, ended, too old, at rest too long, or deactivated."""
    now = clock.now()
    row = db.session.execute(
        select(UserSession, Account)
        .join(Account, Account.id == UserSession.account_id)
        .where(UserSession.token_hash == digests.of_secret(token), UserSession.ended_at.is_(None))
        .where(Account.deactivated_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    session, account = row
    if not rules.session_alive(
        seen_at=session.seen_at, idle_minutes=session.idle_minutes, ends_at=session.ends_at, now=now
    ):
        return None
    roles = roles_of(account.id)
    return Person(account.id, account.name, roles, account.language, session.id, session.seen_at, session.proven_at)


def roles_of(account: UUID) -> frozenset[Role]:
    """The roles that hold now."""
    found = db.session.scalars(select(RoleGrant.role).where(RoleGrant.account_id == account, holds(clock.now())))
    return frozenset(Role(role) for role in found)


def holds(at: datetime) -> ColumnElement[bool]:
    """The condition under which a grant holds at an instant."""
    return (RoleGrant.from_at <= at) & or_(RoleGrant.until_at.is_(None), RoleGrant.until_at > at)


def open_sessions(account: UUID) -> list[OpenSession]:
    """Where this person is signed in now, last used first."""
    now = clock.now()
    rows = db.session.scalars(
        select(UserSession)
        .where(UserSession.account_id == account, UserSession.ended_at.is_(None), UserSession.ends_at > now)
        .order_by(UserSession.seen_at.desc(), UserSession.id)
    )
    return [
        OpenSession(row.id, row.device, row.made_at, row.seen_at)
        for row in rows
        if rules.session_alive(seen_at=row.seen_at, idle_minutes=row.idle_minutes, ends_at=row.ends_at, now=now)
    ]


def credential(address: str) -> Credential:
    """What the password at this address is compared with; nothing tells an unknown address from a closed account."""
    row = db.session.execute(
        select(Account.id, Account.password_hash).where(Account.address == address, Account.deactivated_at.is_(None))
    ).one_or_none()
    return Credential(None, None) if row is None or row.password_hash is None else Credential(*row)


def knows_device(address: str, device: str) -> bool:
    """Whether this browser was used by the person of this address before."""
    found = db.session.scalar(
        select(KnownDevice.account_id)
        .join(Account, Account.id == KnownDevice.account_id)
        .where(KnownDevice.token_hash == digests.of_secret(device), Account.address == address)
        .where(KnownDevice.expires_at > clock.now())
    )
    return found is not None


def account_at(address: str) -> UUID | None:
    """The account of this address (as `rules.address` gives it)."""
    return db.session.scalar(select(Account.id).where(Account.address == address))


def reachable(account: UUID) -> tuple[str, str | None, str] | None:
    """Address, name and language of an account that mail may reach; None once it is deactivated."""
    row = db.session.execute(
        select(Account.address, Account.name, Account.language).where(
            Account.id == account, Account.deactivated_at.is_(None)
        )
    ).one_or_none()
    return None if row is None else (row.address, row.name, row.language)


def address_of(account: UUID) -> str:
    """The address under which this account signs in, for its own page."""
    return db.session.execute(select(Account.address).where(Account.id == account)).scalar_one()


def names_of(accounts: Sequence[UUID]) -> dict[UUID, str]:
    """Account -> name, for desks that may show names; an account without a name is left out."""
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(accounts)))
    return {id: name for id, name in rows if name}


def grants_of(account: UUID) -> list[Grant]:
    """The roles that this account holds now, each with its end if it is lent."""
    rows = db.session.execute(
        select(RoleGrant.role, RoleGrant.until_at)
        .where(RoleGrant.account_id == account, holds(clock.now()))
        .order_by(RoleGrant.role)
    )
    return [Grant(Role(role), until_at) for role, until_at in rows]


def people_with(role: Role) -> list[UUID]:
    """The accounts that hold this role now, in the order of their ids."""
    return list(
        db.session.scalars(
            select(Account.id)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .where(Account.deactivated_at.is_(None), RoleGrant.role == role.value, holds(clock.now()))
            .distinct()
            .order_by(Account.id)
        )
    )


def staff() -> list[StaffRow]:
    """Accounts that hold or held a role of the city, by name."""
    now = clock.now()
    grants = db.session.execute(
        select(RoleGrant.account_id, RoleGrant.role, RoleGrant.until_at, holds(now).label("now"))
        .where(RoleGrant.role.in_([role.value for role in BY_INVITATION]))
        .order_by(RoleGrant.role)
    ).all()
    accounts = db.session.scalars(
        select(Account).where(Account.id.in_({grant.account_id for grant in grants})).order_by(Account.name, Account.id)
    )
    return [
        StaffRow(
            account.id,
            account.name or account.address,
            account.address,
            tuple(Grant(Role(g.role), g.until_at) for g in grants if g.account_id == account.id and g.now),
            account.password_hash is not None,
            account.factor is not None,
            account.deactivated_at,
        )
        for account in accounts
    ]


def invited() -> list[InvitedRow]:
    """Invitations still open, oldest first; one that ran out stays in the list until it is sent again or withdrawn."""
    rows = db.session.scalars(
        select(Invitation)
        .where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .order_by(Invitation.made_at, Invitation.id)
    )
    return [
        InvitedRow(row.id, row.name, row.address, tuple(map(Role, row.roles)), row.made_at, row.expires_at)
        for row in rows
    ]


def open_resets() -> list[ResetRow]:
    """Lost factors under way, oldest first."""
    rows = db.session.execute(
        select(FactorReset, Account.name, Account.address)
        .join(Account, Account.id == FactorReset.account_id)
        .where(FactorReset.used_at.is_(None), FactorReset.dropped_at.is_(None), FactorReset.expires_at > clock.now())
        .order_by(FactorReset.asked_at, FactorReset.id)
    )
    return [
        ResetRow(
            row.id,
            row.account_id,
            name or address,
            row.password_too,
            row.asked_by,
            row.asked_at,
            row.confirmed_at is not None,
        )
        for row, name, address in rows
    ]


def staffing() -> Mapping[str, frozenset[UUID]]:
    """Role -> the people who could act in it now: not deactivated, and able to sign in."""
    rows = db.session.execute(
        select(RoleGrant.role, Account.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(Account.deactivated_at.is_(None), holds(clock.now()))
        .where(RoleGrant.role.in_([role.value for role in BY_INVITATION]))
        .where(or_(Account.factor.is_not(None), RoleGrant.role == Role.COUNCIL.value))
    ).all()
    return {role.value: frozenset(row.id for row in rows if row.role == role.value) for role in BY_INVITATION}


def others_can_reset(account: UUID, *, password_too: bool) -> bool:
    """Whether a lost factor can be settled at the desk: one person asks, another one who is not it confirms.

    Whose password is still known reports the loss in person; else two others are needed. Only the administration asks
    and confirms.
    """
    others = staffing()[Role.ADMIN.value] - {account}
    return len(others) >= (2 if password_too else 1)


def invitation_of(token: str) -> OpenInvitation | None:
    """The open invitation behind a link, or None: unknown, used, withdrawn, run out."""
    row = db.session.scalar(select(Invitation).where(Invitation.token_hash == digests.of_secret(token)))
    if row is None or not invitation_is_open(row, clock.now()):
        return None
    roles = tuple(map(Role, row.roles))
    factor = crypto.unseal_text(row.factor, f"invitation/factor/{row.id}")
    return OpenInvitation(row.name, row.address, roles, rules.by_password(roles), factor, row.language)


def reset_of(token: str) -> OpenReset | None:
    """The confirmed reset behind a link, or None."""
    found = db.session.execute(
        select(FactorReset, Account)
        .join(Account, Account.id == FactorReset.account_id)
        .where(FactorReset.token_hash == digests.of_secret(token), Account.deactivated_at.is_(None))
    ).one_or_none()
    if found is None or not reset_is_open(found[0], clock.now()):
        return None
    row, account = found
    assert row.factor is not None  # made with the token
    factor = crypto.unseal_text(row.factor, f"factor_reset/factor/{row.id}")
    return OpenReset(account.id, account.address, account.name or "", row.password_too, account.password_hash, factor)


def invitation_is_open(row: Invitation, now: datetime) -> bool:
    """Whether it can still be accepted."""
    return row.accepted_at is None and row.withdrawn_at is None and rules.alive(row.made_at, row.expires_at, now)


def reset_is_open(row: FactorReset, now: datetime) -> bool:
    """Whether its link still leads to a new factor."""
    done = row.used_at is not None or row.dropped_at is not None or row.confirmed_at is None
    return not done and rules.alive(row.asked_at, row.expires_at, now)
