"""More time, once, by the same rule for everybody and without a reason; what was being written is kept."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admission.cases import actions
from admission.cases.models import Case
from admission.casework.move import Record, act
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.ground.ids import new_id
from admission.people.roles import Role
from admission.web.access import access, acting
from admission.web.applicant import bp, hearing, supplement
from admission.web.applicant.surroundings import book_of, done_before, unchanged
from admission.web.entries import keeps_entries

PAGES = {"supplement": supplement, "hearing": hearing}
"""Deadline, which is called like the state that it runs in, and the module of the page that shows it."""


def form_of(case: Case, kind: str) -> Any:
    """The form that the button stands in, with what was entered so far; raises `NotFound` for another period."""
    if kind not in PAGES:
        raise NotFound
    return PAGES[kind].form_of(case)


@bp.post("/antrag/<number>/frist/<kind>")
@access(Role.APPLICANT, case="number", uploads=True)
@keeps_entries("applicant/frist.html", form_of)
def extend(case: Case, kind: str, form: Any) -> ResponseReturnValue:
    """Extend the period by what the edition says, and keep the files that were chosen meanwhile."""
    shown = PAGES[kind]
    if done_before(form):
        return redirect(url_for(f".{kind}", number=case.number), 303)
    unchanged(case, form, state=kind)
    before, after = actions.extend(db.session(), book_of(case), case, kind)
    errors = shown.keep_files(case, form)
    record = Record(data={"deadline": kind, "from": before, "due": after})
    act(db.session(), case.id, "extend", by=acting(case, ("applicant",)), command=form.command, record=record)
    db.session.commit()
    form.refuse(errors)
    form.command_id.data = str(new_id())  # the other one has done its work
    return render_template(shown.TEMPLATE, form=form, **shown.page_of(case))
