"""The number of a day counted anew by another way: from the log's entries alone, a day at a time, by definition.

It shares no line with the product: no events, no spans, no kept sums. Only the bridge from an entry to its organisation
(the register's pseudonym, the case) comes from the database.
"""

import json
from collections import Counter
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from admission.cases.models import Case
from admission.ground.db import db
from admission.log.models import Entry
from admission.organisations.models import Organisation

CODES = {
    "organisation.known": ("known", "source", "known_on"),
    "organisation.ended": ("ended", "cause", "on"),
    "organisation.confirmed": ("confirmed", "channel", "on"),
    "organisation.contacted": ("contact", "way", "on"),
    "organisation.active": ("activity", "source", "on"),
    "organisation.kept": ("standing", "standing", "on"),
    "organisation.flagged": ("flagged", "flag", "on"),
    "organisation.unflagged": ("unflagged", "flag", "on"),
}


def recount(on: date, known_at: datetime | None = None) -> Counter:
    """Sets in alphabetical order -> number of organisations; sets of the edition 2026-1."""
    told, corrected, merged = _read(known_at)
    together: dict[UUID, set] = {}
    for organisation, events in told.items():
        past = [(kind, code, day) for place, kind, code, day in events if day <= on and place not in corrected]
        past.sort(key=lambda event: event[2])
        one = organisation
        while one in merged:
            one = merged[one]
        together.setdefault(one, set()).update(_sets(past, on))
    return Counter(tuple(sorted(sets)) for sets in together.values() if sets)


def _sets(past, on):
    last = [kind for kind, _code, _day in past if kind in ("known", "ended")]
    if last[-1:] != ["known"]:
        return set()
    sets = {"known"}
    if any(kind in ("confirmed", "contact", "activity") and _less_than_a_year(day, on) for kind, _code, day in past):
        sets.add("verified_active")
    if any(kind == "confirmed" and _less_than_a_year(day, on) for kind, _code, day in past):
        sets.add("reachable")
    standing = [code for kind, code, _day in past if kind == "standing"][-1:]
    for name, codes in (
        ("member", ["member", "taken_over"]),
        ("guest", ["guest"]),
        ("taken_over", ["taken_over"]),
        ("kept_as_network", ["network"]),
    ):
        if standing and standing[0] in codes:
            sets.add(name)
    for flag in ("umbrella", "hosted", "protected"):
        if [kind for kind, code, _day in past if kind.endswith("flagged") and code == flag][-1:] == ["flagged"]:
            sets.add(flag)
    names = [kind for kind, code, _day in past if code == "name/public"]
    if names[-1:] == ["consent.given"]:
        sets.add("published")
    return sets


def _less_than_a_year(day: date, on: date) -> bool:
    try:
        return on < day.replace(year=day.year + 1)
    except ValueError:  # 29 February: a year is over on the last day of February
        return on < date(day.year + 1, 2, 28)


def _read(known_at):
    named = {row.pseudonym: row.id for row in db.session.execute(select(Organisation.id, Organisation.pseudonym))}
    of_case = {row.id: row for row in db.session.execute(select(Case.id, Case.organisation_id, Case.of))}
    told: dict[UUID, list] = {}
    corrected: set[int] = set()
    merged: dict[UUID, UUID] = {}
    for place, body in db.session.execute(select(Entry.idx, Entry.body).order_by(Entry.idx)):
        entry = json.loads(body)
        at = datetime.strptime(entry["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if known_at is not None and at > known_at:
            continue
        if entry["type"] == "organisation.corrected":
            corrected.update(entry["cites"])
        elif entry["type"] == "organisation.merged":
            merged[named[entry["organisation"]]] = named[entry["data"]["other"]]
        elif entry["type"] == "organisation.split":
            del merged[named[entry["organisation"]]]
        elif entry["type"] in CODES:
            kind, code, day = CODES[entry["type"]]
            events = told.setdefault(named[entry["organisation"]], [])
            events.append((place, kind, entry["data"][code], date.fromisoformat(entry["data"][day])))
        elif entry["type"] in ("consent.given", "consent.withdrawn"):
            code = f"{entry['data']['field']}/{entry['data']['purpose']}"
            told.setdefault(named[entry["organisation"]], []).append((place, entry["type"], code, _berlin(at)))
        elif entry.get("kind") == "membership" and "to" in entry:
            case = of_case[UUID(entry["case"])]
            standing = "taken_over" if entry["to"] == "member" and case.of is None else entry["to"]
            today = date.fromisoformat(entry["facts"]["today"])
            told.setdefault(case.organisation_id, []).append((place, "standing", standing, today))
        elif entry["type"] == "step.submit":
            organisation = of_case[UUID(entry["case"])].organisation_id
            today = date.fromisoformat(entry["facts"]["today"])
            told.setdefault(organisation, []).append((place, "confirmed", "application", today))
            told[organisation].append((place, "known", "application", today))
    return told, corrected, merged


def _berlin(at: datetime) -> date:
    return at.astimezone(ZoneInfo("Europe/Berlin")).date()
