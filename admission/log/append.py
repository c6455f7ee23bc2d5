"""Appending: the database gives the place, under a lock that is taken last and held until commit."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from admission.log.entry import Draft, Sealed
from admission.log.models import DisclosureRow, Entry
from admission.log.pseudonyms import HOUSE, SYSTEM, pseudonym

NEXT = select(func.coalesce(func.max(Entry.idx), -1) + 1).scalar_subquery()
COLUMNS = ("body", "type", "actor", "case_id", "revision", "state", "command")
WRITE = insert(Entry).values(idx=NEXT, **{name: bindparam(name) for name in COLUMNS}).inline()
KEEP = insert(DisclosureRow)


def append(session: Session, drafts: Draft | Sequence[Draft], *, command: UUID | None = None) -> None:
    """Write entries in the caller's transaction; the first carries the command id.

    Nothing may wait for a lock after this line: all cases, then counters, then rows, the log last (foundation C12).
    Raises `UnfitEntry` before anything is written.
    """
    drafts = [drafts] if isinstance(drafts, Draft) else list(drafts)
    write(session, [draft.seal() for draft in drafts], command)


def write(session: Session, entries: Sequence[Sealed], command: UUID | None = None) -> None:
    """Write sealed entries: their disclosures in one statement, then the entries in one."""
    if private := [_disclosure(entry, found) for entry in entries for found in entry.disclosures]:
        session.execute(KEEP, private)
    connection = session.connection()
    connection.execute(WRITE, [_row(entry, command if at == 0 else None) for at, entry in enumerate(entries)])


def append_house(
    session: Session,
    type: str,
    *,
    actor: UUID | None,
    role: str,
    data: Mapping[str, Any],
    edition: str | None = None,
    private: Mapping[str, Any] | None = None,
) -> None:
    """Record an act that belongs to no case; `actor` None is the system. No personal data in `data`."""
    who = pseudonym(session, actor, HOUSE) if actor else SYSTEM
    append(session, Draft(type, who, role, edition=edition, data=data, private=private or {}))


def _row(entry: Sealed, command: UUID | None) -> dict[str, Any]:
    return {
        "body": entry.body,
        "type": entry.type,
        "actor": entry.actor,
        "case_id": entry.case,
        "revision": entry.revision,
        "state": entry.state,
        "command": command,
    }


def _disclosure(entry: Sealed, found: Any) -> dict[str, Any]:
    return {"digest": found.digest, "name": found.name, "string": found.string, "case_id": entry.case}
