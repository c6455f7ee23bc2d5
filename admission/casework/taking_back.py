"""A list is taken back: everything that it brought goes, row by row, and what was changed later stays and is named.

Organisations themselves stay as rows without a source: the log names them, and a better list finds them again.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.ground.db import writing
from admission.lists import actions
from admission.lists.models import ListEffect, ListRow, OfficeList
from admission.lists.rules import OF_A_LIST
from admission.log.append import append
from admission.log.entry import Draft
from admission.log.pseudonyms import HOUSE, SYSTEM, pseudonym
from admission.organisations.models import Organisation, OrganisationName
from admission.organisations.rules import folded
from admission.register import events as register
from admission.register.models import Contact, Event, Field, Information, Source
from admission.register.sets import KNOWN

BATCH = 200
AFTERWARDS = frozenset({"informed", "objected"})
"""What follows a list by itself: it is no reason to go on knowing an organisation."""
TABLES: Mapping[str, Any] = {
    "contact": Contact,
    "information": Information,
    "source": Source,
    "field": Field,
    "name": OrganisationName,
    "event": Event,
}
CAUSE = "list"
LAST = ("contact", "information", "source", "field", "name", "renamed", "number", "event", "organisation")
"""The order in which effects are undone: a contact before the source that it names; events last, for the log is."""


def take_back(session: Session, list_id: UUID) -> None:
    """Take back everything that a list brought, in batches. Commits."""
    while _take_back_some(session, list_id):
        pass
    writing()
    held = actions.lock(session, list_id)
    if held.task == actions.TAKE_BACK:
        held.state, held.ended_at, held.ended_by = "taken_back", clock.now(), held.task_by
        actions.erase_cells(session, held)
        actions.settle(held)
    session.commit()


def _take_back_some(session: Session, list_id: UUID) -> bool:
    """One batch of rows, the last ones first; False once nothing is left."""
    writing()
    held = actions.lock(session, list_id)
    query = select(ListRow).where(ListRow.list_id == list_id, ListRow.taken_at.is_not(None))
    rows = session.scalars(query.order_by(ListRow.place.desc()).limit(BATCH)).all()
    if held.task != actions.TAKE_BACK or not rows:
        session.rollback()
        return False
    ids = sorted({row.organisation_id for row in rows if row.organisation_id})
    session.execute(select(Organisation.id).where(Organisation.id.in_(ids)).order_by(Organisation.id).with_for_update())
    effects: dict[str, list[ListEffect]] = defaultdict(list)
    for effect in session.scalars(select(ListEffect).where(ListEffect.row_id.in_([row.id for row in rows]))):
        effects[effect.kind].append(effect)
    back = _Back(session, held, {row.id: row for row in rows}, effects)
    for kind in LAST:
        back.undo(kind)
    for row in rows:
        row.taken_at = None
    session.execute(delete(ListEffect).where(ListEffect.row_id.in_([row.id for row in rows])))
    held.stayed = [*(held.stayed or []), *back.stayed]
    left = select(func.count()).select_from(ListRow).where(ListRow.list_id == list_id, ListRow.taken_at.is_not(None))
    session.flush()
    held.done = max(held.total, len(rows)) - (session.scalar(left) or 0)
    actions.hold_on(session, list_id, held.done, max(held.total, len(rows)))
    back.tell()
    session.commit()
    return True


class _Back:
    """One batch of rows on its way back; `stayed` names what was changed later."""

    def __init__(
        self,
        session: Session,
        held: OfficeList,
        rows: dict[UUID, ListRow],
        effects: Mapping[str, Sequence[ListEffect]],
    ) -> None:
        self.session, self.held, self.rows, self.effects = session, held, rows, effects
        self.stayed: list[dict[str, Any]] = []
        self._events: list[Event] = []
        self._renamed: list[Organisation] = []
        self._undo = {
            "contact": self._contact, "information": self._information, "source": self._source, "field": self._field,
            "name": self._name, "renamed": self._rename, "number": self._number, "event": self._event,
        }  # fmt: skip
        self._there = {kind: self._load(table, kind) for kind, table in TABLES.items()}
        self._named: set[UUID] = set()
        """What contacts that stay still name: sources and informations."""
        self._standing_on = self._organisations_that_stand_on()

    def undo(self, kind: str) -> None:
        """Undo every effect of a kind."""
        if kind in ("information", "source"):
            self._named = self._still_named(kind)
        for effect in self.effects.get(kind, ()):
            if kind in self._undo:
                self._undo[kind](effect)
        self.session.flush()

    def tell(self) -> None:
        """Write the entries, as the last statements of the transaction."""
        by, role = self.held.task_by, self.held.task_role or "system"
        if self._renamed:
            who = pseudonym(self.session, by, HOUSE) if by else SYSTEM
            append(
                self.session,
                [
                    Draft(
                        "organisation.renamed",
                        who,
                        role,
                        organisation=row.pseudonym,
                        private={"organisation": row.name},
                    )
                    for row in self._renamed
                ],
            )
        if self._events:
            register.take_back(self.session, self._events, by=by, role=role, cause=CAUSE)

    def _stays(self, effect: ListEffect, what: str) -> None:
        row = self.rows[effect.row_id]
        self.stayed.append({"what": what, "organisation": str(row.organisation_id), "row": row.number})

    def _contact(self, effect: ListEffect) -> None:
        contact = self._there["contact"].get(effect.ref)
        if contact is None:
            return
        touched = contact.confirmed_on or contact.objected_at or contact.basis or contact.ended_at
        rewritten = contact.blanked_at is None and (contact.value or contact.person) != effect.wrote
        if touched or rewritten:
            contact.source_id = None
            self._stays(effect, "contact")
        else:
            self.session.delete(contact)

    def _information(self, effect: ListEffect) -> None:
        """Whoever was told stays noted as told; nobody else has to be told any more."""
        information = self._there["information"].get(effect.ref)
        if information is None or information.id in self._named:
            return
        if information.told_on is None:
            self.session.delete(information)
        else:
            information.closed_at = information.closed_at or clock.now()

    def _source(self, effect: ListEffect) -> None:
        source = self._there["source"].get(effect.ref)
        if source is not None and source.id not in self._named:
            self.session.delete(source)

    def _field(self, effect: ListEffect) -> None:
        value = self._there["field"].get(effect.ref)
        if value is None:
            return
        if value.value == effect.wrote:
            self.session.delete(value)
        else:
            self._stays(effect, OF_A_LIST.get(value.name, value.name))

    def _name(self, effect: ListEffect) -> None:
        name = self._there["name"].get(effect.ref)
        if name is not None:
            self.session.delete(name)

    def _rename(self, effect: ListEffect) -> None:
        row = self.session.get_one(Organisation, effect.ref)
        if row.name == effect.wrote and effect.before:
            row.name, row.search_name = effect.before, folded(effect.before)[:200]
            self._renamed.append(row)
        else:
            self._stays(effect, "name")

    def _number(self, effect: ListEffect) -> None:
        row = self.session.get_one(Organisation, effect.ref)
        if row.register_number == effect.wrote:
            row.register_number = None
        else:
            self._stays(effect, "register_number")

    def _event(self, effect: ListEffect) -> None:
        event = self._there["event"][effect.ref]
        if event.taken_back_at is not None:
            return
        if event.kind == KNOWN and event.organisation_id in self._standing_on:
            self._stays(effect, "known")
        else:
            self._events.append(event)

    def _load(self, table: Any, kind: str) -> dict[UUID, Any]:
        refs = [effect.ref for effect in self.effects.get(kind, ())]
        return {row.id: row for row in self.session.scalars(select(table).where(table.id.in_(refs)))} if refs else {}

    def _still_named(self, kind: str) -> set[UUID]:
        column = Contact.information_id if kind == "information" else Contact.source_id
        refs = [effect.ref for effect in self.effects.get(kind, ())]
        return {found for found in self.session.scalars(select(column).where(column.in_(refs))) if found}

    def _organisations_that_stand_on(self) -> set[UUID]:
        """Those of which somebody recorded later what would count for nobody if they were not known."""
        known = {event.organisation_id for event in self._there["event"].values() if event.kind == KNOWN}
        ours = select(ListEffect.ref).join(ListRow, ListRow.id == ListEffect.row_id)
        ours = ours.where(ListRow.list_id == self.held.id, ListRow.organisation_id.in_(known))
        live = select(Event.id, Event.organisation_id, Event.kind).where(
            Event.organisation_id.in_(known), Event.taken_back_at.is_(None)
        )
        own = set(self.session.scalars(ours))
        kinds: dict[UUID, set[str]] = defaultdict(set)
        for event, organisation, kind in self.session.execute(live):
            if event not in own:
                kinds[organisation].add(kind)
        return {of for of, found in kinds.items() if found - AFTERWARDS and KNOWN not in found}
