"""Forms made from the edition: a question, a new activity, the declarations. What is an answer, `cases.rules` says."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.validators import ValidationError

from admission.cases import rules
from admission.cases.rules import UnfitAnswer
from admission.ground import clock
from admission.ground.errors import Invalid
from admission.rulebook.edition import Rulebook
from admission.web.applicant.surroundings import ONE_LINE, say, title_of, unfit
from admission.web.fields import CommandForm, RowForm, options

WHERE = (
    ("here", lazy_gettext("In the city")),
    ("elsewhere", lazy_gettext("Somewhere else")),
    ("online", lazy_gettext("Online")),
)
WIDTHS = {"day": "10", "count": "4", "code": "20"}


class NewActivity(CommandForm):
    """One activity with its days; left empty, nothing is added."""

    what = StringField(lazy_gettext("What was it?"))
    on = StringField(lazy_gettext("When was it?"))
    where = RadioField(lazy_gettext("Where was it?"), choices=options(WHERE), validate_choice=False)

    @property
    def empty(self) -> bool:
        """Nothing was entered."""
        return not (self.what.data or "").strip() and not (self.on.data or "").strip() and not self.where.data

    def rows(self, book: Rulebook) -> list[dict[str, str]]:
        """One dated activity a day; raises `Invalid` with all sentences at once."""
        errors: dict[str, list[str]] = {}
        what = _tried(errors, "what", book, lambda: _described(self.what.data))
        days = _tried(errors, "on", book, lambda: _days(self.on.data or "", clock.today())) or []
        if self.where.data not in rules.PLACES:
            errors["where"] = [unfit(UnfitAnswer("answer.choice"), book)]
        if errors:
            raise Invalid(errors)
        return [{"on": day.isoformat(), "what": what, "where": self.where.data} for day in days]


def question_form(book: Rulebook, question: Mapping[str, Any], stored: Any, seen: int, version: int = 0) -> Any:
    """The form of one question; after validation `form.value` is its canonical value, None for no answer.

    `seen`: revision of the case, `version`: of the stored answer.
    """
    control = _control(book, question, heading=True)

    class OneQuestion(RowForm):
        answer = control
        value: Any = None

        def validate_answer(self, field: Field) -> None:
            """Ask the rule of the room; its reason becomes the sentence at the field."""
            try:
                self.value = value_of(book, question, field.data)
            except UnfitAnswer as problem:
                raise ValidationError(unfit(problem, book)) from None

    return OneQuestion(seen=seen, version=version, data={"answer": entered(book.facts[question["fact"]], stored)})


def declarations_form(
    book: Rulebook, asked: list[Mapping[str, Any]], stored: Mapping[str, Any], seen: int, version: int
) -> Any:
    """All declarations on one page, each a field under the code of its question; `version`: of the newest answer."""
    controls = {question["code"]: _control(book, question, heading=False) for question in asked}
    form_class = type("Declarations", (RowForm,), controls)
    values = {q["code"]: entered(book.facts[q["fact"]], stored.get(q["code"])) for q in asked}
    return form_class(seen=seen, version=version, data=values)


def value_of(book: Rulebook, question: Mapping[str, Any], raw: Any) -> Any:
    """The canonical value of what was entered, None where nothing has to be; raises `UnfitAnswer`."""
    if not question.get("required") and not str(raw or "").strip():
        return None
    name = question["fact"]
    value = rules.canonical(book.facts[name], name, raw, clock.today())
    return " ".join(value.split()) if name in ONE_LINE else value


def entered(fact: Mapping[str, Any], value: Any) -> Any:
    """A stored value as one types it."""
    if value is None:
        return None
    if fact["type"] == "tick":
        return "yes" if value else "no"
    if fact["type"] == "day":
        day = date.fromisoformat(value)
        return f"{day.day}.{day.month}.{day.year}"
    return str(value)


def _control(book: Rulebook, question: Mapping[str, Any], *, heading: bool) -> Any:
    name = question["fact"]
    fact = book.facts[name]
    title = title_of(book, "question", question["code"])
    if fact["type"] == "choice":
        pairs = [(key, say(book, f"fact.{name}.option.{key}")) for key in fact["options"]]
        return RadioField(title, choices=options(pairs), validate_choice=False)
    if fact["type"] == "tick":
        no = gettext("We would like to write something about it") if question.get("declaration") else ""
        pairs = [("yes", say(book, "value.yes")), ("no", no or say(book, "value.no"))]
        label = gettext("Is that right?") if question.get("declaration") else title
        return RadioField(label, choices=options(pairs), validate_choice=False)
    label = say(book, f"fact.{name}.says") if heading else title  # the title is the heading above it
    if fact["type"] == "text" and name not in ONE_LINE:
        return TextAreaField(label, render_kw={"rows": "6" if heading else "3"})
    numeric = {"inputmode": "numeric"} if fact["type"] == "count" else {}
    return StringField(label, render_kw=numeric)


def _tried(errors: dict[str, list[str]], name: str, book: Rulebook, read: Any) -> Any:
    try:
        return read()
    except UnfitAnswer as problem:
        errors[name] = [unfit(problem, book)]
        return None


def _described(raw: str | None) -> str:
    what = rules.cleaned(raw)
    if not what:
        raise UnfitAnswer("answer.activity_missing")
    return " ".join(what.split())


def _days(raw: str, today: date) -> list[date]:
    parts = [part for part in re.split(r"[,;\n]", rules.cleaned(raw)) if part.strip()]
    if not parts:
        raise UnfitAnswer("answer.day")
    if len(parts) > rules.MOST_DAYS:
        raise UnfitAnswer("answer.too_many_days", most=rules.MOST_DAYS)
    return [rules.day(part.strip(), today) for part in parts]
