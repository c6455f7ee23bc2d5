"""The statement before an adverse decision, point by point (after VwVfG NRW § 28)."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext, lazy_gettext
from wtforms import RadioField, TextAreaField

from admission.assessment.queries import findings
from admission.cases import queries, rules
from admission.cases.models import Case
from admission.cases.rules import UnfitAnswer
from admission.casework import deciding
from admission.decisions.queries import notices
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import Invalid
from admission.hearing.queries import points, statement
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting
from admission.web.applicant import bp
from admission.web.applicant.extension import extended_until
from admission.web.applicant.following import ball_of, letter_title, may_be_shown
from admission.web.applicant.surroundings import book_of, contact, done_before, say, title_of, unchanged, unfit
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, options
from admission.web.page import GERMAN

STATE = "hearing"
ANSWERS = (
    ("agreed", lazy_gettext("That is right")),
    ("different", lazy_gettext("It is different")),
    ("changed", lazy_gettext("It has changed")),
)


def statement_form(case: Case) -> Any:
    """An answer and a text for each point, and a text for everything else."""
    controls: dict[str, Any] = {}
    for at, point in enumerate(points(db.session(), case), start=1):
        controls |= {
            f"answer_{point.criterion}": RadioField(
                gettext("Your answer to point %(number)s", number=at), choices=options(ANSWERS), validate_choice=False
            ),
            f"text_{point.criterion}": TextAreaField(
                gettext("What is different or has changed?"), render_kw={"rows": "3"}
            ),
        }
    controls["more"] = TextAreaField(gettext("What else we should know (optional)"), render_kw={"rows": "3"})
    return type("Statement", (CommandForm,), controls)(seen=case.revision)


def hearing_page(case: Case) -> dict[str, Any]:
    """Each point with the finding that the refusal would rest on; the letter has been opened before."""
    book = book_of(case)
    found = findings(db.session(), case.id)
    letters = list(notices(db.session(), case.id))
    given = statement(db.session(), case)
    due = list(queries.deadlines(db.session(), case.id))
    waiting = next((row for row in letters if not may_be_shown(row)), None)
    items = [
        {
            "code": point.criterion,
            "title": title_of(book, "criterion", point.criterion),
            "reason": found[point.criterion].reason if point.criterion in found else "",
            "cure": _cure(book, point.criterion),
            "says": point.says,
        }
        for point in points(db.session(), case)
    ]
    return {
        "case": case,
        "book": book,
        "items": items if waiting is None else [],
        "met": sum(row.outcome in ("met", "met_by_exception") for row in found.values()),
        "given": given,
        "waiting": waiting,
        "ball": ball_of(case, book, waiting, due),
        "longer": extended_until(book, due, STATE),
        "letters": [(row, letter_title(row)) for row in letters if row.letter == "hearing" and may_be_shown(row)],
        "extension": CommandForm(formdata=None, data={"seen_revision": str(case.revision)}),
        "contact": contact(case),
    }


@bp.get("/antrag/<number>/anhoerung")
@access(Role.APPLICANT, case="number")
def hearing(case: Case) -> ResponseReturnValue:
    """Ask what the organisation says to each point; nothing is shown before the letter was opened."""
    page = hearing_page(case) if case.state == STATE else {}
    if not page or page["waiting"] is not None:
        return redirect(url_for(".status", number=case.number), 303)
    return render_template("applicant/anhoerung.html", form=statement_form(case), **page)


@bp.post("/antrag/<number>/anhoerung")
@access(Role.APPLICANT, case="number")
@keeps_entries("applicant/anhoerung.html", statement_form, hearing_page)
def make_statement(case: Case, form: Any) -> ResponseReturnValue:
    """Take the statement; every point has an answer, and where something is different, a sentence."""
    back = redirect(url_for(".status", number=case.number), 303)
    if done_before(form):
        return back
    unchanged(case, form, state=STATE)
    if any(not may_be_shown(row) for row in notices(db.session(), case.id)):
        return back
    book = book_of(case)
    errors: dict[str, list[str]] = {}
    says = {point.criterion: _said(form, point.criterion, book, errors) for point in points(db.session(), case)}
    try:
        more = rules.cleaned(form.more.data)
    except UnfitAnswer as problem:
        errors["more"] = [unfit(problem, book)]
    if errors:
        raise Invalid(errors)
    by = acting(case, ("applicant",))
    deciding.receive_statement(
        db.session(), case, says, more, on=clock.today(), channel="online", by=by, command=form.command
    )
    db.session.commit()
    return back


def _said(form: Any, criterion: str, book: Rulebook, errors: dict[str, list[str]]) -> str:
    """The answer to one point in German, which the office reads, with the organisation's own words after it."""
    answer, field = form[f"answer_{criterion}"].data, f"text_{criterion}"
    try:
        text = rules.cleaned(form[field].data)
    except UnfitAnswer as problem:
        errors[field] = [unfit(problem, book)]
        return ""
    if answer not in dict(ANSWERS):
        errors[f"answer_{criterion}"] = [gettext("Please choose an answer. “That is right” is an answer, too.")]
    elif answer != "agreed" and not text:
        errors[field] = [gettext("Please write in a sentence or two what is different or has changed.")]
    with force_locale(GERMAN):
        label = str(dict(ANSWERS).get(answer, ""))
    return f"{label}. {text}".strip()


def _cure(book: Rulebook, criterion: str) -> str:
    key = f"criterion.{criterion}.cure_says"
    return say(book, key) if book.has_text(key) else ""
