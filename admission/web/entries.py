"""The way of a POST: validate the form, open the write transaction, ask access again, act; or give the entries back.

    @bp.post("/vorgaenge/<number>/vollstaendigkeit")
    @access(Role.CASEWORKER, case="number")
    @keeps_entries("office/completeness.html", CompletenessForm, completeness_page)
    def close_completeness_check(case: Case, form: CompletenessForm) -> Response: ...

Whatever is refused comes back as the same page with everything that was entered: 422 with the errors, 409 with all
reasons or with the news that somebody acted meanwhile; and so does a form that was sent to be read in another language.
The view commits, once, and redirects.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from admission.cases.models import Case
from admission.casework import timeline
from admission.casework.attempts import record_attempt
from admission.casework.move import RefusedHere
from admission.casework.people import actor
from admission.ground.db import db, writing
from admission.ground.errors import Invalid, Reason, Refused, Stale, StaleRow
from admission.people.roles import Role
from admission.rulebook.queries import rulebook as rulebook_of
from admission.web.access import ask_again
from admission.web.fields import CommandForm, PublicForm, RowForm
from admission.web.page import language, sentences, speaks_anew

View = Callable[..., ResponseReturnValue]
Values = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Meanwhile:
    """What others did since the form was made: the two revisions, and the steps between them, the newest first."""

    seen: int
    current: int
    steps: tuple[timeline.Line, ...]
    row: bool = False
    """Not the case has moved, but the record that this form edits was changed."""


def keeps_entries(template: str, form_for: Callable[..., PublicForm], values: Values | None = None) -> Any:
    """Validate `form_for` and give the view its objects and the form, inside the write transaction.

    `form_for`: a form class, or a function that makes the form from the objects (questions of an edition).
    `values`: what the template needs beside `form`, from the same objects; the GET view uses the same function.
    """

    def keep(view: View) -> View:
        @wraps(view)
        def handled(**objects: Any) -> ResponseReturnValue:
            anew = speaks_anew()
            form = form_for() if isinstance(form_for, type) else form_for(**objects)
            if anew:
                return _page(200, form, objects)
            if not form.validate():
                return _page(422, form, objects)
            writing()
            objects = ask_again()
            try:
                return view(**objects, form=form)
            except Refused as refused:
                db.session.rollback()
                _note_attempt(refused, form)
                return _page(409, form, objects, reasons=_said(refused.reasons, objects))
            except StaleRow as stale:
                db.session.rollback()
                if isinstance(form, RowForm):
                    form.seen_version.data = str(stale.current)
                return _page(409, form, objects, stale=Meanwhile(stale.seen, stale.current, (), row=True))
            except Stale as stale:
                db.session.rollback()
                if isinstance(form, CommandForm):
                    form.seen_revision.data = str(stale.current)
                return _page(409, form, objects, stale=_meanwhile(stale, objects))
            except Invalid as invalid:
                db.session.rollback()
                form.refuse(invalid.errors)
                return _page(422, form, objects)

        def _page(status: int, form: PublicForm, objects: dict[str, Any], **more: Any) -> ResponseReturnValue:
            context = values(**objects) if values else dict(objects)
            return render_template(template, **context, form=form, **more), status

        return handled

    return keep


def _said(reasons: tuple[Reason, ...], objects: dict[str, Any]) -> list[str]:
    case = _case_of(objects)
    return sentences(reasons, rulebook_of(case.edition) if case is not None else None)


def _meanwhile(stale: Stale, objects: dict[str, Any]) -> Meanwhile:
    """Who did what, as this reader may know it: the office by name, the applicant by role."""
    case = _case_of(objects)
    told = timeline.for_applicant if g.role == Role.APPLICANT else timeline.for_office
    lines = told(db.session(), case.id, language()) if case is not None else []
    steps = tuple(line for line in lines if line.revision is not None and line.revision > stale.seen)
    return Meanwhile(stale.seen, stale.current, steps)


def _case_of(objects: dict[str, Any]) -> Case | None:
    return objects.get("case") or objects.get("draft")


def _note_attempt(refused: Refused, form: PublicForm) -> None:
    """A refused step of a signed-in person leaves an entry, in a transaction of its own after the rollback."""
    if not isinstance(refused, RefusedHere) or g.person is None:
        return
    writing()
    case = refused.situation.case
    by = actor(
        db.session(), g.person.id, refused.by.role, db.session.get_one(Case, case.id)
    )  # a pseudonym made a moment ago was rolled back
    seen = form.command.seen if isinstance(form, CommandForm) else case.revision
    again = RefusedHere(refused.reasons, refused.situation, refused.name, by)
    record_attempt(db.session(), again, case.revision if seen is None else seen)
    db.session.commit()
