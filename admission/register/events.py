"""Writes of the register's events, each beside its log entry; and the kept sums that are folded from them.

The caller commits right afterwards: the log's place is held from the entry on. An event needs no lock, for it changes
nothing; folding locks each organisation's row, in the order of ids.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, false, func, insert, select, update
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.ground.errors import Reason, Refused
from admission.ground.ids import new_id
from admission.log.append import append
from admission.log.entry import Draft
from admission.log.models import Entry
from admission.log.pseudonyms import HOUSE, SYSTEM, pseudonym
from admission.organisations import merges
from admission.organisations.models import Organisation
from admission.register.models import Basis, Change, Event, Standing
from admission.register.sets import (
    CHANGED,
    GIVEN,
    JOINED,
    MERGED,
    PARTED,
    SPLIT,
    WITHDRAWN,
    Happened,
    SetRule,
    Span,
    digest_of,
    spans,
)

# Kind of event -> type of its entry, and what the entry's data call the event's code.
TYPES: Mapping[str, tuple[str, str]] = {
    "known": ("organisation.known", "source"),
    "ended": ("organisation.ended", "cause"),
    "confirmed": ("organisation.confirmed", "channel"),
    "contact": ("organisation.contacted", "way"),
    "activity": ("organisation.active", "source"),
    "standing": ("organisation.kept", "standing"),
    "flagged": ("organisation.flagged", "flag"),
    "unflagged": ("organisation.unflagged", "flag"),
    "informed": ("organisation.informed", "way"),
    "allowed": ("organisation.allowed", "basis"),
    "objected": ("organisation.objected", "channel"),
    "declined": ("organisation.declined", "field"),
}
# Kinds whose code is `field/other` -> type of the entry, and what its data call the other.
OF_A_FIELD: Mapping[str, tuple[str, str]] = {
    GIVEN: ("consent.given", "purpose"),
    WITHDRAWN: ("consent.withdrawn", "purpose"),
    CHANGED: ("organisation.changed", "by"),
}
# Kinds that speak of two organisations -> type of their one entry, in the name of the one that goes or comes back.
PAIRS: Mapping[str, str] = {MERGED: "organisation.merged", SPLIT: "organisation.split"}
CORRECTED = "organisation.corrected"
MARKS = frozenset({MERGED, JOINED, SPLIT, PARTED})
"""Kinds that stay with the organisation of which they were told."""
CHANGES_KEPT = 5_000
"""So many rows of changes are read for a number before they are added up to one a day and set."""


@dataclass(frozen=True)
class Noted:
    """What is to be recorded of one organisation; nothing in `data` may tell who somebody is."""

    organisation: UUID
    pseudonym: str
    kind: str
    on: date
    detail: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict)


def note(session: Session, organisation: Organisation, kind: str, on: date, detail: str = "", **more: Any) -> None:
    """Record one event of an organisation; `more`: `by` (None: the system), `role`, `data`, `private`."""
    by, role = more.pop("by"), more.pop("role")
    note_all(session, [Noted(organisation.id, organisation.pseudonym, kind, on, detail, **more)], by=by, role=role)


def note_all(session: Session, noted: Sequence[Noted], *, by: UUID | None, role: str) -> list[UUID]:
    """Record many events at once, in two statements; returns their ids in the same order. The caller commits."""
    if not noted:
        return []
    session.flush()
    who = pseudonym(session, by, HOUSE) if by else SYSTEM
    append(session, [_draft(one, who, role) for one in noted])
    first = _last_place(session) - len(noted) + 1
    now = clock.now()
    rows = [_row(one.organisation, one.kind, one.on, one.detail, first + at, now) for at, one in enumerate(noted)]
    _count_as_they_are_now(session, rows)
    session.execute(insert(Event), rows)
    return [row["id"] for row in rows]


def note_pair(
    session: Session,
    one: tuple[str, Organisation],
    other: tuple[str, Organisation],
    reason: str,
    *,
    by: UUID,
    role: str,
) -> None:
    """One entry that two organisations are told of, as (kind, organisation); its reason is private. On today."""
    session.flush()
    (kind, gone), (back, stays) = one, other
    draft = Draft(
        PAIRS[kind], pseudonym(session, by, HOUSE), role, organisation=gone.pseudonym,
        data={"other": stays.pseudonym}, private={"message": reason},
    )  # fmt: skip
    append(session, [draft])
    place, now, today = _last_place(session), clock.now(), clock.today()
    rows = [
        _row(gone.id, kind, today, stays.pseudonym, place, now),
        _row(stays.id, back, today, gone.pseudonym, place, now),
    ]  # fmt: skip
    session.execute(insert(Event), rows)


def follow_case(session: Session, organisation: UUID, told: Iterable[tuple[str, str]]) -> None:
    """Events (kind, code) that an entry of a case has just told, the last one of the log; on today.

    A case's entry never names the register's pseudonym, and the register needs no second entry for what it says.
    """
    place, now, today = _last_place(session), clock.now(), clock.today()
    rows = [_row(organisation, kind, today, code, place, now) for kind, code in told]
    _count_as_they_are_now(session, rows)
    session.connection().execute(insert(Event), rows)


def take_back(session: Session, events: Sequence[Event], *, by: UUID | None, role: str, cause: str) -> None:
    """Past days no longer count these events; the entries that say so cite theirs. The caller commits."""
    if any(event.taken_back_at is not None for event in events):
        raise Refused((Reason("event.taken_back"),))
    session.flush()
    names = dict(_pseudonyms(session, {event.told_of or event.organisation_id for event in events}))
    who = pseudonym(session, by, HOUSE) if by else SYSTEM
    cited: dict[UUID, list[int]] = defaultdict(list)
    for event in events:
        cited[event.told_of or event.organisation_id].append(event.place)
        event.taken_back_at, event.folded = clock.now(), False
    session.flush()
    drafts = [
        Draft(CORRECTED, who, role, organisation=names[organisation], cites=sorted(set(places)), data={"cause": cause})
        for organisation, places in cited.items()
    ]
    append(session, drafts)


def fold_is_due(session: Session, rules: Sequence[SetRule]) -> bool:
    """Whether an event waits, or other rules came into force."""
    if session.scalar(select(Basis.rules)) != digest_of(rules):
        return True
    return session.scalar(select(Event.id).where(Event.folded == false()).limit(1)) is not None


def fold(session: Session, rules: Sequence[SetRule], most: int = 500) -> int:
    """Bring the kept sums up to date for at most so many organisations; returns for how many. The caller commits."""
    _begin_anew_by_other_rules(session, rules)
    waiting = select(Event.organisation_id).where(Event.folded == false()).distinct().limit(most)
    ids = sorted(session.scalars(waiting))
    if not ids:
        return 0
    session.execute(select(Organisation.id).where(Organisation.id.in_(ids)).order_by(Organisation.id).with_for_update())
    events: dict[UUID, list[Happened]] = defaultdict(list)
    recorded = select(Event).where(Event.organisation_id.in_(ids)).order_by(Event.place, Event.kind)
    read = []
    for row in session.scalars(recorded):
        read.append(row.id)
        if row.taken_back_at is None:
            events[row.organisation_id].append(Happened(row.on, row.kind, row.detail, row.told_of))
    changes: Counter[tuple[date, str]] = Counter()
    for old in session.execute(
        select(Standing.from_on, Standing.until_on, Standing.sets).where(Standing.organisation_id.in_(ids))
    ):
        _count(changes, old.from_on, old.until_on, old.sets, -1)
    rows = []
    for organisation in ids:
        for span in spans(events[organisation], rules):
            rows.append(_span(organisation, span))
            _count(changes, span.from_on, span.until_on, ",".join(span.sets), 1)
    session.execute(delete(Standing).where(Standing.organisation_id.in_(ids)))
    if rows:
        session.execute(insert(Standing), rows)
    if told := [{"on": on, "sets": sets, "by_how_many": n} for (on, sets), n in changes.items() if n]:
        session.execute(insert(Change), told)
    session.execute(update(Event).where(Event.id.in_(read)).values(folded=True))
    return len(ids)


def condense(session: Session) -> bool:
    """Add up the changes of a day and set where they have become many; True if it did. The caller commits."""
    if (session.scalar(select(func.count()).select_from(Change)) or 0) <= CHANGES_KEPT:
        return False
    newest = session.scalar(select(func.max(Change.id)))
    up_to = Change.id <= newest
    sums = session.execute(
        select(Change.on, Change.sets, func.sum(Change.by_how_many).label("by_how_many"))
        .where(up_to)
        .group_by(Change.on, Change.sets)
        .having(func.sum(Change.by_how_many) != 0)
    ).all()
    session.execute(delete(Change).where(up_to))
    session.execute(insert(Change), [dict(row._mapping) for row in sums])
    return True


def _begin_anew_by_other_rules(session: Session, rules: Sequence[SetRule]) -> None:
    digest = digest_of(rules)
    basis = session.get(Basis, 1)
    if basis is not None and basis.rules == digest:
        return
    if basis is None:
        basis = Basis(id=1)
        session.add(basis)
    basis.rules = digest
    session.execute(update(Event).values(folded=False))
    session.flush()


def _count(changes: Counter[tuple[date, str]], from_on: date, until_on: date | None, sets: str, by: int) -> None:
    changes[from_on, sets] += by
    if until_on is not None:
        changes[until_on, sets] -= by


def _draft(one: Noted, who: str, role: str) -> Draft:
    if one.kind in OF_A_FIELD:
        type_, other = OF_A_FIELD[one.kind]
        name, _, said = one.detail.partition("/")
        data = {"field": name, other: said, **one.data}
        return Draft(type_, who, role, organisation=one.pseudonym, data=data, private=one.private)
    type_, calls = TYPES[one.kind]
    day = {"known_on" if one.kind == "known" else "on": one.on}
    data = {calls: one.detail, **day, **one.data}
    return Draft(type_, who, role, organisation=one.pseudonym, data=data, private=one.private)


def _row(organisation: UUID, kind: str, on: date, detail: str, place: int, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organisation_id": organisation,
        "kind": kind,
        "on": on,
        "detail": detail,
        "place": place,
        "recorded_at": now,
        "told_of": None,
        "folded": False,
    }


def _count_as_they_are_now(session: Session, rows: list[dict[str, Any]]) -> None:
    """What is told of an organisation that was merged into another one counts for that one."""
    heads = merges.heads_of(session, {row["organisation_id"] for row in rows})
    for row in rows:
        own = row["organisation_id"]
        if own in heads and row["kind"] not in MARKS:
            row["organisation_id"], row["told_of"] = heads[own], own


def _span(organisation: UUID, span: Span) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organisation_id": organisation,
        "from_on": span.from_on,
        "until_on": span.until_on,
        "sets": ",".join(span.sets),
    }


def _last_place(session: Session) -> int:
    """The place of the entry just written: its transaction alone holds the log's end."""
    place = session.connection().scalar(select(func.max(Entry.idx)))
    assert place is not None
    return int(place)


def _pseudonyms(session: Session, ids: Iterable[UUID]) -> Iterable[tuple[UUID, str]]:
    rows = session.execute(select(Organisation.id, Organisation.pseudonym).where(Organisation.id.in_(ids)))
    return [(row.id, row.pseudonym) for row in rows]
