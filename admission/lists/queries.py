"""Reads of the office's lists."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from admission.ground.errors import NotFound
from admission.lists.columns import Column
from admission.lists.models import ListColour, ListColumn, ListEffect, ListHint, ListRow, OfficeList
from admission.lists.rules import CHANGES, FATES, NEW, SAME, Numbered, Vocabulary, entry_of, repeats_heading
from admission.lists.tables import Line

PAGE = 50
TAKEABLE = (NEW, CHANGES, SAME)
"""Fates whose rows are taken over without anybody deciding on them one by one."""


def lists(session: Session) -> Sequence[OfficeList]:
    """All lists, the newest first."""
    return session.scalars(select(OfficeList).order_by(OfficeList.uploaded_at.desc(), OfficeList.id)).all()


def one(session: Session, list_id: UUID) -> OfficeList:
    """One list; raises `NotFound`."""
    found = session.get(OfficeList, list_id)
    if found is None:
        raise NotFound
    return found


def same_file(session: Session, digest: str) -> OfficeList | None:
    """The list that was made of this very file and still stands."""
    held = OfficeList.state.in_(("received", "open"))
    return session.scalar(select(OfficeList).where(OfficeList.digest == digest, held))


def columns(session: Session, list_id: UUID) -> dict[str, list[ListColumn]]:
    """Sheet -> its columns from left to right."""
    found: dict[str, list[ListColumn]] = defaultdict(list)
    query = select(ListColumn).where(ListColumn.list_id == list_id).order_by(ListColumn.sheet, ListColumn.position)
    for row in session.scalars(query):
        found[row.sheet].append(row)
    return found


def colours(session: Session, list_id: UUID) -> Sequence[ListColour]:
    """The colours that mark rows of the list."""
    return session.scalars(select(ListColour).where(ListColour.list_id == list_id).order_by(ListColour.colour)).all()


def row(session: Session, list_id: UUID, row_id: UUID) -> ListRow:
    """One row of this list; raises `NotFound`."""
    found = session.scalar(select(ListRow).where(ListRow.id == row_id, ListRow.list_id == list_id))
    if found is None:
        raise NotFound
    return found


def rows(session: Session, list_id: UUID, fate: str | None = None, after: int = -1) -> Sequence[ListRow]:
    """A page of rows; of all fates together what asks for a person comes first. `after`: place of the last one seen."""
    query = select(ListRow).where(ListRow.list_id == list_id)
    if fate is not None:
        query = query.where(ListRow.fate == fate, ListRow.place > after).order_by(ListRow.place)
    else:
        rank = case({name: at for at, name in enumerate(FATES)}, value=ListRow.fate, else_=len(FATES))
        query = query.order_by(rank, ListRow.place)
    return session.scalars(query.limit(PAGE)).all()


def counts(session: Session, list_id: UUID) -> Counter[str]:
    """Fate -> how many rows; `taken` -> how many were taken over, `ready` -> how many could be now."""
    query = select(ListRow.fate, func.count()).where(ListRow.list_id == list_id).group_by(ListRow.fate)
    found: Counter[str] = Counter({fate or "": number for fate, number in session.execute(query)})
    found["taken"] = session.scalar(_count(list_id).where(ListRow.taken_at.is_not(None))) or 0
    found["ready"] = session.scalar(_count(list_id).where(*is_ready())) or 0
    found["open"] = session.scalar(_count(list_id).where(*is_open())) or 0
    return found


def is_ready() -> tuple[Any, ...]:
    """Conditions of a row that may be taken over now: it is clear or decided, and so is the row that it goes on."""
    above = aliased(ListRow)
    settled = select(above.id).where(above.id == ListRow.above_id, or_(above.taken_at.is_not(None), _clear(above)))
    return ListRow.taken_at.is_(None), _clear(ListRow), or_(ListRow.above_id.is_(None), settled.exists())


def _clear(row: Any) -> Any:
    decided = row.decision.in_(("same", "different", "renamed", "take"))
    return or_(decided, and_(row.decision.is_(None), row.fate.in_(TAKEABLE)))


def waiting(session: Session, list_id: UUID, only: UUID | None = None) -> Sequence[ListRow]:
    """Rows that wait for a person, those with hints before the others; at most a page."""
    query = select(ListRow).where(ListRow.list_id == list_id, *is_open()).order_by(ListRow.place).limit(PAGE)
    return session.scalars(query.where(ListRow.id == only) if only else query).all()


def hints(session: Session, row_ids: Iterable[UUID]) -> dict[UUID, list[ListHint]]:
    """Row -> its hints to which nobody said no, the best shown first."""
    found: dict[UUID, list[ListHint]] = defaultdict(list)
    asked = ListHint.row_id.in_(list(row_ids)), ListHint.denied == false()
    query = select(ListHint).where(*asked).order_by(ListHint.row_id, ListHint.position)
    for hint in session.scalars(query):
        found[hint.row_id].append(hint)
    return found


def denied(session: Session, list_id: UUID) -> set[tuple[UUID, UUID | None, UUID | None]]:
    """(row, organisation, other row) of hints to which a person said no; they are not shown again."""
    query = (
        select(ListHint.row_id, ListHint.organisation_id, ListHint.other_row_id)
        .join(ListRow, ListRow.id == ListHint.row_id)
        .where(ListRow.list_id == list_id, ListHint.denied == true())
    )
    return {(row_id, organisation, other) for row_id, organisation, other in session.execute(query)}


def rejected(session: Session, list_id: UUID) -> Sequence[ListRow]:
    """Rows that were rejected, for the file that goes back."""
    query = select(ListRow).where(ListRow.list_id == list_id, ListRow.fate == "rejected").order_by(ListRow.place)
    return session.scalars(query).all()


def effects(session: Session, list_id: UUID) -> Sequence[ListEffect]:
    """What taking the list over made, the last row first."""
    query = (
        select(ListEffect)
        .join(ListRow, ListRow.id == ListEffect.row_id)
        .where(ListRow.list_id == list_id)
        .order_by(ListRow.place.desc(), ListEffect.id)
    )
    return session.scalars(query).all()


def read_rows(
    session: Session, found: OfficeList, kept: Sequence[ListRow], vocabulary: Vocabulary, today: date
) -> list[Numbered]:
    """Rows with what their columns say now, in the order given."""
    by_sheet = {sheet: [as_column(row) for row in rows] for sheet, rows in columns(session, found.id).items()}
    meaning = {row.colour: row.meaning or "" for row in colours(session, found.id)}
    return [read_row(row, by_sheet[row.sheet], meaning, vocabulary, today) for row in kept]


def read_row(
    row: ListRow, columns: Sequence[Column], colours: Mapping[str, str], vocabulary: Vocabulary, today: date
) -> Numbered:
    """One row with what its columns say now."""
    line = Line(row.number, tuple(row.cells or ()), row.colour, row.hidden, frozenset(row.continues))
    entry = entry_of(line, columns, today, colours, vocabulary, row.name_given or "")
    return Numbered(row.place, entry, line, repeats_heading(line, columns))


def as_column(row: ListColumn) -> Column:
    """A stored column as the rules know it."""
    return Column(row.position, row.heading, row.field, row.never)


def is_open() -> tuple[Any, ...]:
    """Conditions of a row on which a person has to decide."""
    return ListRow.fate == "waits", ListRow.decision.is_(None), ListRow.taken_at.is_(None)


def _count(list_id: UUID) -> Any:
    return select(func.count()).select_from(ListRow).where(ListRow.list_id == list_id)
