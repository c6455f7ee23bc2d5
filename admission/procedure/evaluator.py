"""Criteria as ways and tests, judged in three values after Kleene: met, not met, unclear.

A test gives met or not met; a missing answer is unclear before any test runs, and never "no". A way is the minimum of
its tests, a criterion the maximum of its ways, in the order not met < unclear < met. Whether a criterion applies at all
is decided before. It is cautious: it may say unclear although every possible answer would give the same; it never errs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from admission.procedure.deadlines import months_after

Answers = Mapping[str, Any]


class Verdict(StrEnum):
    """What a test, a way or a rule gives; `not_applicable` is a rule's alone."""

    MET = "met"
    NOT_MET = "not_met"
    UNCLEAR = "unclear"
    NOT_APPLICABLE = "not_applicable"


RANK = {Verdict.NOT_MET: 0, Verdict.UNCLEAR: 1, Verdict.MET: 2}


@dataclass(frozen=True)
class TraceRow:
    """One test as it went; `way` counts from 1, in the edition's order."""

    way: int
    fact: str
    test: str
    verdict: Verdict

    def as_json(self) -> list[int | str]:
        """The form that stands in a log entry: [way, fact, test, verdict]."""
        return [self.way, self.fact, self.test, str(self.verdict)]


@dataclass(frozen=True)
class Outcome:
    """The verdict on a criterion, how it came about, and which answers would make it clear."""

    verdict: Verdict
    trace: tuple[TraceRow, ...] = ()
    missing: tuple[str, ...] = ()
    ways: tuple[Verdict, ...] = ()


def evaluate(
    criterion: Mapping[str, Any],
    answers: Answers,
    facts: Mapping[str, Any],
    lists: Mapping[str, Sequence[str]],
    day: date,
) -> Outcome:
    """Judge a compiled criterion by answers (fact -> canonical value; absent or None: not answered).

    `day` is the reference day: that of submission, today in a draft and in the self-check. A criterion without ways is
    for a person to judge, and unclear to us.
    """
    applies = applicability(criterion, answers)
    if applies is not Verdict.MET:
        asked = criterion["applies_if"]["fact"]
        return Outcome(applies, missing=(asked,) if applies is Verdict.UNCLEAR else ())
    bench = _Bench(answers, facts, lists, day)
    trace: list[TraceRow] = []
    ways: list[Verdict] = []
    unanswered: list[str] = []
    for number, way in enumerate(criterion.get("ways", ()), start=1):
        rows = [TraceRow(number, test["fact"], test["test"], bench.judge(test)) for test in way["all"]]
        verdict = min((row.verdict for row in rows), key=RANK.__getitem__)
        if verdict is Verdict.UNCLEAR:
            unanswered += [name for test in way["all"] for name in bench.missing(test)]
        trace += rows
        ways.append(verdict)
    verdict = max(ways, key=RANK.__getitem__, default=Verdict.UNCLEAR)
    missing = tuple(dict.fromkeys(unanswered)) if verdict is Verdict.UNCLEAR else ()
    return Outcome(verdict, tuple(trace), missing, tuple(ways))


def applicability(criterion: Mapping[str, Any], answers: Answers) -> Verdict:
    """Met if the criterion applies, not applicable if it does not, unclear while the question is open."""
    condition = criterion.get("applies_if")
    return holds(condition, answers) if condition else Verdict.MET


def holds(condition: Mapping[str, Any], answers: Answers) -> Verdict:
    """Judge `{fact, equals}` of `applies_if` and `asked_if`: met, not applicable, or unclear while unanswered."""
    value = answers.get(condition["fact"])
    if value is None:
        return Verdict.UNCLEAR
    return Verdict.MET if value == condition["equals"] else Verdict.NOT_APPLICABLE


def read_fact(name: str, answers: Answers, facts: Mapping[str, Any]) -> Any:
    """The value that a test sees; a derived fact keeps those days of its source that were at its place."""
    spec = facts[name]
    source = spec.get("drawn_from")
    if source is None:
        return answers.get(name)
    rows = answers.get(source)
    if rows is None:
        return None
    return [row for row in rows if row.get("where") == spec["place"]]


@dataclass(frozen=True)
class _Bench:
    """One evaluation's answers and yardsticks."""

    answers: Answers
    facts: Mapping[str, Any]
    lists: Mapping[str, Sequence[str]]
    day: date

    def judge(self, test: Mapping[str, Any]) -> Verdict:
        """Unclear while an answer is missing: a test never sees None."""
        if self.missing(test):
            return Verdict.UNCLEAR
        return Verdict.MET if TESTS[test["test"]](self, self.read(test["fact"]), test) else Verdict.NOT_MET

    def missing(self, test: Mapping[str, Any]) -> list[str]:
        """The answers that this test waits for, by the name under which they are asked."""
        needed = [test["fact"]] + ([test["years"]] if test["test"] == "within_term" else [])
        return [self.facts[name].get("drawn_from", name) for name in needed if self.read(name) is None]

    def read(self, name: str) -> Any:
        return read_fact(name, self.answers, self.facts)


def _is_in(bench: _Bench, value: Any, test: Mapping[str, Any]) -> bool:
    return value in bench.lists[test["list"]]


def _equals(bench: _Bench, value: Any, test: Mapping[str, Any]) -> bool:
    return bool(value == test["value"])


def _at_least(bench: _Bench, value: Any, test: Mapping[str, Any]) -> bool:
    return bool(value >= test["number"])


def _present(bench: _Bench, value: Any, test: Mapping[str, Any]) -> bool:
    """An empty text or list is an answer, and says that there is nothing."""
    return value not in ("", [])


def _dated_within(bench: _Bench, value: Any, test: Mapping[str, Any]) -> bool:
    """So many dated days in the months up to the reference day; each date counts, a planned one does not."""
    first = months_after(bench.day, -test["months"])
    days = [date.fromisoformat(row["on"] if isinstance(row, Mapping) else row) for row in _listed(value)]
    return bool(sum(first <= day <= bench.day for day in days) >= test.get("at_least", 1))


def _younger_than(bench: _Bench, value: Any, test: Mapping[str, Any]) -> bool:
    """Of a past day: the months since then are not full yet."""
    return bool(months_after(bench.day, -test["months"]) < date.fromisoformat(value) <= bench.day)


def _within_term(bench: _Bench, value: Any, test: Mapping[str, Any]) -> bool:
    """An election counts until the term that the organisation itself set has run out."""
    elected_on = date.fromisoformat(value)
    ends_on = months_after(elected_on, 12 * int(bench.read(test["years"])))
    return bool(elected_on <= bench.day <= ends_on)


def _ticked(bench: _Bench, value: Any, test: Mapping[str, Any]) -> bool:
    return value is True


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


TESTS: dict[str, Callable[[_Bench, Any, Mapping[str, Any]], bool]] = {
    "is_in": _is_in,
    "equals": _equals,
    "at_least": _at_least,
    "present": _present,
    "dated_within": _dated_within,
    "younger_than": _younger_than,
    "within_term": _within_term,
    "ticked": _ticked,
}
