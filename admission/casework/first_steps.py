"""From the first list to released figures: how far the office is. Figures alone; the desk says them in words."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.confirmation.models import Asked, Round
from admission.ground import clock
from admission.lists import queries as lists
from admission.lists.models import ListHint, ListRow, OfficeList
from admission.organisations.models import Organisation, Representative
from admission.people.models import Account, RoleGrant
from admission.people.queries import holds
from admission.people.roles import Role
from admission.register import contacts
from admission.register.models import Contact, Event, Information, Release
from admission.register.sets import ENDED, KNOWN

OFFICE = (Role.CASEWORKER.value, Role.APPROVER.value)


@dataclass(frozen=True)
class Standing:
    """What was done and what waits, of all lists together."""

    lists: int
    """Lists that stand: not discarded, not taken back, readable."""
    at_work: int
    """Lists that the worker reads, judges, takes over or back at this moment."""
    unconfirmed: int
    """Lists whose columns nobody has confirmed yet."""
    rows: int
    taken: int
    rejected: int
    ready: int
    """Rows that could be taken over now."""
    waiting: int
    """Rows on which a person has to decide."""
    alike: int
    """Those of them that may be an organisation known already."""
    untold: int
    """People of lists whom nobody has told yet what is held of them."""
    told: int
    """People who were told and have not answered yet."""
    writable: int
    """Known organisations with an address to which something may be sent, or for which somebody has an account."""
    asked: int
    """Organisations that were asked in the newest round whether everything is still right, and have not answered."""
    proposed_by: UUID | None
    """Who proposed figures that nobody has released yet."""
    proposer: str
    """The name of that person."""
    colleagues: int
    """People of the office besides the reader: one of them releases what the reader proposed."""
    to_map: UUID | None
    """A list whose columns wait; the next three: one with rows that are ready, that wait, with people to be told."""
    to_take: UUID | None
    to_settle: UUID | None
    to_tell: UUID | None


@dataclass(frozen=True)
class Begun:
    """Whether the two ends are reached from which on the office's day begins with its inbox."""

    released: bool
    applied: bool

    @property
    def steps_are_due(self) -> bool:
        """The way from the list to the figures is still ahead, or nothing waits in the inbox yet."""
        return not (self.released and self.applied)


def begun(session: Session) -> Begun:
    """Whether figures were ever released, and whether anybody ever applied. One statement."""
    released = exists().where(Release.confirmed_at.is_not(None))
    applied = exists().where(Case.kind == "admission", Case.number.is_not(None))
    return Begun(*session.execute(select(select(released).scalar_subquery(), select(applied).scalar_subquery())).one())


def standing(session: Session, reader: UUID) -> Standing:
    """How far the office is today. One statement."""
    held = OfficeList.state.in_(("received", "open"))
    of_held = ListRow.list_id.in_(select(OfficeList.id).where(held))
    hinted = exists().where(ListHint.row_id == ListRow.id, ListHint.denied.is_(False))
    open_ = lists.is_open()
    unanswered = Information.closed_at.is_(None)
    of_a_list = Information.source.in_(select(OfficeList.id))
    proposed = (
        select(Release)
        .join(Account, Account.id == Release.proposed_by)
        .where(Release.confirmed_at.is_(None))
        .order_by(Release.proposed_at.desc())
        .limit(1)
    )
    newest = select(Round.id).order_by(Round.reference_on.desc()).limit(1).scalar_subquery()
    columns = (
        _count(OfficeList, held),
        _count(OfficeList, held, OfficeList.task.is_not(None)),
        _count(OfficeList, held, OfficeList.task.is_(None), OfficeList.columns_confirmed_at.is_(None)),
        _count(ListRow, of_held),
        _count(ListRow, of_held, ListRow.taken_at.is_not(None)),
        _count(ListRow, of_held, ListRow.fate == "rejected"),
        _count(ListRow, of_held, *lists.is_ready()),
        _count(ListRow, of_held, *open_),
        _count(ListRow, of_held, *open_, hinted),
        _count(Information, unanswered, Information.told_on.is_(None)),
        _count(Information, unanswered, Information.told_on.is_not(None)),
        _writable(),
        _count(Asked, Asked.round_id == newest, Asked.answer.is_(None)),
        proposed.with_only_columns(Release.proposed_by).scalar_subquery(),
        func.coalesce(proposed.with_only_columns(Account.name).scalar_subquery(), ""),
        _colleagues_of(reader).scalar_subquery(),
        _first(OfficeList.id, held, OfficeList.task.is_(None), OfficeList.columns_confirmed_at.is_(None)),
        _first(ListRow.list_id, of_held, *lists.is_ready()),
        _first(ListRow.list_id, of_held, *open_),
        _first(Information.source, unanswered, Information.told_on.is_(None), of_a_list),
    )
    row = session.execute(select(*columns)).one()
    return Standing(*tuple(row))


def _colleagues_of(reader: UUID) -> Any:
    """How many other people of the office may act today, as a query."""
    return (
        select(func.count(func.distinct(Account.id)))
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(RoleGrant.role.in_(OFFICE), holds(clock.now()), Account.deactivated_at.is_(None), Account.id != reader)
    )


def _count(table: Any, *conditions: Any) -> Any:
    return select(func.count()).select_from(table).where(*conditions).scalar_subquery()


def _first(column: Any, *conditions: Any) -> Any:
    return select(column).where(*conditions).order_by(column).limit(1).scalar_subquery()


def _writable() -> Any:
    """How many organisations may be written to, by a contact or at an account, and have not ended."""
    last = (
        select(Event.kind)
        .where(
            Event.organisation_id == Organisation.id,
            Event.kind.in_((KNOWN, ENDED)),
            Event.on <= clock.today(),
            Event.taken_back_at.is_(None),
        )
        .order_by(Event.on.desc(), Event.place.desc())
        .limit(1)
        .scalar_subquery()
    )
    has_address = exists().where(Contact.organisation_id == Organisation.id, *contacts.is_writable())
    has_account = exists().where(Representative.organisation_id == Organisation.id, Representative.until_at.is_(None))
    return _count(Organisation, has_address | has_account, last == KNOWN)
