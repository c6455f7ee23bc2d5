"""Judging every recorded step again from the entries alone: that proves that entries suffice.

Imports the rulebook, the procedure and the log, nothing else of the house.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.ground.errors import NotFound
from admission.log.models import Entry
from admission.procedure.facts import NotSupplied, facts_from
from admission.procedure.machine import Person, why_not
from admission.rulebook.queries import rulebook

OF_ALL = ("case", "type", "actor")
OF_STEPS = ("role", "edition", "kind", "to")
"""Fields without which an entry cannot be judged."""


@dataclass(frozen=True)
class Difference:
    """A recorded step that the published rules would not have allowed, that led elsewhere, or that lacks its facts."""

    idx: int
    step: str
    says: tuple[str, ...]


@dataclass
class _Course:
    """Where one case stands while its entries are read, and who did and declared what."""

    state: str = ""
    acts: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    conflicts: dict[str, str] = field(default_factory=dict)


def replay(session: Session) -> tuple[int, list[Difference]]:
    """How many steps were judged again, and those that differ."""
    rows = session.execute(select(Entry.idx, Entry.body).where(Entry.case_id.is_not(None)).order_by(Entry.idx))
    judged, differences = 0, []
    for difference in judge((idx, _said(body)) for idx, body in rows):
        judged += 1
        if difference is not None:
            differences.append(difference)
    return judged, differences


def judge(entries: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[Difference | None]:
    """One result for each step entry: None if the rules allow it as recorded."""
    courses: defaultdict[str, _Course] = defaultdict(_Course)
    for idx, entry in entries:
        if not _has(entry, *OF_ALL):
            yield Difference(idx, str(entry.get("type", "")), ("unreadable",))
            continue
        course = courses[entry["case"]]
        family, _, name = entry["type"].partition(".")
        if family == "step":
            yield _judged(idx, name, entry, course)
        if family in ("step", "act"):
            course.acts[entry["actor"]].add(name)
        if entry["type"] == "act.declare_conflict":
            conflict = isinstance(entry.get("data"), dict) and bool(entry["data"].get("conflict"))
            course.conflicts[entry["actor"]] = "declared" if conflict else "none"
        if _has(entry, "to"):
            course.state = entry["to"]


def _judged(idx: int, name: str, entry: dict[str, Any], course: _Course) -> Difference | None:
    if not _has(entry, *OF_STEPS):
        return Difference(idx, name, ("unreadable",))
    if not isinstance(entry.get("facts"), dict):
        return Difference(idx, name, ("facts_missing",))
    try:
        procedure = rulebook(entry["edition"]).procedure(entry["kind"])
    except (NotFound, KeyError):
        return Difference(idx, name, ("rulebook_missing",))
    actor = entry["actor"]
    person = Person(
        actor,
        frozenset({entry["role"]}),
        frozenset(course.acts[actor]),
        course.conflicts.get(actor, "undeclared"),
    )
    try:
        reasons = why_not(procedure, course.state, name, facts_from(entry["facts"]), person)
    except (NotSupplied, TypeError, ValueError, AttributeError):  # facts that no guard of ours could have read
        return Difference(idx, name, ("facts_missing",))
    says = tuple(reason.code for reason in reasons)
    rule = procedure.step(course.state, name)
    if rule is not None and rule.to != entry["to"]:
        says += ("led_elsewhere",)
    return Difference(idx, name, says) if says else None


def _said(body: str) -> dict[str, Any]:
    """What the bytes say; nothing if they are no object."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _has(entry: dict[str, Any], *names: str) -> bool:
    """Whether these fields are there and are texts: an entry that somebody forged may hold anything."""
    return all(isinstance(entry.get(name), str) for name in names)
