"""Letters as pages: what waits for its signature, what was signed, and how it reached the organisation."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.cases.models import Case
from admission.casework import timeline
from admission.casework.notices import deliver_by_office, german_day, shown
from admission.decisions.models import Notice
from admission.decisions.queries import notice as notice_of
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import Invalid
from admission.web.access import access, acting
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, CommandForm, Day
from admission.web.office import bp
from admission.web.office.surroundings import STAFF, declared, frame

BY_POST, IN_PERSON = "post", "office"


class DeliveryForm(CommandForm):
    """How and when the letter left the house."""

    way = Choice(
        lazy_gettext("How did it reach the organisation?"),
        [(BY_POST, lazy_gettext("by post")), (IN_PERSON, lazy_gettext("handed over in person"))],
        required=lazy_gettext("Please say how it was delivered."),
    )
    on = Day(
        lazy_gettext("Day on which it was posted or handed over"),
        required=lazy_gettext("Please give the day."),
    )


@bp.get("/vorgaenge/<number>/schreiben/<uuid:notice_id>")
@access(*STAFF, case="number")
@declared
def letter(case: Case, notice_id: UUID) -> str:
    """The letter as it prints, and whether it has reached the organisation."""
    page = letter_page(case, notice_id)
    return render_template("office/schreiben.html", **page, form=DeliveryForm(seen=case.revision))


@bp.post("/vorgaenge/<number>/schreiben/<uuid:notice_id>")
@access(*STAFF, case="number")
@declared
@keeps_entries(
    "office/schreiben.html",
    lambda case, notice_id: DeliveryForm(),
    lambda case, notice_id: letter_page(case, notice_id),
)
def deliver(case: Case, notice_id: UUID, form: DeliveryForm) -> ResponseReturnValue:
    """Record the day on which it was posted or handed over; from it follows when it counts as given."""
    row, book = notice_of(db.session(), case.id, notice_id), frame(case)["book"]
    assert row.issued_at is not None  # `notice_of` gives issued ones alone
    if not clock.berlin_day(row.issued_at) <= form.on.data <= clock.today():
        raise Invalid({"on": [gettext("Please give a day from the signature until today.")]})
    by = acting(case, ("caseworker",))
    deliver_by_office(db.session(), case, book, row, form.way.data, form.on.data, by=by, command=form.command)
    db.session.commit()
    return redirect(url_for(".letter", number=case.number, notice_id=notice_id), 303)


def letter_page(case: Case, notice_id: UUID) -> dict[str, Any]:
    """What the page of a signed letter shows."""
    row = notice_of(db.session(), case.id, notice_id)
    line = next((line for line in timeline.for_office(db.session(), case.id) if line.letter == row.digest), None)
    signed_on = clock.berlin_day(row.issued_at) if row.issued_at else None
    data = shown(row, day=signed_on, signatory=line.who if line else "")
    return {
        **frame(case),
        "notice": row,
        "letter": data,
        "submitted_on": submitted_on(data),
        "signed_on": german_day(signed_on) if signed_on else "",
        "entry": line.entry if line else None,
    }


def waiting(row: Notice | None) -> dict[str, Any] | None:
    """A letter as it will read when this person signs it today."""
    return shown(row, day=clock.today(), signatory=g.person.name or "") if row is not None else None


def submitted_on(data: dict[str, Any]) -> str:
    """The day of the application, as the letter writes it."""
    return german_day(date.fromisoformat(data["submitted_on"])) if data else ""
