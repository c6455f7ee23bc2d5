"""Writes on the office's lists: received, read, judged, decided row by row, given away. The caller commits.

Reading, judging and taking over may take longer than a request: they are tasks, which the worker or the command does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, false, insert, or_, select, update
from sqlalchemy.orm import Session

from admission.ground import clock, crypto, files
from admission.ground.errors import NotFound, Reason, Refused
from admission.ground.ids import new_id
from admission.lists import queries
from admission.lists.cells import STANDINGS
from admission.lists.columns import FIELDS, Layout
from admission.lists.kinds import kind_of
from admission.lists.models import ListColour, ListColumn, ListHint, ListRow, OfficeList
from admission.lists.rules import REJECTED, WAITS, Verdict
from admission.lists.tables import Reading

READ, JUDGE, TAKE, TAKE_BACK = "read", "judge", "take", "take_back"
LEASE = timedelta(minutes=3)
TAKEN_ROWS_KEPT = timedelta(days=31)
"""As long as its people have time to answer; then a row says nothing that the register does not."""
ROWS_KEPT = timedelta(days=365)
MOST_FORGOTTEN = 1_000


def receive(session: Session, name: str, data: bytes, as_of: date, *, by: UUID | None) -> OfficeList:
    """Keep a file sealed until it is read; the same file again is the list that it already is. Raises `UnfitFile`."""
    kind = kind_of(data)
    digest = sha256(data).hexdigest()
    if there := queries.same_file(session, digest):
        return there
    key = crypto.new_key()
    row = OfficeList(
        id=new_id(), name=files.clean_name(name, kind), digest=digest, size=len(data), kind=kind, as_of=as_of,
        key=crypto.wrap(key), state="received", task=READ, remarks=[], stayed=[], uploaded_by=by,
        uploaded_at=clock.now(),
    )  # fmt: skip
    files.store(key, row.id, data)
    session.add(row)
    session.flush()
    return row


def contents(row: OfficeList) -> bytes:
    """The file again; raises `FileNotFoundError` once it was read."""
    if row.key is None:
        raise FileNotFoundError(row.id)
    return files.load(crypto.unwrap(row.key), row.id)


def claim(session: Session, only: UUID | None = None) -> UUID | None:
    """Take the next list with a task for some minutes; commits. Two workers never hold the same one."""
    now = clock.now()
    free = or_(OfficeList.lease_until.is_(None), OfficeList.lease_until < now)
    query = select(OfficeList.id).where(OfficeList.task.is_not(None), free)
    query = query.where(OfficeList.id == only) if only else query
    found = session.scalar(query.order_by(OfficeList.uploaded_at).limit(1).with_for_update(skip_locked=True))
    if found is not None:
        session.execute(update(OfficeList).where(OfficeList.id == found).values(lease_until=now + LEASE))
    session.commit()
    return found


def lock(session: Session, list_id: UUID) -> OfficeList:
    """The list, its row locked; raises `NotFound`."""
    query = select(OfficeList).where(OfficeList.id == list_id).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound
    return found


def hold_on(session: Session, list_id: UUID, done: int, total: int) -> None:
    """How far the task is; the lease begins anew."""
    values = {"done": done, "total": total, "lease_until": clock.now() + LEASE}
    session.execute(update(OfficeList).where(OfficeList.id == list_id).values(**values))


def unreadable(row: OfficeList, reason: Reason) -> None:
    """The file cannot be read; it is gone, and why stays."""
    row.state, row.fault, row.task = "unreadable", said(reason), None
    row.ended_at, row.key, row.lease_until = clock.now(), None, None


def keep_reading(
    session: Session, row: OfficeList, reading: Reading, layouts: Mapping[str, Layout], meanings: Mapping[str, str]
) -> None:
    """Store the rows without what must not be known; from now on the file itself is not needed."""
    remarks = [said(remark) for remark in reading.remarks]
    place = 0
    used: set[str] = set()
    for table in reading.tables:
        found = layouts[table.sheet]
        below = table.lines if found.header is None else table.lines[found.header + 1 :]
        if not found.has_names and len(below) <= 12 and len(reading.tables) > 1:
            remarks.append(said(Reason("list.sheet_without_names", {"sheet": table.sheet, "rows": len(table.lines)})))
            continue
        if found.header:
            remarks.append(said(Reason("list.titles_skipped", {"rows": found.header, "sheet": table.sheet})))
        hidden = {column.position for column in found.columns if column.never}
        columns = [_column(row.id, table.sheet, column) for column in found.columns]
        session.execute(insert(ListColumn), columns)
        lines = [_line(row.id, place + at, table.sheet, line, hidden) for at, line in enumerate(below)]
        if lines:
            session.execute(insert(ListRow), lines)
        used |= {line.colour for line in below if line.colour}
        place += len(lines)
    marked = [
        {"id": new_id(), "list_id": row.id, "colour": colour, "meaning": meanings.get(colour) or None}
        for colour in sorted(used)
    ]
    if marked:
        session.execute(insert(ListColour), marked)
    row.state, row.task, row.kind, row.remarks = "open", JUDGE, reading.kind, remarks
    row.total, row.done, row.key, row.lease_until = place, 0, None, None
    session.flush()


def keep_verdicts(
    session: Session, row: OfficeList, judged: Sequence[tuple[ListRow, str, Verdict]], ids: Sequence[UUID]
) -> None:
    """Store what is proposed for rows on which nobody has decided (row, name, verdict).

    `ids`: place of every row of the list -> its id.
    """
    undecided = select(ListRow.id).where(
        ListRow.list_id == row.id, ListRow.decision.is_(None), ListRow.taken_at.is_(None)
    )
    no = queries.denied(session, row.id)
    session.execute(delete(ListHint).where(ListHint.row_id.in_(undecided), ListHint.denied == false()))
    changed, hints = [], []
    for kept, name, verdict in judged:
        changed.append(
            {
                "id": kept.id,
                "name": name or None,
                "fate": verdict.fate,
                "reasons": [said(reason) for reason in verdict.reasons],
                "organisation_id": verdict.organisation,
                "above_id": None if verdict.row is None else ids[verdict.row],
            }
        )
        hints += [
            {
                "id": new_id(),
                "row_id": kept.id,
                "position": at,
                "organisation_id": hint.organisation,
                "other_row_id": None if hint.row is None else ids[hint.row],
                "evidence": ",".join(hint.evidence),
                "denied": False,
            }
            for at, hint in enumerate(verdict.hints)
            if (kept.id, hint.organisation, None if hint.row is None else ids[hint.row]) not in no
        ]
    if changed:
        session.execute(update(ListRow), changed)
    if hints:
        session.execute(insert(ListHint), hints)
    row.judged_at = clock.now()
    session.flush()


def settle(row: OfficeList) -> None:
    """The task is done."""
    row.task, row.lease_until, row.done = None, None, row.total


def map_columns(
    session: Session, row: OfficeList, fields: Mapping[UUID, str], colours: Mapping[UUID, str], by: UUID | None
) -> None:
    """Confirm what the columns and colours mean, and have the rows judged anew if anything differs.

    Raises `Refused` (`list.busy`, `list.closed`, `list.taken_already`).
    """
    _must_be_open(row)
    changed = False
    for columns in queries.columns(session, row.id).values():
        for column in columns:
            wanted = fields.get(column.id, column.field or "") or None
            if wanted not in (None, *FIELDS) or column.never:
                wanted = None
            changed |= wanted != column.field
            column.field = wanted
    for colour in queries.colours(session, row.id):
        meaning = colours.get(colour.id, colour.meaning or "") or None
        meaning = meaning if meaning in STANDINGS else None
        changed |= meaning != colour.meaning
        colour.meaning = meaning
    if changed and row.taken_at is not None:
        raise Refused((Reason("list.taken_already"),))
    row.columns_confirmed_at, row.columns_confirmed_by = clock.now(), by
    if changed:
        row.task, row.done = JUDGE, 0
    session.flush()


def decide(
    session: Session, row: OfficeList, kept: ListRow, decision: str, *, by: UUID | None, hint: UUID | None = None
) -> None:
    """What a person says of a row: the same as the hinted one, renamed, another one, take it, leave it, later ("").

    Another one than several that were hinted is said of each of them.
    Raises `Refused` (`list.busy`, `list.closed`, `row.taken`, `row.no_such_choice`).
    """
    _must_be_open(row)
    if kept.taken_at is not None:
        raise Refused((Reason("row.taken"),))
    hints = queries.hints(session, [kept.id])[kept.id]
    if decision and decision not in choices(kept, bool(hints)):
        raise Refused((Reason("row.no_such_choice"),))
    if decision in ("same", "renamed"):
        chosen = next((one for one in hints if one.id == hint), None)
        if chosen is None:
            raise Refused((Reason("row.no_such_choice"),))
        kept.organisation_id, kept.above_id = chosen.organisation_id, chosen.other_row_id
    elif decision == "different" and [one for one in hints if one.id != hint]:
        for one in hints:
            one.denied |= one.id == hint
        return session.flush()
    elif kept.fate == WAITS:
        kept.organisation_id = kept.above_id = None
    kept.decision = decision or None
    kept.decided_at, kept.decided_by = (clock.now(), by) if decision else (None, None)
    session.flush()


def name_row(row: OfficeList, kept: ListRow, name: str) -> None:
    """Give a row the name that it lacks; all are judged anew.

    Raises `Refused` (`list.busy`, `list.closed`, `row.taken`).
    """
    _must_be_open(row)
    if kept.taken_at is not None or kept.fate != REJECTED:
        raise Refused((Reason("row.taken"),))
    kept.name_given = name[:200]
    row.task, row.done = JUDGE, 0


def ask_to_take(session: Session, row: OfficeList, *, by: UUID | None, role: str) -> None:
    """Have every row taken over that is clear or decided.

    Raises `Refused` (`list.busy`, `list.closed`, `list.columns_unconfirmed`, `list.nothing_to_take`).
    """
    _must_be_open(row)
    reasons = []
    if row.columns_confirmed_at is None:
        reasons.append(Reason("list.columns_unconfirmed"))
    if not queries.counts(session, row.id)["ready"]:
        reasons.append(Reason("list.nothing_to_take"))
    if reasons:
        raise Refused(reasons)
    row.task, row.task_by, row.task_role, row.done = TAKE, by, role, 0


def ask_to_take_back(row: OfficeList, *, by: UUID | None, role: str) -> None:
    """Have everything taken back that this list brought.

    Raises `Refused` (`list.busy`, `list.closed`, `list.not_taken`).
    """
    _must_be_open(row)
    if row.taken_at is None:
        raise Refused((Reason("list.not_taken"),))
    row.task, row.task_by, row.task_role, row.done = TAKE_BACK, by, role, 0


def discard(session: Session, row: OfficeList, *, by: UUID) -> None:
    """Throw a list away of which nothing was taken over: its cells are erased at once.

    Raises `Refused` (`list.busy`, `list.closed`, `list.taken_already`).
    """
    _must_be_open(row)
    if row.taken_at is not None:
        raise Refused((Reason("list.taken_already"),))
    row.state, row.ended_at, row.ended_by = "discarded", clock.now(), by
    erase_cells(session, row)


def erase_cells(session: Session, row: OfficeList) -> None:
    """Erase what the rows say; place, number, fate and decision stay."""
    of = select(ListRow.id).where(ListRow.list_id == row.id)
    session.execute(delete(ListHint).where(ListHint.row_id.in_(of)))
    gone: dict[str, Any] = {"cells": None, "name": None, "name_given": None, "reasons": []}
    session.execute(update(ListRow).where(ListRow.list_id == row.id).values(**gone))
    session.flush()


def forget(session: Session) -> int:
    """Erase what rows say that were taken over long ago, and whole lists that nobody touches; returns how many rows.

    The source of each organisation names file, sheet and row; the cells are of no use any more. The caller commits.
    """
    now = clock.now()
    old = select(OfficeList.id).where(OfficeList.uploaded_at < now - ROWS_KEPT)
    done = or_(ListRow.taken_at < now - TAKEN_ROWS_KEPT, ListRow.list_id.in_(old))
    query = select(ListRow.id).where(done, ListRow.cells.is_not(None)).limit(MOST_FORGOTTEN)
    ids = session.scalars(query).all()
    gone: dict[str, Any] = {"cells": None, "name_given": None, "reasons": []}
    session.execute(update(ListRow).where(ListRow.id.in_(ids)).values(**gone))
    session.flush()
    return len(ids)


def said(reason: Reason) -> dict[str, Any]:
    """A reason as plain JSON."""
    plain = asdict(reason)
    values = {name: str(value) if isinstance(value, date) else value for name, value in plain["values"].items()}
    return {"code": plain["code"], "values": values}


def choices(kept: ListRow, hinted: bool) -> tuple[str, ...]:
    """What a person may say of a row; of one that may be known, whom it means."""
    if kept.fate != WAITS:
        return ("leave",)
    return ("same", "different", "renamed", "leave") if hinted else ("take", "leave")


def _must_be_open(row: OfficeList) -> None:
    if row.state != "open":
        raise Refused((Reason("list.closed"),))
    if row.task is not None:
        raise Refused((Reason("list.busy"),))


def _column(list_id: UUID, sheet: str, column: Any) -> dict[str, Any]:
    return {
        "id": new_id(), "list_id": list_id, "sheet": sheet[:100], "position": column.position,
        "heading": column.heading[:200], "field": column.field, "never": column.never,
    }  # fmt: skip


def _line(list_id: UUID, place: int, sheet: str, line: Any, hidden: set[int]) -> dict[str, Any]:
    cells = ["" if at in hidden else cell for at, cell in enumerate(line.cells)]
    return {
        "id": new_id(), "list_id": list_id, "place": place, "sheet": sheet[:100], "number": line.number,
        "cells": cells, "continues": sorted(line.continues - hidden), "colour": line.colour, "hidden": line.hidden,
        "reasons": [],
    }  # fmt: skip
