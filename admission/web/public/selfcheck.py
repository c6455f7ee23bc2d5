"""The self-check: the edition's own questions and rules, one question a page, without an account; nothing is stored.

Answers travel in hidden fields of the form, never in the address, and are judged anew on every step.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, StringField

from admission.cases import rules
from admission.ground import clock
from admission.ground.errors import Invalid
from admission.rulebook.edition import Rulebook
from admission.web import page
from admission.web.access import access
from admission.web.fields import PublicForm, options
from admission.web.public import bp
from admission.web.public.result import result

UNKNOWN, BACK = "unklar", "zurueck"
CARRIED = "a."
WIDTHS = {"day": "10", "count": "4", "code": "20"}


@dataclass(frozen=True)
class Given:
    """What was answered so far: canonical values, the texts behind them, and what the person does not know."""

    answers: Mapping[str, Any]
    raw: Mapping[str, str]
    unknown: tuple[str, ...] = ()

    @property
    def settled(self) -> frozenset[str]:
        """Questions that are not asked again."""
        return frozenset([*self.answers, *self.unknown])

    def without(self, code: str) -> "Given":
        """The same, with this question open again."""
        return Given(
            {name: value for name, value in self.answers.items() if name != code},
            {name: text for name, text in self.raw.items() if name != code},
            tuple(name for name in self.unknown if name != code),
        )


class Unfit(Exception):
    """An answer to `question` that is none; `sentence` says why."""

    def __init__(self, question: Mapping[str, Any], entered: str, sentence: str) -> None:
        super().__init__(question["code"])
        self.question, self.entered, self.sentence = question, entered, sentence


@bp.get("/selbstcheck")
@access(public=True)
def selfcheck() -> ResponseReturnValue:
    """The first question."""
    current = page.current_page().in_force
    if current is None:
        return render_template("public/noch-kein-regelwerk.html")
    return _next(current.rulebook, Given({}, {}))


@bp.post("/selbstcheck")
@access(public=True)
def answer_question() -> ResponseReturnValue:
    """Take one answer and ask the next question, or show the result."""
    current = page.current_page().in_force
    if current is None:
        return render_template("public/noch-kein-regelwerk.html")
    book = current.rulebook
    anew = page.speaks_anew()
    given, faults = _carried(book)
    if anew and not faults:
        return _again(book, given)
    try:
        if faults:
            raise faults[0]
        return _next(book, _after(book, given))
    except Unfit as unfit:
        return _ask(book, given, unfit.question, entered=unfit.entered, error=unfit.sentence), 422


def _again(book: Rulebook, given: Given) -> str:
    """The same page in another language: the question with what was entered, or the result."""
    question = next((row for row in _questions(book, given) if row["code"] == request.form.get("frage")), None)
    if question is None:
        return _next(book, given)
    return _ask(book, given, question, entered=request.form.get("antwort", ""))


def _after(book: Rulebook, given: Given) -> Given:
    """What is given once this request is taken in; raises `Unfit`, and `Invalid` for a form that is not ours."""
    code, way = request.form.get("frage", ""), request.form.get("schritt")
    if way == BACK:
        settled = [question["code"] for question in _questions(book, given) if question["code"] in given.settled]
        return given.without(settled[-1]) if settled else given
    question = next((question for question in _questions(book, given) if question["code"] == code), None)
    if question is None:
        raise Invalid({"frage": [gettext("This form is damaged. Please open the page again.")]})
    raw = request.form.get("antwort", "")
    if UNKNOWN in (way, raw):
        return Given(given.answers, given.raw, (*given.unknown, code))
    return Given({**given.answers, code: _value(book, question, raw)}, {**given.raw, code: raw}, given.unknown)


def _carried(book: Rulebook) -> tuple[Given, list[Unfit]]:
    """The answers that the form carries, and what somebody put there that is none."""
    asked = {question["code"]: question for question in book.questions if question.get("selfcheck")}
    answers, raw, faults = {}, {}, []
    for code, question in asked.items():
        text = request.form.get(CARRIED + code)
        if text is None:
            continue
        try:
            answers[code], raw[code] = _value(book, question, text), text
        except Unfit as unfit:
            faults.append(unfit)
    unknown = [code for code in dict.fromkeys(request.form.getlist(UNKNOWN)) if code in asked and code not in answers]
    return Given(answers, raw, tuple(unknown)), faults


def _value(book: Rulebook, question: Mapping[str, Any], raw: str) -> Any:
    fact = question["fact"]
    try:
        return rules.canonical(book.facts[fact], fact, raw, clock.today())
    except rules.UnfitAnswer as unfit:
        raise Unfit(question, raw, page.sentence(unfit.reason, book)) from None


def _questions(book: Rulebook, given: Given) -> list[Mapping[str, Any]]:
    return [question for question in rules.asked(book, given.answers) if question.get("selfcheck")]


def _next(book: Rulebook, given: Given) -> str:
    """The first question that is open, else the result."""
    for question in _questions(book, given):
        if question["code"] not in given.settled:
            return _ask(book, given, question)
    asked = frozenset(question["fact"] for question in _questions(book, given))
    return render_template(
        "public/selbstcheck-ergebnis.html",
        book=book,
        given=given,
        told=list(_told(book, given)),
        found=result(book, given.answers, asked, clock.today(), page.language()),
    )


def _ask(book: Rulebook, given: Given, question: Mapping[str, Any], *, entered: str = "", error: str = "") -> str:
    code, language = question["code"], page.language()
    form = _form(book, question, entered, error)
    before = [row["code"] for row in _questions(book, given)]
    return render_template(
        "public/selbstcheck.html",
        book=book,
        form=form,
        given=given.without(code),
        question=question,
        place=before.index(code) + 1 if code in before else 1,
        title=book.text(f"question.{code}.title", language),
        hint=book.text(f"question.{code}.help", language) if question.get("help") else "",
        width=WIDTHS.get(book.facts[question["fact"]]["type"]),
        criteria=[criterion["code"] for criterion in book.criteria if _reads(book, criterion, question["fact"])],
    )


def _form(book: Rulebook, question: Mapping[str, Any], entered: str, error: str) -> Any:
    """One control under the name `antwort`; radio buttons offer not to know as well."""
    pairs = list(_offered(book, question["fact"]))
    title = book.text(f"question.{question['code']}.title", page.language())
    if pairs:
        unknown = [*pairs, (UNKNOWN, gettext("I do not know"))]
        control: Any = RadioField(title, choices=options(unknown), validate_choice=False)
    else:
        says = book.text(f"fact.{question['fact']}.says", page.language())
        numeric = {"inputmode": "numeric"} if book.facts[question["fact"]]["type"] == "count" else {}
        control = StringField(says, render_kw=numeric)
    form = type("OneQuestion", (PublicForm,), {"antwort": control})(formdata=MultiDict({"antwort": entered}))
    if error:
        form["antwort"].errors = [error]
    return form


def _offered(book: Rulebook, fact: str) -> Iterator[tuple[str, str]]:
    language = page.language()
    if book.facts[fact]["type"] == "tick":
        yield from (("yes", book.text("value.yes", language)), ("no", book.text("value.no", language)))
    for key in book.facts[fact].get("options", ()):
        yield key, book.text(f"fact.{fact}.option.{key}", language)


def _told(book: Rulebook, given: Given) -> Iterator[tuple[str, str, None]]:
    """(question, answer, no link) in words, so that a printed result says what it rests on."""
    for question in _questions(book, given):
        code = question["code"]
        offered = dict(_offered(book, question["fact"]))
        raw = given.raw.get(code)
        yield (
            book.text(f"question.{code}.title", page.language()),
            gettext("I do not know") if raw is None else offered.get(raw, raw),
            None,
        )


def _reads(book: Rulebook, criterion: Mapping[str, Any], fact: str) -> bool:
    tests = [test for way in criterion["ways"] for test in way["all"]]
    read = {book.facts[test["fact"]].get("drawn_from", test["fact"]) for test in tests}
    return fact in read or criterion.get("applies_if", {}).get("fact") == fact
