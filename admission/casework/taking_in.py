"""Rows of a list become what the register knows: organisations, sources, contacts, fields, events; and back again.

In batches, each a transaction: the list's row is locked, then the organisations in the order of their ids, then what is
known of them is read anew; the log comes last. A list stops and goes on between two batches without harm.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from admission.casework.beside import known_organisations, vocabulary
from admission.casework.judging import judge_beside
from admission.ground import clock
from admission.ground.db import writing
from admission.ground.ids import new_id
from admission.lists import actions, queries
from admission.lists.cells import MEMBER, Entry, Person
from admission.lists.models import ListEffect, ListRow, OfficeList
from admission.lists.rules import IN_REGISTER, TAKEN_FIELDS, Known
from admission.log.append import append
from admission.log.entry import Draft
from admission.log.pseudonyms import HOUSE, SYSTEM, pseudonym
from admission.organisations import actions as organisations
from admission.organisations.matching import address_key, exact, mail_key, person_key, phone_key
from admission.organisations.models import Organisation
from admission.procedure.deadlines import months_after
from admission.register import contacts
from admission.register.contacts import MAIL, PERSON, PHONE, POST, Way
from admission.register.events import Noted, note_all
from admission.register.models import Event, Field, Information, Source
from admission.register.sets import KNOWN, STANDING

BATCH = 200
TOLD_WITHIN = 1
"""Months after which, at the latest, somebody is told what is held of them (Art. 14 (3) a GDPR)."""
NETWORK = "network"
RENAMED = "organisation.renamed"


def take(session: Session, list_id: UUID) -> None:
    """Take over every row that is clear or decided, judged once more beside what is known now. Commits."""
    judge_beside(session, list_id)
    while _take_some(session, list_id):
        pass
    writing()
    held = actions.lock(session, list_id)
    if held.task == actions.TAKE:
        actions.settle(held)
    session.commit()


def _take_some(session: Session, list_id: UUID) -> bool:
    """One batch; False once nothing is left."""
    words = vocabulary(session)
    writing()
    held = actions.lock(session, list_id)
    query = select(ListRow).where(ListRow.list_id == list_id, *queries.is_ready()).order_by(ListRow.place)
    rows = session.scalars(query.limit(BATCH)).all()
    if held.task != actions.TAKE or not rows:
        session.rollback()
        return False
    entries = [one.entry for one in queries.read_rows(session, held, rows, words, clock.today())]
    taken = _Taking(session, held).take(rows, entries)
    held.taken_at, held.taken_by = held.taken_at or clock.now(), held.taken_by or held.task_by
    counted = queries.counts(session, list_id)
    actions.hold_on(session, list_id, counted["taken"], counted["taken"] + counted["ready"])
    session.commit()
    return taken > 0


@dataclass
class _Seen:
    """What is known of one organisation while rows are added to it."""

    row: Organisation
    known: Known
    listed: bool
    """This list made it known already."""

    def __post_init__(self) -> None:
        self.phones, self.mails = set(self.known.phones), set(self.known.mails)
        self.addresses, self.people = set(self.known.addresses), set(self.known.people)
        self.names = {exact(name) for name in (self.known.name, *self.known.also)}
        self.fields, self.standing = dict(self.known.fields), self.known.standing
        self.contacts_on = set(self.known.contacts_on)

    def is_new(self, person: str) -> bool:
        """Whether nobody of this name is known, and nobody of it was blanked."""
        key = person_key(person)
        return key not in self.people and contacts.trace(PERSON, key) not in self.known.traces


@dataclass
class _Taking:
    """One batch: everything is gathered first and written in a few statements, the log last."""

    session: Session
    held: OfficeList
    sources: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    ways: list[tuple[UUID, Way]] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)
    noted: list[tuple[UUID, Noted]] = field(default_factory=list)
    renamed: list[tuple[Organisation, str]] = field(default_factory=list)
    effects: list[dict[str, Any]] = field(default_factory=list)

    def take(self, rows: Sequence[ListRow], entries: Sequence[Entry]) -> int:
        """Take these rows over; returns how many could be."""
        about = self._about(rows, entries)
        seen = self._seen(about.values())
        for row, entry in zip(rows, entries, strict=True):
            if row.id in about:
                self._add(row, entry, seen[about[row.id]])
                row.organisation_id, row.taken_at = about[row.id], clock.now()
        self._write()
        return len(about)

    def _about(self, rows: Sequence[ListRow], entries: Sequence[Entry]) -> dict[UUID, UUID]:
        """Row -> the organisation that it is about, made now where it is a new one."""
        new = [(row, entry) for row, entry in zip(rows, entries, strict=True) if _is_new(row)]
        made = organisations.found_all(
            self.session, [(entry.name, entry.register_number[:40] or None) for _, entry in new]
        )
        found = {row.id: organisation.id for (row, _), organisation in zip(new, made, strict=True)}
        for (row, _), organisation in zip(new, made, strict=True):
            self._effect(row, "organisation", organisation.id)
        above = select(ListRow.id, ListRow.organisation_id).where(
            ListRow.id.in_([row.above_id for row in rows if row.above_id]), ListRow.taken_at.is_not(None)
        )
        before = {id_: organisation for id_, organisation in self.session.execute(above) if organisation}
        for row in rows:
            if row.id in found:
                continue
            wanted = row.organisation_id or (found | before).get(row.above_id or row.id)
            if wanted is not None:
                found[row.id] = wanted
        return found

    def _seen(self, ids: Iterable[UUID]) -> dict[UUID, _Seen]:
        wanted = sorted(set(ids))
        locked = select(Organisation).where(Organisation.id.in_(wanted)).order_by(Organisation.id)
        rows = {row.id: row for row in self.session.scalars(locked.with_for_update(key_share=True))}
        listed = set(
            self.session.scalars(
                select(Event.organisation_id)
                .join(ListEffect, ListEffect.ref == Event.id)
                .join(ListRow, ListRow.id == ListEffect.row_id)
                .where(
                    ListRow.list_id == self.held.id,
                    Event.organisation_id.in_(wanted),
                    Event.kind == KNOWN,
                    Event.taken_back_at.is_(None),
                )
            )
        )
        known = known_organisations(self.session, wanted)
        return {one.id: _Seen(rows[one.id], one, one.id in listed) for one in known}

    def _add(self, row: ListRow, entry: Entry, seen: _Seen) -> None:
        source: dict[str, Any] = {
            "id": new_id(),
            "organisation_id": seen.row.id,
            "kind": "list",
            "says": _says(self.held, row),
            "known_on": self.held.as_of,
        }
        self.sources.append(source)
        self._effect(row, "source", source["id"])
        self._add_names(row, entry, seen)
        self._add_people(row, entry, seen, source["id"])
        self._add_fields(row, entry, seen)
        self._add_events(row, entry, seen)

    def _add_names(self, row: ListRow, entry: Entry, seen: _Seen) -> None:
        """Another spelling goes on finding it; a name that a person called newer is the one it bears from now on."""
        if entry.register_number and not seen.row.register_number:
            seen.row.register_number = entry.register_number[:40]
            self._effect(row, "number", seen.row.id, wrote=seen.row.register_number)
        if exact(entry.name) in seen.names:
            return
        seen.names.add(exact(entry.name))
        before = seen.row.name
        if row.decision == "renamed":
            noted = organisations.rename(self.session, seen.row, entry.name)
            self.renamed.append((seen.row, entry.name))
            self._effect(row, "renamed", seen.row.id, wrote=seen.row.name, before=before)
        else:
            noted = organisations.note_name(self.session, seen.row, entry.name, "also")
        if noted is not None:
            self._effect(row, "name", noted.id)

    def _add_people(self, row: ListRow, entry: Entry, seen: _Seen, source: UUID) -> None:
        for person in entry.people:
            ways = list(_new_ways(person, seen, source))
            if any(way.is_personal for way in ways):
                told = self._to_tell(row, seen.row.id)
                ways = [Way(**{**vars(way), "information": told}) if way.is_personal else way for way in ways]
            self.ways += [(row.id, way) for way in ways]
        if entry.address and (key := address_key(entry.address)) not in seen.addresses:
            seen.addresses.add(key or "")
            self.ways.append((row.id, Way(seen.row.id, POST, entry.address, source=source)))

    def _to_tell(self, row: ListRow, organisation: UUID) -> UUID:
        told: dict[str, Any] = {
            "id": new_id(),
            "organisation_id": organisation,
            "source": self.held.id,
            "due_on": months_after(clock.today(), TOLD_WITHIN),
        }
        self.told.append(told)
        self._effect(row, "information", told["id"])
        made: UUID = told["id"]
        return made

    def _add_fields(self, row: ListRow, entry: Entry, seen: _Seen) -> None:
        for name in TAKEN_FIELDS:
            value = str(getattr(entry, name))[:200]
            if value and not seen.fields.get(name):
                seen.fields[name] = value
                made: dict[str, Any] = {
                    "id": new_id(),
                    "organisation_id": seen.row.id,
                    "name": IN_REGISTER.get(name, name),
                    "value": value,
                    "changed_at": clock.now(),
                }
                self.fields.append(made)
                self._effect(row, "field", made["id"], wrote=value)

    def _add_events(self, row: ListRow, entry: Entry, seen: _Seen) -> None:
        if not seen.listed:
            seen.listed = True
            self._note(row, seen, KNOWN, self.held.as_of, "list")
        if entry.standing == MEMBER and not seen.standing:
            seen.standing = NETWORK
            self._note(row, seen, STANDING, self.held.as_of, NETWORK)
        if entry.last_contact and entry.last_contact not in seen.contacts_on:
            seen.contacts_on.add(entry.last_contact)
            self._note(row, seen, "contact", entry.last_contact, "list")

    def _note(self, row: ListRow, seen: _Seen, kind: str, on: date, detail: str) -> None:
        data = {"list": self.held.id, "row": row.place}
        self.noted.append((row.id, Noted(seen.row.id, seen.row.pseudonym, kind, on, detail, data)))

    def _effect(self, row: ListRow | UUID, kind: str, ref: UUID, **more: str | None) -> None:
        row_id = row if isinstance(row, UUID) else row.id
        self.effects.append(
            {"id": new_id(), "row_id": row_id, "kind": kind, "ref": ref, "wrote": None, "before": None} | more
        )

    def _write(self) -> None:
        session = self.session
        session.flush()
        for table, rows in ((Source, self.sources), (Information, self.told), (Field, self.fields)):
            if rows:
                session.execute(insert(table), rows)
        for (row_id, way), made in zip(self.ways, contacts.add(session, [way for _, way in self.ways]), strict=True):
            self._effect(row_id, "contact", made, wrote=way.value or way.person)
        by, role = self.held.task_by, self.held.task_role or "system"
        who = pseudonym(session, by, HOUSE) if by else SYSTEM
        if self.renamed:
            append(session, [_renaming(who, role, organisation, name) for organisation, name in self.renamed])
        events = note_all(session, [noted for _, noted in self.noted], by=by, role=role)
        for (row_id, _), event in zip(self.noted, events, strict=True):
            self._effect(row_id, "event", event)
        session.execute(insert(ListEffect), self.effects)


def _is_new(row: ListRow) -> bool:
    """Nobody and nothing says that it is known: a row that a person called another one, or one that is unknown."""
    if row.decision is not None:
        return row.decision in ("different", "take") and row.organisation_id is None and row.above_id is None
    return row.organisation_id is None and row.above_id is None


def _new_ways(person: Person, seen: _Seen, source: UUID) -> Iterable[Way]:
    """What a row says of one person that is not known yet; a name without any way is kept as a name."""
    name = person.name or None
    more = {"person": name, "role": person.role or None, "source": source}
    before = len(seen.phones) + len(seen.mails)
    for kind, values, key_of, held in (
        (MAIL, person.mails, mail_key, seen.mails),
        (PHONE, person.phones, phone_key, seen.phones),
    ):
        for value in values:
            key = key_of(value)
            if key and key not in held and contacts.trace(kind, key) not in seen.known.traces:
                held.add(key)
                yield Way(seen.row.id, kind, value, **more)  # type: ignore[arg-type]
    if name is not None and seen.is_new(name):
        seen.people.add(person_key(name))
        if len(seen.phones) + len(seen.mails) == before:
            yield Way(seen.row.id, PERSON, None, **more)  # type: ignore[arg-type]


def _says(held: OfficeList, row: ListRow) -> str:
    """The source in words, German as everything that the office writes."""
    sheet = f", Blatt „{row.sheet}“" if row.sheet else ""
    return f"{held.name}{sheet}, Zeile {row.number}"


def _renaming(who: str, role: str, organisation: Organisation, name: str) -> Draft:
    return Draft(RENAMED, who, role, organisation=organisation.pseudonym, private={"organisation": name})
