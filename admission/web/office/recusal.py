"""The declaration on conflicts of interest, before a case is opened for the first time (after VwVfG NRW §§ 20, 21)."""

from typing import Any
from uuid import uuid5

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from admission.cases import actions as cases
from admission.cases.models import Case
from admission.cases.queries import declaration
from admission.casework.move import Command, Record, act
from admission.ground.db import db
from admission.web.access import access, acting, safe_next
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, CommandForm
from admission.web.office import bp
from admission.web.office.surroundings import STAFF, frame

NONE, CONFLICT = "none", "conflict"
CONFLICTS = [
    (NONE, lazy_gettext("No, I have none")),
    (CONFLICT, lazy_gettext("Yes, or somebody could reasonably think so")),
]


class ConflictForm(CommandForm):
    """Is there a conflict of interest? Nothing is preselected."""

    conflict = Choice(
        lazy_gettext("Do you have a conflict of interest?"),
        CONFLICTS,
        required=lazy_gettext("Please say whether you have a conflict of interest."),
    )


def declaration_page(case: Case) -> dict[str, Any]:
    """Number, date, what this person declared so far, and the page that was wanted; nothing of the application."""
    return {**frame(case), "declared": declaration(db.session(), case.id, g.person.id), "wanted": wanted(case)}


def conflict_form(case: Case) -> ConflictForm:
    """The empty form for this revision."""
    return ConflictForm(seen=case.revision)


@bp.get("/vorgaenge/<number>/befangenheit")
@access(*STAFF, case="number")
def declare_conflict(case: Case) -> str:
    """Declare for the first time, or change what was declared."""
    return render_template("office/befangenheit.html", **declaration_page(case), form=conflict_form(case))


@bp.post("/vorgaenge/<number>/befangenheit")
@access(*STAFF, case="number")
@keeps_entries("office/befangenheit.html", lambda case: ConflictForm(), declaration_page)
def take_declaration(case: Case, form: ConflictForm) -> ResponseReturnValue:
    """Record the declaration; who has a conflict gives the case back, if it was theirs."""
    session, conflict = db.session(), form.conflict.data == CONFLICT
    cases.declare(session, case.id, g.person.id, conflict)
    by = acting(case, tuple(map(str, STAFF)))
    record = Record(data={"conflict": conflict})
    act(session, case.id, "declare_conflict", by=by, command=form.command, record=record)
    if conflict and case.assigned_to == g.person.id:
        cases.assign(session, case.id, None)
        again = Command(uuid5(form.command.id, "release"), form.command.seen)
        act(session, case.id, "release", by=acting(case, ("caseworker",)), command=again)
    session.commit()
    return redirect(url_for(".case", number=case.number) if conflict else wanted(case), 303)


def wanted(case: Case) -> str:
    """The page of this case that somebody was on the way to, from a mailed link perhaps; else its first page."""
    first = url_for(".case", number=case.number)
    target = safe_next(request.args.get("weiter"), first)
    return target if target.startswith(first + "/") else first
