"""Changes of entries that the office looks at before they hold: accepted, or declined with a reason that is read."""

from typing import Any
from uuid import UUID

from flask import Response, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.ground.db import db
from admission.ground.errors import Invalid, NotFound
from admission.organisations.models import Organisation
from admission.organisations.queries import names_of
from admission.people.queries import Person
from admission.people.roles import Role
from admission.register import entry
from admission.register.actions import lock
from admission.register.models import EntryCheck
from admission.register.queries import fields
from admission.register.rules import LOGO
from admission.web.access import access, loads
from admission.web.downloads import as_picture
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, Lines, PublicForm
from admission.web.office import bp
from admission.web.office.surroundings import STAFF
from admission.web.page import current_page, language
from admission.web.register_rows import rows_of
from admission.web.register_words import TITLES


class VerdictForm(PublicForm):
    """What the office says to a change."""

    verdict = Choice(
        lazy_gettext("Shall this change hold?"),
        [
            (entry.ACCEPTED, lazy_gettext("Yes, it holds from now on")),
            (entry.DECLINED, lazy_gettext("No, the entry stays as it is")),
        ],
        required=lazy_gettext("Please say whether the change shall hold."),
    )
    reason = Lines(lazy_gettext("Reason, if not"), limit=1000)


@loads("check")
def load_check(value: UUID, person: Person, role: Role, *, locked: bool) -> EntryCheck:
    """A change that waits, or waited."""
    row = db.session.get(EntryCheck, value)
    if row is None:
        raise NotFound
    if locked:
        lock(db.session(), row.organisation_id)
        db.session.refresh(row)
    return row


@bp.get("/verzeichnis/aenderungen")
@access(*STAFF)
def changes() -> str:
    """What waits to be looked at, the oldest first."""
    waiting = entry.waiting(db.session())
    names = names_of(db.session(), [row.organisation_id for row in waiting])
    rows = [(row, names[row.organisation_id], TITLES[row.field]) for row in waiting]
    return render_template("office/aenderungen.html", rows=rows)


def change_page(check: EntryCheck, **_: Any) -> dict[str, Any]:
    """The entry as it is beside what it shall be."""
    organisation = db.session.get_one(Organisation, check.organisation_id)
    held = {"name": organisation.name} | fields(db.session(), organisation.id)
    current = current_page().in_force
    book = current.rulebook if current else None
    before, after = (
        next(iter(rows_of({check.field: value or ""}, book, language(), TITLES)), None)
        for value in (held.get(check.field), check.value)
    )
    return {"check": check, "organisation": organisation, "title": TITLES[check.field], "was": before, "now": after}


@bp.get("/verzeichnis/aenderungen/<uuid:check>")
@access(*STAFF, check="check")
def change(check: EntryCheck) -> ResponseReturnValue:
    """One change."""
    if check.decided_at is not None:
        return redirect(url_for(".register_record", organisation=check.organisation_id), 303)
    return render_template("office/aenderung.html", form=VerdictForm(), **change_page(check))


@bp.post("/verzeichnis/aenderungen/<uuid:check>")
@access(*STAFF, check="check")
@keeps_entries("office/aenderung.html", lambda check: VerdictForm(), change_page)
def decide_change(check: EntryCheck, form: VerdictForm) -> ResponseReturnValue:
    """Let it hold, or decline it; the organisation reads either on its page."""
    reason = (form.reason.data or "").strip()
    if form.verdict.data == entry.DECLINED and not reason:
        raise Invalid({"reason": [gettext("Please give the reason; the organisation reads it.")]})
    role = Role.CASEWORKER if Role.CASEWORKER in g.person.roles else Role.APPROVER
    if form.verdict.data == entry.ACCEPTED:
        entry.accept(db.session(), check, by=g.person.id, role=role)
    else:
        entry.decline(db.session(), check, reason, by=g.person.id, role=role)
    db.session.commit()
    return redirect(url_for(".changes"), 303)


@bp.get("/verzeichnis/aenderungen/<uuid:check>/logo")
@access(*STAFF, check="check")
def logo_to_be(check: EntryCheck) -> Response:
    """The logo that waits."""
    return as_picture(check.organisation_id, check.value if check.field == LOGO else None)


@bp.get("/verzeichnis/<uuid:organisation>/logo")
@access(*STAFF, record="organisation")
def logo_so_far(record: Organisation) -> Response:
    """The logo that holds."""
    return as_picture(record.id, fields(db.session(), record.id).get(LOGO))
