"""A supplement request, answered item by item: with a file, with a sentence, or with both."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import RadioField, TextAreaField

from admission.cases import actions, queries, rules
from admission.cases.models import Case
from admission.cases.rules import UnfitAnswer
from admission.casework import applications
from admission.completeness import actions as completeness
from admission.completeness.queries import last_request
from admission.ground import files
from admission.ground.db import db
from admission.ground.errors import Invalid, NotFound
from admission.people.roles import Role
from admission.web.access import access, acting
from admission.web.applicant import bp
from admission.web.applicant.documents import ACCEPT, keep, line_of
from admission.web.applicant.extension import extended_until
from admission.web.applicant.following import ball_of
from admission.web.applicant.surroundings import book_of, contact, done_before, say, title_of, unchanged, unfit
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, Files, options

STATE = "supplement"


def supplement_form(case: Case) -> Any:
    """For each requested item a kind, files and a text; what was saved before stands in it."""
    book = book_of(case)
    answers = queries.answers(db.session(), case.id)
    groups = {row.code: row for row in rules.evidence(book, answers, ())}
    controls: dict[str, Any] = {}
    saved: dict[str, str] = {}
    for row in last_request(db.session(), case.id):
        title = title_of(book, "criterion", row.item)
        kinds = groups[row.item].documents if row.item in groups else ()
        kind = RadioField(
            gettext("What is it?"),
            choices=options((kind, title_of(book, "document", kind)) for kind in kinds),
            default=kinds[0] if kinds else None,
            validate_choice=False,
        )
        controls |= {
            f"kind_{row.item}": kind,
            f"files_{row.item}": Files(gettext("Files for “%(title)s”", title=title)),
            f"text_{row.item}": TextAreaField(
                gettext("Or write to us, for example why it is not there yet"), render_kw={"rows": "3"}
            ),
        }
        saved[f"text_{row.item}"] = row.answer
    return type("Supplement", (CommandForm,), controls)(seen=case.revision, data=saved)


def supplement_page(case: Case) -> dict[str, Any]:
    """Item by item what is asked for and what is there already; and until when."""
    book = book_of(case)
    rows = [row for row in queries.documents(db.session(), case.id) if row.version > case.logged_version]
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
        "extension": CommandForm(formdata=None, data={"seen_revision": str(case.revision)}),
        "contact": contact(case),
    }


@bp.get("/antrag/<number>/nachforderung")
@access(Role.APPLICANT, case="number")
def supplement(case: Case) -> ResponseReturnValue:
    """Show what is missing."""
    if case.state != STATE:
        return redirect(url_for(".status", number=case.number), 303)
    return render_template("applicant/nachforderung.html", form=supplement_form(case), **supplement_page(case))


@bp.post("/antrag/<number>/nachforderung")
@access(Role.APPLICANT, case="number", uploads=True)
@keeps_entries("applicant/nachforderung.html", supplement_form, supplement_page)
def answer_supplement(case: Case, form: Any) -> ResponseReturnValue:
    """Keep the good files and texts in any case; hand everything over when the applicant says so."""
    if done_before(form):
        return redirect(url_for(".status", number=case.number), 303)
    unchanged(case, form, state=STATE)
    book = book_of(case)
    pause = request.form.get("danach") == "pause"
    texts, errors = _kept(case, form)
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
@access(Role.APPLICANT, case="number")
@keeps_entries(
    "applicant/nachforderung.html",
    lambda case, document: supplement_form(case),
    lambda case, document: supplement_page(case),
)
def remove_supplement(case: Case, document: UUID, form: Any) -> ResponseReturnValue:
    """Take back a file that was saved but not handed over yet."""
    unchanged(case, form, state=STATE)
    row = queries.document(db.session(), case.id, document)
    if row.version <= case.logged_version:
        raise NotFound
    actions.remove_document(db.session(), case, book_of(case), row)
    db.session.commit()
    files.remove(document)
    return redirect(url_for(".supplement", number=case.number), 303)


def _kept(case: Case, form: Any) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Keep what can be kept; gives the texts of all items, and a sentence for each file or text that cannot."""
    book = book_of(case)
    texts: dict[str, str] = {}
    errors: dict[str, list[str]] = {}
    for row in last_request(db.session(), case.id):
        name = f"files_{row.item}"
        if problems := keep(case, book, form[f"kind_{row.item}"].data or "", form[name].data or []):
            errors[name] = problems
        try:
            texts[row.item] = rules.cleaned(form[f"text_{row.item}"].data)
        except UnfitAnswer as problem:
            errors[f"text_{row.item}"] = [unfit(problem, book)]
    completeness.note(db.session(), case.id, texts)
    return texts, errors


def _still_open(case: Case, texts: dict[str, str]) -> dict[str, list[str]]:
    """A sentence for each item with neither a text nor a new file."""
    answers = queries.answers(db.session(), case.id)
    groups = {row.code: row for row in rules.evidence(book_of(case), answers, ())}
    fresh = [row.kind for row in queries.documents(db.session(), case.id) if row.version > case.logged_version]
    return {
        f"text_{item}": [gettext("Please add a file, or write a sentence, for example why it is not there yet.")]
        for item, text in texts.items()
        if not text and not any(_serves(groups, item, kind) for kind in fresh)
    }


def _serves(groups: dict[str, rules.Evidence], item: str, kind: str) -> bool:
    return item in groups and kind in groups[item].documents
