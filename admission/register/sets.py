"""Which sets an organisation belongs to on which days, by the rules of the edition's register part. Pure.

An organisation is what was recorded of it: events with the day that each speaks for. What belongs to no known
organisation belongs to no set, so whatever ends "known" ends every other set too.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from admission.procedure.deadlines import months_after

KNOWN, ENDED = "known", "ended"
STANDING = "standing"
GIVEN, WITHDRAWN = "consent_given", "consent_withdrawn"
FLAGGED, UNFLAGGED = "flagged", "unflagged"
UMBRELLA, HOSTED, PROTECTED = "umbrella", "hosted", "protected"
FLAGS = (UMBRELLA, HOSTED, PROTECTED)
"""Marks of the office: a union of others, a group in the house of another, one that is counted and shown to nobody."""
CHANGED = "changed"
"""A field of the entry was changed: `field/who`; its value stands in no event."""
MERGED, JOINED, SPLIT, PARTED = "merged", "joined", "split", "parted"
"""It was merged into another one, another one into it; and what undoes either. They count for nothing by themselves."""
WORDS = frozenset({"title", "says"})
TAKEN_OVER = "taken_over"
"""The standing of a member that came from the former network and was not assessed by criteria."""


@dataclass(frozen=True)
class Happened:
    """One event: the day for which it speaks, what it is, and its code (source, channel, standing, `field/purpose`)."""

    on: date
    kind: str
    detail: str = ""
    of: UUID | None = None
    """Of which of the organisations that were merged into one it was told; none: of the one that they are now."""


@dataclass(frozen=True)
class SetRule:
    """How an edition says who belongs to a set: one of five tests with its values."""

    name: str
    test: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """To which sets an organisation belonged from a day on; `until_on` is the first day after it, none: still now."""

    from_on: date
    until_on: date | None
    sets: tuple[str, ...]


def rules_of(register: Mapping[str, Any]) -> tuple[SetRule, ...]:
    """The rules of an edition's register part, in its order."""
    return tuple(
        SetRule(name, register["set"][name]["test"], register["set"][name]) for name in register.get("sets", ())
    )


def digest_of(rules: Iterable[SetRule]) -> str:
    """SHA-256 of what the rules say, titles apart: the kept sums were made by these or by others."""
    said = [
        [rule.name, rule.test, {key: rule.values[key] for key in sorted(rule.values) if key not in WORDS}]
        for rule in rules
    ]
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def spans(events: Sequence[Happened], rules: Iterable[SetRule]) -> list[Span]:
    """The life of one organisation, a span as long as nothing changes; `events` in the order of recording."""
    rules = tuple(rules)
    ordered = sorted(events, key=lambda event: event.on)  # stable: on one day the later recorded one counts
    days = sorted({day for event in ordered for day in _turning_points(event, rules)})
    found: list[Span] = []
    for at, day in enumerate(days):
        sets = sets_on(ordered, rules, day)
        until = days[at + 1] if at + 1 < len(days) else None
        if found and found[-1].sets == sets and found[-1].until_on == day:
            found[-1] = Span(found[-1].from_on, until, sets)
        elif sets:
            found.append(Span(day, until, sets))
    return found


def sets_on(ordered: Sequence[Happened], rules: Iterable[SetRule], day: date) -> tuple[str, ...]:
    """The sets of one organisation on a day; `ordered` by the day for which an event speaks.

    One that others were merged into belongs to what any of them belonged to: each is judged by its own events.
    """
    past: dict[UUID | None, list[Happened]] = defaultdict(list)
    for event in ordered:
        if event.on <= day:
            past[event.of].append(event)
    noted = [told for told in past.values() if _is_noted(told)]
    return tuple(rule.name for rule in rules if any(TESTS[rule.test](told, rule.values, day) for told in noted))


def _is_noted(past: Sequence[Happened]) -> bool:
    last = next((event for event in reversed(past) if event.kind in (KNOWN, ENDED)), None)
    return last is not None and last.kind == KNOWN


def _noted(_past: Sequence[Happened], _values: Mapping[str, Any], _day: date) -> bool:
    return True


def _within(past: Sequence[Happened], values: Mapping[str, Any], day: date) -> bool:
    """An event of these kinds speaks for the months before the day: it counts until the same day so many months on."""
    return any(event.kind in values["events"] and day < months_after(event.on, values["months"]) for event in past)


def _stands(past: Sequence[Happened], values: Mapping[str, Any], _day: date) -> bool:
    last = next((event for event in reversed(past) if event.kind == STANDING), None)
    return last is not None and last.detail in values["standings"]


def _consents(past: Sequence[Happened], values: Mapping[str, Any], _day: date) -> bool:
    asked = f"{values['field']}/{values['purpose']}"
    last = next((event for event in reversed(past) if event.kind in (GIVEN, WITHDRAWN) and event.detail == asked), None)
    return last is not None and last.kind == GIVEN


def _flagged(past: Sequence[Happened], values: Mapping[str, Any], _day: date) -> bool:
    marks = [event.kind for event in past if event.kind in (FLAGGED, UNFLAGGED) and event.detail == values["flag"]]
    return marks[-1:] == [FLAGGED]


TESTS: Mapping[str, Callable[[Sequence[Happened], Mapping[str, Any], date], bool]] = {
    "noted": _noted,
    "within": _within,
    "standing": _stands,
    "consent": _consents,
    "flag": _flagged,
}


def _turning_points(event: Happened, rules: Sequence[SetRule]) -> Iterable[date]:
    yield event.on
    for rule in rules:
        if rule.test == "within" and event.kind in rule.values["events"]:
            yield months_after(event.on, rule.values["months"])
