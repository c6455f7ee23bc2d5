"""The self-check: the edition's own questions and rules, one question a page, without an account; nothing is stored.

Answers travel in hidden fields of the form, never in the address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admission.cases import rules
from admission.ground import clock
from admission.procedure.evaluator import Outcome
from admission.rulebook.edition import Rulebook
from admission.rulebook.sentences import of_test
from admission.web import page
from admission.web.access import access
from admission.web.public import bp

UNKNOWN = "unklar"
NOT_BY_QUESTIONS = frozenset({"person"})


@dataclass(frozen=True)
class Given:
    """What was answered so far: canonical values, the raw texts behind them, and what the person does not know."""

    answers: dict[str, Any]
    raw: dict[str, str]
    unknown: tuple[str, ...]


@bp.get("/selbstcheck")
@access(public=True)
def selfcheck() -> ResponseReturnValue:
    """The first question."""
    current = page.current_page().in_force
    if current is None:
        return render_template("public/noch-kein-regelwerk.html")
    return _next(current.rulebook, Given({}, {}, ()))


@bp.post("/selbstcheck")
@access(public=True)
def answer_question() -> ResponseReturnValue:
    """Take one answer and ask the next question, or show the result."""
    current = page.current_page().in_force
    if current is None:
        return render_template("public/noch-kein-regelwerk.html")
    book = current.rulebook
    given = _given(book, request.form)
    code = request.form.get("frage", "")
    if code not in {question["code"] for question in _questions(book, given.answers)}:
        return _next(book, given)
    if request.form.get("schritt") == "zurueck":
        return _next(book, _without_last(book, given))
    raw = request.form.get("antwort", "")
    if raw == UNKNOWN:
        return _next(book, Given(given.answers, given.raw, (*given.unknown, code)))
    question = book.question(code)
    try:
        value = rules.canonical(book.facts[question["fact"]], question["fact"], raw, clock.today())
    except rules.UnfitAnswer as unfit:
        error = page.sentence(unfit.reason, book)
        return _page(book, given, question, entered=raw, error=error), 422
    return _next(book, Given({**given.answers, code: value}, {**given.raw, code: raw}, given.unknown))


def _questions(book: Rulebook, answers: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [question for question in rules.asked(book, answers) if question.get("selfcheck")]


def _given(book: Rulebook, form: Mapping[str, str]) -> Given:
    """The answers that the form carries; what is no answer any more is dropped and asked again."""
    answers, raw = {}, {}
    for question in book.questions:
        text = form.get("a." + question["code"])
        if text is None or not question.get("selfcheck"):
            continue
        try:
            value = rules.canonical(book.facts[question["fact"]], question["fact"], text, clock.today())
        except rules.UnfitAnswer:
            continue
        answers[question["code"]], raw[question["code"]] = value, text
    known = {question["code"] for question in book.questions}
    unknown = tuple(code for code in request.form.getlist(UNKNOWN) if code in known)
    return Given(answers, raw, unknown)


def _without_last(book: Rulebook, given: Given) -> Given:
    """Go back one question: the last one answered is asked again."""
    order = [
        q["code"] for q in _questions(book, given.answers) if q["code"] in given.answers or q["code"] in given.unknown
    ]
    if not order:
        return given
    last = order[-1]
    return Given(
        {code: value for code, value in given.answers.items() if code != last},
        {code: text for code, text in given.raw.items() if code != last},
        tuple(code for code in given.unknown if code != last),
    )


def _next(book: Rulebook, given: Given) -> ResponseReturnValue:
    for question in _questions(book, given.answers):
        if question["code"] not in given.answers and question["code"] not in given.unknown:
            return _page(book, given, question)
    return _result(book, given)


def _page(book: Rulebook, given: Given, question: Mapping[str, Any], *, entered: str = "", error: str = "") -> str:
    language = page.language()
    fact = book.facts[question["fact"]]
    options = [(key, book.text(f"fact.{question['fact']}.option.{key}", language)) for key in fact.get("options", ())]
    if fact["type"] == "tick":
        options = [("yes", gettext("Yes")), ("no", gettext("No"))]
    asked = _questions(book, given.answers)
    place = next(at for at, one in enumerate(asked, start=1) if one["code"] == question["code"])
    return render_template(
        "public/selbstcheck.html",
        book=book,
        question=question,
        title=book.text(f"question.{question['code']}.title", language),
        hint=book.text(f"question.{question['code']}.help", language)
        if book.has_text(f"question.{question['code']}.help")
        else "",
        options=options,
        given=given,
        place=place,
        entered=entered,
        error=error,
    )


def _result(book: Rulebook, given: Given) -> ResponseReturnValue:
    outcomes: dict[str, list[dict[str, Any]]] = {"not_met": [], "unclear": [], "met": [], "not_applicable": []}
    by_person = []
    for criterion in book.criteria:
        if criterion.get("judged_by") in NOT_BY_QUESTIONS:
            by_person.append(criterion)
            continue
        outcome = book.evaluate(criterion["code"], given.answers, clock.today())
        outcomes[outcome.verdict.value].append(_finding(book, criterion, outcome))
    return render_template(
        "public/selbstcheck-ergebnis.html", book=book, outcomes=outcomes, by_person=by_person, given=given
    )


def _finding(book: Rulebook, criterion: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    language, code = page.language(), criterion["code"]
    tests = [test for way in criterion["ways"] for test in way["all"]]
    lines = [
        of_test(book, test, row.verdict.value, language)
        for test, row in zip(tests, outcome.trace, strict=False)  # what does not apply has no trace
        if row.verdict.value == outcome.verdict.value
    ]
    cure = f"criterion.{code}.cure_says"
    return {
        "code": code,
        "title": book.text(f"criterion.{code}.title", language),
        "lines": list(dict.fromkeys(lines)),
        "cure": book.text(cure, language) if book.has_text(cure) else criterion.get("cure_says", ""),
    }
