"""Something more, unasked: a sentence or a document that belongs to an application which is being looked at."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import TextAreaField

from admission.cases import queries, rules
from admission.cases.models import Case
from admission.cases.rules import UnfitAnswer
from admission.casework import applications
from admission.ground import files
from admission.ground.db import db
from admission.ground.errors import Invalid, Stale
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting
from admission.web.applicant import bp
from admission.web.applicant.documents import ACCEPT, Papers, discard, keep, kind_field, line_of, offered, take_back
from admission.web.applicant.following import knows
from admission.web.applicant.surroundings import book_of, contact, done_before, unfit
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm

TEMPLATE = "applicant/nachtrag.html"
OTHER = "weitere"


def form_of(case: Case) -> Any:
    """A text, and files of one kind."""
    book = book_of(case)
    groups = rules.evidence(book, queries.answers(db.session(), case.id), ())
    kinds = dict.fromkeys([*(kind for group in groups for kind in group.documents), OTHER])

    class Amendment(CommandForm):
        text = TextAreaField(lazy_gettext("What would you like to tell us? (optional)"), render_kw={"rows": "4"})
        kind = kind_field(book, list(kinds))
        files = Papers(lazy_gettext("Files (optional)"), case_id=case.id)

    return Amendment(seen=case.revision, data={"kind": OTHER})


def page_of(case: Case) -> dict[str, Any]:
    """What is saved already and not handed in."""
    book = book_of(case)
    saved = [line_of(book, row) for row in queries.handed_in_later(db.session(), case)]
    return {"case": case, "saved": saved, "accept": ACCEPT, "contact": contact(case)}


@bp.get("/antrag/<number>/nachtrag")
@access(Role.APPLICANT, case="number")
def amendment(case: Case) -> ResponseReturnValue:
    """Ask what is to be added."""
    if not knows(case, book_of(case), "amend"):
        return redirect(url_for(".status", number=case.number), 303)
    return render_template(TEMPLATE, form=form_of(case), **page_of(case))


@bp.post("/antrag/<number>/nachtrag")
@access(Role.APPLICANT, case="number", uploads=True)
@keeps_entries(TEMPLATE, form_of, page_of)
def amend(case: Case, form: Any) -> ResponseReturnValue:
    """Hand it in; good files stay if something else is not right yet."""
    back = redirect(url_for(".status", number=case.number), 303)
    if done_before(form):
        discard(form)
        return back
    book = book_of(case)
    if not knows(case, book, "amend"):
        discard(form)
        raise Stale(form.command.seen, case.revision)
    text, errors = _kept(case, book, form)
    if errors or case.revision != form.command.seen:
        db.session.commit()
        raise Invalid(errors) if errors else Stale(form.command.seen, case.revision)
    applications.amend(db.session(), case, book, text, by=acting(case, ("applicant",)), command=form.command)
    db.session.commit()
    return back


@bp.post("/antrag/<number>/nachtrag/<uuid:document>/entfernen")
@access(Role.APPLICANT, case="number", uploads=True)
@keeps_entries(TEMPLATE, lambda case, document: form_of(case), lambda case, document: page_of(case))
def remove_from_amendment(case: Case, document: UUID, form: Any) -> ResponseReturnValue:
    """Take back a file that was saved but not handed in yet; what was being written stays on the page."""
    take_back(case, document)
    _text, errors = _kept(case, book_of(case), form, complete=False)
    db.session.commit()
    files.remove(document)
    form.refuse(errors)
    return render_template(TEMPLATE, form=form, **page_of(case))


def _kept(case: Case, book: Rulebook, form: Any, *, complete: bool = True) -> tuple[str, dict[str, list[str]]]:
    """Keep the good files; gives the text, and a sentence for what cannot be taken or, if `complete`, is not there."""
    errors: dict[str, list[str]] = {}
    text = ""
    _rows, problems = keep(case, book, form.kind.data or "", form.files, offered(form.kind))
    if problems:
        errors["files"] = problems
    try:
        text = rules.cleaned(form.text.data)
    except UnfitAnswer as problem:
        errors["text"] = [unfit(problem, book)]
    if complete and not text and not errors and not queries.handed_in_later(db.session(), case):
        errors["text"] = [gettext("Please write a sentence, or choose a file.")]
    return text, errors
