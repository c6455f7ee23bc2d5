"""What counts as an answer, which questions are asked, which criteria apply. Pure; form, paper and import ask the same.

`answers` maps a question's code to its canonical value: text and codes as str, a choice as its key, a tick as bool, a
day as `YYYY-MM-DD`, a count as int, days as a list of {on, what, where}.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from admission.ground.errors import Reason
from admission.ground.text import UnfitText, fit
from admission.rulebook.edition import Rulebook

LONGEST_TEXT = 4_000
LARGEST_COUNT = 100_000
MOST_DAYS = 60
PLACES = ("here", "elsewhere", "online")
LATER = "later."
DECLARATIONS = "declarations"
DOCUMENTS = "documents"
EARLIEST = date(1800, 1, 1)
FILE_NUMBER = re.compile(r"[A-Z]{2,10}-[0-9]{4}-[0-9]{4,6}")
"""MSO-2026-0017: what an address may name; anything else is no case, and a database would choke on a NUL."""
_CODE = re.compile(r"[0-9A-Za-zÄÖÜäöü][0-9A-Za-zÄÖÜäöü ./-]{0,39}")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class UnfitAnswer(Exception):
    """What was entered is no answer to this question; `reason` has a sentence in every language of the interface."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.reason = Reason(code, values)


@dataclass(frozen=True)
class Evidence:
    """One criterion that asks for evidence: which documents may serve, and what already stands for them."""

    code: str
    title: str
    says: str
    documents: tuple[str, ...]
    uploaded: tuple[str, ...]
    replaced: tuple[str, ...]
    later: bool

    @property
    def settled(self) -> bool:
        """Something is there, an answer replaces it, or the applicant said that it comes later."""
        return bool(self.uploaded or self.replaced or self.later)


@dataclass(frozen=True)
class Section:
    """A section of the application: how many of its questions are asked, and which are still open."""

    name: str
    title: str
    asked: int
    answered: int
    open: tuple[str, ...]

    @property
    def status(self) -> str:
        """`done`, `begun` or `new`."""
        if not self.open:
            return "done"
        return "begun" if self.answered else "new"


def canonical(fact: Mapping[str, Any], name: str, raw: Any, today: date) -> Any:
    """The canonical value of what was entered for a fact; raises `UnfitAnswer`.

    `raw` is what a form sends: text, or for days a list of {on, what, where}. A fact called `…_by` names a day to come,
    every other day has already been.
    """
    kind = fact["type"]
    if kind == "days":
        return days(raw, today)
    text = cleaned(raw)
    if not text:
        raise UnfitAnswer("answer.missing")
    match kind:
        case "text":
            return text
        case "code":
            return _code(text)
        case "choice":
            if text not in fact["options"]:
                raise UnfitAnswer("answer.choice")
            return text
        case "tick":
            if text not in ("yes", "no"):
                raise UnfitAnswer("answer.choice")
            return text == "yes"
        case "count":
            return _count(text)
        case "day":
            return day(text, today, to_come=name.endswith("_by")).isoformat()
    raise ValueError(f"{kind} is no type of a fact")


def cleaned(raw: Any) -> str:
    """The text as `ground.text.fit` has it; raises `UnfitAnswer` for characters that nobody sees, or too many."""
    try:
        text = fit(str(raw or ""))
    except UnfitText:
        raise UnfitAnswer("answer.characters") from None
    if len(text) > LONGEST_TEXT:
        raise UnfitAnswer("answer.too_long", most=LONGEST_TEXT)
    return text


def day(text: str, today: date, *, to_come: bool = False) -> date:
    """A day written 27.9.2026 or 2026-09-27; raises `UnfitAnswer`."""
    try:
        if found := _GERMAN_DAY.fullmatch(text):
            value = date(int(found[3]), int(found[2]), int(found[1]))
        elif found := _ISO_DAY.fullmatch(text):
            value = date(int(found[1]), int(found[2]), int(found[3]))
        else:
            raise UnfitAnswer("answer.day")
    except ValueError:
        raise UnfitAnswer("answer.no_such_day", entered=text) from None
    if value > today and not to_come:
        raise UnfitAnswer("answer.day_in_future", day=value)
    if value < today and to_come:
        raise UnfitAnswer("answer.day_in_past", day=value)
    if value < EARLIEST or value.year > today.year + 20:
        raise UnfitAnswer("answer.no_such_day", entered=text)
    return value


def days(raw: Any, today: date) -> list[dict[str, str]]:
    """Dated activities, oldest first; raises `UnfitAnswer`."""
    rows = list(raw or ())
    if len(rows) > MOST_DAYS:
        raise UnfitAnswer("answer.too_many_days", most=MOST_DAYS)
    found = []
    for row in rows:
        what, where = cleaned(row.get("what")), str(row.get("where") or "")
        if not what:
            raise UnfitAnswer("answer.activity_missing")
        if where not in PLACES:
            raise UnfitAnswer("answer.choice")
        found.append({"on": day(cleaned(row.get("on")), today).isoformat(), "what": what, "where": where})
    return sorted(found, key=lambda row: row["on"])


def holds(condition: Mapping[str, Any] | None, answers: Mapping[str, Any]) -> bool:
    """Whether `asked_if` or `applies_if` holds; without a condition always."""
    return condition is None or answers.get(condition["fact"]) == condition["equals"]


def asked(book: Rulebook, answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The questions that these answers ask for, in the edition's order; one behind an unasked one is not asked."""
    found: list[Mapping[str, Any]] = []
    known: set[str] = set()
    conditional = {question["fact"] for question in book.questions}
    for question in book.questions:
        condition = question.get("asked_if")
        reachable = condition is None or condition["fact"] in known or condition["fact"] not in conditional
        if reachable and holds(condition, answers):
            found.append(question)
            known.add(question["fact"])
    return found


def counted(book: Rulebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that count: to questions that are asked. What was answered before a change of mind stays stored."""
    codes = {question["code"] for question in asked(book, answers)}
    return {code: value for code, value in answers.items() if code in codes}


def evidence(book: Rulebook, answers: Mapping[str, Any], uploaded: Collection[str]) -> list[Evidence]:
    """The criteria that apply and ask for evidence, with what stands for it."""
    given = counted(book, answers)
    found = []
    for criterion in book.criteria:
        documents = tuple(criterion.get("evidence_one_of", ()))
        if not documents or not holds(criterion.get("applies_if"), given):
            continue
        found.append(
            Evidence(
                criterion["code"],
                criterion["title"],
                criterion.get("evidence_says", ""),
                documents,
                tuple(code for code in documents if code in uploaded),
                tuple(code for code in documents if _replaced(book, code, given)),
                answers.get(LATER + criterion["code"]) is True,
            )
        )
    return found


def applicable(book: Rulebook, answers: Mapping[str, Any]) -> list[str]:
    """Codes of the criteria that apply to these answers."""
    given = counted(book, answers)
    return [criterion["code"] for criterion in book.criteria if holds(criterion.get("applies_if"), given)]


def sections(book: Rulebook, answers: Mapping[str, Any], uploaded: Collection[str]) -> list[Section]:
    """The task list: every section with what is still open in it."""
    by_section: dict[str, list[Mapping[str, Any]]] = {section["name"]: [] for section in book.sections}
    for question in asked(book, answers):
        by_section[question["section"]].append(question)
    found = []
    for section in book.sections:
        name, title = section["name"], section["title"]
        if name == DOCUMENTS:
            groups = evidence(book, answers, uploaded)
            open_ = tuple(group.code for group in groups if not group.settled)
            found.append(Section(name, title, len(groups), len(groups) - len(open_), open_))
            continue
        questions = by_section[name]
        given = sum(question["code"] in answers for question in questions)
        missing = tuple(q["code"] for q in questions if q.get("required") and q["code"] not in answers)
        found.append(Section(name, title, len(questions), given, missing))
    return found


def public_answers(book: Rulebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that may stand in the log in clear: those whose fact is marked public."""
    return {code: value for code, value in _of_questions(book, answers) if not _private(book, code)}


def private_answers(book: Rulebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that stand in the log as salted disclosures: all others."""
    return {code: value for code, value in _of_questions(book, answers) if _private(book, code)}


def facts_of(book: Rulebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What criteria read: fact -> value, from the answers that count."""
    given = counted(book, answers)
    return {question["fact"]: given[question["code"]] for question in book.questions if question["code"] in given}


def _of_questions(book: Rulebook, answers: Mapping[str, Any]) -> Sequence[tuple[str, Any]]:
    return [(q["code"], answers[q["code"]]) for q in asked(book, answers) if q["code"] in answers]


def _private(book: Rulebook, code: str) -> bool:
    question = next(question for question in book.questions if question["code"] == code)
    return bool(book.facts[question["fact"]].get("private", True))


def _replaced(book: Rulebook, document: str, given: Mapping[str, Any]) -> bool:
    fact = book.documents[document].get("replaced_by")
    return bool(fact) and given.get(str(fact)) not in (None, False, "", [])


def _code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise UnfitAnswer("answer.code")
    return " ".join(text.split())


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_COUNT:
        raise UnfitAnswer("answer.count", most=LARGEST_COUNT)
    return int(text)
