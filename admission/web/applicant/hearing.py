"""The statement before an adverse decision, point by point (after VwVfG NRW § 28)."""

from typing import Any
from uuid import UUID

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
from admission.ground import clock, files
from admission.ground.db import db
from admission.ground.errors import Invalid, Stale
from admission.hearing import actions as room
from admission.hearing.queries import attachments, points, statement
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting
from admission.web.applicant import bp
from admission.web.applicant.documents import ACCEPT, Papers, discard, keep, line_of, still, take_back
from admission.web.applicant.following import ball_of, extended_until, letter_title, may_be_shown
from admission.web.applicant.surroundings import book_of, contact, done_before, say, title_of, unfit
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, options
from admission.web.page import GERMAN

STATE = "hearing"
TEMPLATE = "applicant/anhoerung.html"
PAPER = "weitere"
"""What a document to a statement is: it belongs to a point, not to a line of the application."""
ANSWERS = (
    ("agreed", lazy_gettext("That is right")),
    ("different", lazy_gettext("It is different")),
    ("changed", lazy_gettext("It has changed")),
)


def form_of(case: Case) -> Any:
    """An answer, a text and files for each point, and a text and files for everything else."""
    controls: dict[str, Any] = {}
    own = {"case_id": case.id}
    for at, point in enumerate(points(db.session(), case), start=1):
        controls |= {
            f"answer_{point.criterion}": RadioField(
                gettext("Your answer to point %(number)s", number=at), choices=options(ANSWERS), validate_choice=False
            ),
            f"text_{point.criterion}": TextAreaField(
                gettext("What is different or has changed?"), render_kw={"rows": "3"}
            ),
            f"files_{point.criterion}": Papers(gettext("Files for point %(number)s (optional)", number=at), **own),
        }
    controls["more"] = TextAreaField(gettext("What else we should know (optional)"), render_kw={"rows": "3"})
    controls["files_"] = Papers(gettext("Other files (optional)"), **own)
    return type("Statement", (CommandForm,), controls)(seen=case.revision)


def page_of(case: Case) -> dict[str, Any]:
    """Each point with the finding that the refusal would rest on; the letter has been opened before."""
    book = book_of(case)
    found = findings(db.session(), case.id)
    letters = list(notices(db.session(), case.id))
    given = statement(db.session(), case)
    due = list(queries.deadlines(db.session(), case.id))
    waiting = next((row for row in letters if not may_be_shown(row)), None)
    papers = {code: [line_of(book, row) for row in rows] for code, rows in attachments(db.session(), case).items()}
    items = [
        {
            "code": point.criterion,
            "title": title_of(book, "criterion", point.criterion),
            "reason": found[point.criterion].reason if point.criterion in found else "",
            "cure": _cure(book, point.criterion),
            "says": point.says,
            "files": papers.get(point.criterion, []),
        }
        for point in points(db.session(), case)
    ]
    return {
        "case": case,
        "book": book,
        "items": items if waiting is None else [],
        "met": sum(row.outcome in ("met", "met_by_exception") for row in found.values()),
        "given": given,
        "other_files": papers.get("", []),
        "accept": ACCEPT,
        "waiting": waiting,
        "ball": ball_of(case, book, waiting, due),
        "longer": extended_until(book, due, STATE),
        "letters": [(row, letter_title(row)) for row in letters if row.letter == "hearing" and may_be_shown(row)],
        "contact": contact(case),
    }


@bp.get("/antrag/<number>/anhoerung")
@access(Role.APPLICANT, case="number")
def hearing(case: Case) -> ResponseReturnValue:
    """Ask what the organisation says to each point; nothing is shown before the letter was opened."""
    page = page_of(case) if case.state == STATE else {}
    if not page or page["waiting"] is not None:
        return redirect(url_for(".status", number=case.number), 303)
    return render_template(TEMPLATE, form=form_of(case), **page)


@bp.post("/antrag/<number>/anhoerung")
@access(Role.APPLICANT, case="number", uploads=True)
@keeps_entries(TEMPLATE, form_of, page_of)
def make_statement(case: Case, form: Any) -> ResponseReturnValue:
    """Take the statement; every point has an answer, and where something is different, a sentence.

    Good files stay whatever else is found: they are listed when the form comes back.
    """
    back = redirect(url_for(".status", number=case.number), 303)
    if done_before(form):
        discard(form)
        return back
    still(case, form, STATE)
    if any(not may_be_shown(row) for row in notices(db.session(), case.id)):
        discard(form)
        return back
    book = book_of(case)
    codes = [point.criterion for point in points(db.session(), case)]
    errors = keep_files(case, form)
    says = {code: _said(form, code, book, errors) for code in codes}
    try:
        more = rules.cleaned(form.more.data)
    except UnfitAnswer as problem:
        errors["more"] = [unfit(problem, book)]
    if errors or case.revision != form.command.seen:
        db.session.commit()
        raise Invalid(errors) if errors else Stale(form.command.seen, case.revision)
    by = acting(case, ("applicant",))
    deciding.receive_statement(
        db.session(), case, says, more, on=clock.today(), channel="online", by=by, command=form.command
    )
    db.session.commit()
    return back


@bp.post("/antrag/<number>/anhoerung/<uuid:document>/entfernen")
@access(Role.APPLICANT, case="number", uploads=True)
@keeps_entries(TEMPLATE, lambda case, document: form_of(case), lambda case, document: page_of(case))
def remove_from_statement(case: Case, document: UUID, form: Any) -> ResponseReturnValue:
    """Take back a file of a statement that was not sent yet; what was being written stays on the page."""
    still(case, form, STATE)
    take_back(case, document)
    errors = keep_files(case, form)
    db.session.commit()
    files.remove(document)
    form.refuse(errors)
    return render_template(TEMPLATE, form=form, **page_of(case))


def keep_files(case: Case, form: Any) -> dict[str, list[str]]:
    """Keep the good files to each point and to none; a sentence for each other one."""
    errors: dict[str, list[str]] = {}
    for code in (*(point.criterion for point in points(db.session(), case)), ""):
        rows, problems = keep(case, book_of(case), PAPER, form[f"files_{code}"], (PAPER,))
        room.attach(db.session(), case, code, [row.id for row in rows])
        if problems:
            errors[f"files_{code}"] = problems
    return errors


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
