"""What the rules of an edition say to the answers of a self-check, in the reader's language."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from admission.procedure.evaluator import Outcome, Verdict
from admission.rulebook.edition import Rulebook
from admission.rulebook.sentences import of_fact, of_test


@dataclass(frozen=True)
class Test:
    """One test as it went; `mark` is met, unclear or not, `way` the sentence of the way that it belongs to."""

    mark: str
    word: str
    says: str
    way: str


@dataclass(frozen=True)
class Finding:
    """One criterion: how it went, by which tests, what is still missing, and the cure."""

    code: str
    title: str
    verdict: Verdict
    met_by: str
    ways: tuple[str, ...]
    trace: tuple[Test, ...]
    missing: tuple[str, ...]
    cure: str


@dataclass(frozen=True)
class Result:
    """All criteria by what is to be done about them; `later`: unclear because only the application asks."""

    not_met: list[Finding]
    unclear: list[Finding]
    later: list[Finding]
    met: list[Finding]
    not_applicable: list[Finding]
    by_person: list[str]

    @property
    def open(self) -> list[Finding]:
        """What somebody can do something about now."""
        return [*self.not_met, *self.unclear]


MARKS = {Verdict.MET: "met", Verdict.NOT_MET: "not", Verdict.UNCLEAR: "unclear", Verdict.NOT_APPLICABLE: "none"}


def result(book: Rulebook, answers: Mapping[str, Any], asked: Set[str], day: date, language: str) -> Result:
    """Judge every criterion. `answers`: question code -> value; `asked`: facts that the self-check asked about."""
    found = Result([], [], [], [], [], [])
    for criterion in book.criteria:
        if criterion.get("judged_by") == "person":
            found.by_person.append(criterion["code"])
            continue
        outcome = book.evaluate(criterion["code"], answers, day)
        finding = _finding(book, criterion, outcome, language)
        if outcome.verdict is Verdict.UNCLEAR and not asked & set(outcome.missing):
            found.later.append(finding)
        else:
            getattr(found, outcome.verdict.value).append(finding)
    return found


def _finding(book: Rulebook, criterion: Mapping[str, Any], outcome: Outcome, language: str) -> Finding:
    key = f"criterion.{criterion['code']}"
    ways = tuple(book.text(f"{key}.way.{number}", language) for number in range(1, len(criterion["ways"]) + 1))
    tests = [test for way in criterion["ways"] for test in way["all"]]
    return Finding(
        code=criterion["code"],
        title=book.text(f"{key}.title", language),
        verdict=outcome.verdict,
        met_by=next((ways[at] for at, way in enumerate(outcome.ways) if way is Verdict.MET), ""),
        ways=ways,
        trace=tuple(
            Test(
                MARKS[row.verdict],
                book.text(f"verdict.{row.verdict.value}", language),
                of_test(book, test, row.verdict.value, language),
                ways[row.way - 1],
            )
            for test, row in zip(tests, outcome.trace, strict=False)  # a criterion that does not apply has no trace
        ),
        missing=tuple(of_fact(book, name, language) for name in outcome.missing),
        cure=book.text(f"{key}.cure_says", language),
    )
