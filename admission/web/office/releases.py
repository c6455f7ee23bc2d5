"""The release of the figures: one person proposes them as they are today, another one confirms."""

from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound
from admission.people.queries import names_of, people_with
from admission.people.roles import Role
from admission.register import releases
from admission.register.counting import tally
from admission.register.sets import rules_of
from admission.rulebook.edition import Rulebook
from admission.web.access import access
from admission.web.entries import keeps_entries
from admission.web.fields import PublicForm
from admission.web.office import bp
from admission.web.office.surroundings import STAFF
from admission.web.page import current_page, language


def release_page(**_: Any) -> dict[str, Any]:
    """The figures of today, the proposal that waits, and the releases so far."""
    book = _book()
    rules = rules_of(book.register)
    counted = tally(db.session(), rules, clock.today())
    waiting = releases.waiting(db.session())
    done = releases.released(db.session())
    return {
        "counted": counted,
        "rows": [(book.text(f"set.{rule.name}.title", language()), counted.size(rule.name)) for rule in rules],
        "waiting": waiting,
        "proposed_by": names_of([waiting.proposed_by])[waiting.proposed_by] if waiting else "",
        "own": waiting is not None and waiting.proposed_by == g.person.id,
        "alone": not {person for role in STAFF for person in people_with(role)} - {g.person.id},
        "done": done,
    }


@bp.get("/zahlen")
@access(*STAFF)
def figures_to_release() -> str:
    """What would be released, and who has to act."""
    return render_template("office/zahlen.html", form=PublicForm(), **release_page())


@bp.post("/zahlen/vorschlagen")
@access(*STAFF)
@keeps_entries("office/zahlen.html", PublicForm, release_page)
def propose_release(form: PublicForm) -> ResponseReturnValue:
    """Propose the figures of today."""
    releases.propose(db.session(), by=g.person.id)
    db.session.commit()
    return redirect(url_for(".figures_to_release"), 303)


@bp.post("/zahlen/<uuid:release>/freigeben")
@access(*STAFF)
@keeps_entries("office/zahlen.html", PublicForm, release_page)
def confirm_release(release: UUID, form: PublicForm) -> ResponseReturnValue:
    """Release them; from the first release on everybody reads them, day by day."""
    role = Role.APPROVER if Role.APPROVER in g.person.roles else Role.CASEWORKER
    releases.confirm(db.session(), release, rules_of(_book().register), by=g.person.id, role=role)
    db.session.commit()
    return redirect(url_for(".figures_to_release"), 303)


def _book() -> Rulebook:
    current = current_page().in_force
    if current is None:
        raise NotFound
    return current.rulebook
