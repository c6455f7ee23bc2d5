"""A supplement request, answered item by item: with a file, with a sentence, or with both."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import TextAreaField

from admission.cases import queries, rules
from admission.cases.models import Case
from admission.cases.rules import UnfitAnswer
from admission.casework import applications
from admission.completeness import actions as completeness
from admission.completeness.queries import last_request
from admission.ground import files
from admission.ground.db import db
from admission.ground.errors import Invalid, Stale
from admission.people.roles import Role
from admission.web.access import access, acting
from admission.web.applicant import bp
from admission.web.applicant.documents import (
    ACCEPT,
    Papers,
    discard,
    keep,
    kind_field,
    line_of,
    offered,
    still,
    take_back,
)
from admission.web.applicant.following import ball_of, extended_until
from admission.web.applicant.surroundings import book_of, contact, done_before, say, title_of, unfit
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm

STATE = "supplement"
TEMPLATE = "applicant/nachforderung.html"


def form_of(case: Case) -> Any:
    """For each requested item a kind, files and a text; what was saved before stands in it."""
    book = book_of(case)
    answers = queries.answers(db.session(), case.id)
    groups = {row.code: row for row in rules.evidence(book, answers, ())}
    controls: dict[str, Any] = {}
    saved: dict[str, str] = {}
    for row in last_request(db.session(), case.id):
        title = title_of(book, "criterion", row.item)
        controls |= {
            f"kind_{row.item}": kind_field(book, groups[row.item].documents if row.item in groups else ()),
            f"files_{row.item}": Papers(gettext("Files for “%(title)s”", title=title), case_id=case.id),
            f"text_{row.item}": TextAreaField(
                gettext("Or write to us, for example why it is not there yet"), render_kw={"rows": "3"}
            ),
        }
        saved[f"text_{row.item}"] = row.answer
    return type("Supplement", (CommandForm,), controls)(seen=case.revision, data=saved)


def page_of(case: Case) -> dict[str, Any]:
    """Item by item what is asked for and what is there already; and until when."""
    book = book_of(case)
    rows = queries.handed_in_later(db.session(), case)
    answers = queries.answers(db.session(), case.id)
    groups = {row.code: row for row in rules.evidence(book, answers, ())}
    items = [
        {
            "code": row.item,
            "title": title_of(book, "criterion", row.item),
            "note": row.note,
            "says": say(book, f"criterion.{row.item}.evidence_says"),
            "files": [line_of(book, found) for found in rows if _serves(groups, row.item, found.kind)],
        }
        for row in last_request(db.session(), case.id)
    ]
    due = list(queries.deadlines(db.session(), case.id))
    return {
        "case": case,
        "book": book,
        "items": items,
        "ball": ball_of(case, book, None, due),
        "longer": extended_until(book, due, STATE),
        "resting": queries.is_resting(db.session(), case.id),
        "accept": ACCEPT,
        "contact": contact(case),
    }


@bp.get("/antrag/<number>/nachforderung")
@access(Role.APPLICANT, case="number")
def supplement(case: Case) -> ResponseReturnValue:
    """Show what is missing."""
    if case.state != STATE:
        return redirect(url_for(".status", number=case.number), 303)
    return render_template(TEMPLATE, form=form_of(case), **page_of(case))


@bp.post("/antrag/<number>/nachforderung")
@access(Role.APPLICANT, case="number", uploads=True)
@keeps_entries(TEMPLATE, form_of, page_of)
def answer_supplement(case: Case, form: Any) -> ResponseReturnValue:
    """Keep the good files and texts in any case; hand everything over when the applicant says so."""
    if done_before(form):
        discard(form)
        return redirect(url_for(".status", number=case.number), 303)
    still(case, form, STATE)
    book = book_of(case)
    pause = request.form.get("danach") == "pause"
    texts, errors = _kept(case, form)
    if case.revision != form.command.seen:  # a reminder went out meanwhile, perhaps; what was sent is kept
        db.session.commit()
        raise Stale(form.command.seen, case.revision)
    if errors := errors if pause else _still_open(case, texts) | errors:
        db.session.commit()
        raise Invalid(errors)
    if not pause:
        by = acting(case, ("applicant",))
        applications.answer_supplement(db.session(), case, book, texts, by=by, command=form.command)
    address = url_for(".supplement" if pause else ".status", number=case.number)
    db.session.commit()
    return redirect(address, 303)


@bp.post("/antrag/<number>/nachforderung/<uuid:document>/entfernen")
@access(Role.APPLICANT, case="number", uploads=True)
@keeps_entries(TEMPLATE, lambda case, document: form_of(case), lambda case, document: page_of(case))
def remove_supplement(case: Case, document: UUID, form: Any) -> ResponseReturnValue:
    """Take back a file that was saved but not handed over yet; what was being written stays on the page."""
    still(case, form, STATE)
    take_back(case, document)
    errors = keep_files(case, form)
    db.session.commit()
    files.remove(document)
    form.refuse(errors)
    return render_template(TEMPLATE, form=form, **page_of(case))


def keep_files(case: Case, form: Any) -> dict[str, list[str]]:
    """Keep the good files to each item; a sentence for each other one."""
    errors: dict[str, list[str]] = {}
    for row in last_request(db.session(), case.id):
        kind = form[f"kind_{row.item}"]
        _rows, problems = keep(case, book_of(case), kind.data or "", form[f"files_{row.item}"], offered(kind))
        if problems:
            errors[f"files_{row.item}"] = problems
    return errors


def _kept(case: Case, form: Any) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Keep what can be kept; gives the texts of all items, and a sentence for each file or text that cannot."""
    texts: dict[str, str] = {}
    errors = keep_files(case, form)
    for row in last_request(db.session(), case.id):
        try:
            texts[row.item] = rules.cleaned(form[f"text_{row.item}"].data)
        except UnfitAnswer as problem:
            errors[f"text_{row.item}"] = [unfit(problem, book_of(case))]
    completeness.note(db.session(), case.id, texts)
    return texts, errors


def _still_open(case: Case, texts: dict[str, str]) -> dict[str, list[str]]:
    """A sentence for each item with neither a text nor a new file."""
    answers = queries.answers(db.session(), case.id)
    groups = {row.code: row for row in rules.evidence(book_of(case), answers, ())}
    fresh = [row.kind for row in queries.handed_in_later(db.session(), case)]
    return {
        f"text_{item}": [gettext("Please add a file, or write a sentence, for example why it is not there yet.")]
        for item, text in texts.items()
        if not text and not any(_serves(groups, item, kind) for kind in fresh)
    }


def _serves(groups: dict[str, rules.Evidence], item: str, kind: str) -> bool:
    return item in groups and kind in groups[item].documents
