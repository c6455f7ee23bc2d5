"""What follows an admission: dated tasks, each ticked once, each tick an entry."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admission.cases.models import Case
from admission.casework.inbox import ToDo, to_do
from admission.casework.move import Record, act
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.onboarding.actions import complete
from admission.onboarding.queries import task as task_of
from admission.rulebook.queries import rulebook
from admission.web.access import access, acting
from admission.web.entries import keeps_entries
from admission.web.office import bp
from admission.web.office.surroundings import STAFF, StepForm, declared, named, say
from admission.web.page import Due, due


@dataclass(frozen=True)
class Listed:
    """One task with its words and the form that ticks it; without the form where nothing was declared."""

    task: ToDo
    title: str
    due: Due
    form: StepForm | None


@bp.get("/aufgaben")
@access(*STAFF)
def tasks() -> str:
    """Every open task, the next one first."""
    return render_template("office/aufgaben.html", **tasks_page())


@bp.post("/vorgaenge/<number>/aufgaben/<uuid:task_id>")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/aufgaben.html", lambda case, task_id: StepForm(), lambda case, task_id: tasks_page())
def complete_task(case: Case, task_id: UUID, form: StepForm) -> ResponseReturnValue:
    """Tick a task as done today."""
    row = task_of(db.session(), case.id, task_id)
    if complete(db.session(), row, by=g.person.id):
        record = Record(data={"task": row.code})
        by = acting(case, ("caseworker",))
        act(db.session(), case.id, "complete_task", by=by, command=form.command, record=record)
    db.session.commit()
    return redirect(url_for(".tasks"), 303)


def tasks_page() -> dict[str, Any]:
    """What the list shows."""
    after = request.args.get("nach")
    try:
        rows, later = to_do(db.session(), g.person.id, after)
    except ValueError:
        raise NotFound from None
    return {"rows": [_listed(row) for row in rows], "later": later, "further": bool(after)}


def _listed(row: ToDo) -> Listed:
    book = rulebook(row.edition)
    form = None
    if row.conflict is False:
        form = named(StepForm(formdata=None), str(row.id))
        form.seen_revision.data = str(row.revision)
    return Listed(row, say(book, f"task.{row.code}", text=row.text), due(row.due_on, book.calendar, short=True), form)
