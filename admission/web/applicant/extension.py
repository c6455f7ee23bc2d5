"""More time, once, by the same rule for everybody and without a reason."""

from collections.abc import Sequence
from datetime import date

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from admission.cases import actions
from admission.cases.models import Case, Deadline
from admission.casework.move import Record, act
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.people.roles import Role
from admission.procedure import deadlines as periods
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting
from admission.web.applicant import bp
from admission.web.applicant.surroundings import book_of, done_before, unchanged
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm

PAGES = {"supplement": ".supplement", "hearing": ".hearing"}
"""Deadline, which is called like the state that it runs in, and the page that shows it."""


@bp.post("/antrag/<number>/frist/<kind>")
@access(Role.APPLICANT, case="number")
@keeps_entries("applicant/frist.html", lambda case, kind: CommandForm())
def extend(case: Case, kind: str, form: CommandForm) -> ResponseReturnValue:
    """Extend the period by what the edition says."""
    if kind not in PAGES:
        raise NotFound
    back = redirect(url_for(PAGES[kind], number=case.number), 303)
    if done_before(form):
        return back
    unchanged(case, form, state=kind)
    before, after = actions.extend(db.session(), book_of(case), case, kind)
    record = Record(data={"deadline": kind, "from": before, "due": after})
    act(db.session(), case.id, "extend", by=acting(case, ("applicant",)), command=form.command, record=record)
    db.session.commit()
    return back


def extended_until(book: Rulebook, due: Sequence[Deadline], kind: str) -> date | None:
    """The new last day that the button would give; None when there is nothing to extend (any more)."""
    rule = book.procedure("admission").deadlines.get(kind)
    row = next((row for row in due if row.kind == kind and row.state == "running"), None)
    if rule is None or not rule.extend or row is None or row.extensions:
        return None
    return periods.extended(row.due_on, rule.extend, rule.unit, book.calendar, book.no_end_between)
