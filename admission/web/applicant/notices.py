"""Letters at the desk: opened by a button, from then on a page that prints like a letter."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admission.cases import queries
from admission.cases.models import Case
from admission.casework import timeline
from admission.casework.notices import deliver_at_desk, german_day, shown
from admission.decisions.models import Notice
from admission.decisions.queries import notice as notice_of
from admission.ground import clock
from admission.ground.db import db
from admission.people.roles import Role
from admission.web.access import access, acting
from admission.web.applicant import bp
from admission.web.applicant.following import ball_of, may_be_shown
from admission.web.applicant.surroundings import book_of, contact, say
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm


def waiting_page(case: Case, notice: UUID) -> dict[str, Any]:
    """The page before the button."""
    row = notice_of(db.session(), case.id, notice)
    return {"case": case, "notice": row, "ball": ball_of(case, book_of(case), row, ()), "contact": contact(case)}


@bp.get("/antrag/<number>/bescheide/<uuid:notice>")
@access(Role.APPLICANT, case="number")
def notice(case: Case, notice: UUID) -> str:
    """The letter, if it was opened or given before; else how it can be opened, or that it comes by post."""
    row = notice_of(db.session(), case.id, notice)
    if not may_be_shown(row):
        form = CommandForm(seen=case.revision)
        return render_template("applicant/bescheid-wartet.html", form=form, **waiting_page(case, notice))
    return render_template("applicant/bescheid.html", **_letter(case, row))


@bp.post("/antrag/<number>/bescheide/<uuid:notice>")
@access(Role.APPLICANT, case="number")
@keeps_entries("applicant/bescheid-wartet.html", lambda case, notice: CommandForm(), waiting_page)
def open_notice(case: Case, notice: UUID, form: CommandForm) -> ResponseReturnValue:
    """Open the letter: it counts as given the day after (after § 41 (2a) VwVfG). Without consent it stays closed."""
    row = notice_of(db.session(), case.id, notice)
    if case.portal_consent:
        deliver_at_desk(db.session(), case, row, by=acting(case, ("applicant",)), command=form.command)
    address = url_for(".notice", number=case.number, notice=notice)
    db.session.commit()
    return redirect(address, 303)


def _letter(case: Case, row: Notice) -> dict[str, Any]:
    line = next((line for line in timeline.for_office(db.session(), case.id) if line.letter == row.digest), None)
    signed_on = clock.berlin_day(row.issued_at) if row.issued_at else None
    book = book_of(case)
    letter = shown(row, day=signed_on, signatory=line.who if line else "")
    submitted_on = date.fromisoformat(letter["submitted_on"]) if letter else None
    remedy = next((due for due in queries.deadlines(db.session(), case.id) if due.kind == "remedy"), None)
    key = f"state.admission.{case.state}.applicant"
    return {
        "case": case,
        "book": book,
        "notice": row,
        "letter": letter,
        "submitted_on": german_day(submitted_on) if submitted_on else "",
        "signed_on": german_day(signed_on) if signed_on else "",
        "entry": line.entry if line else None,
        "summary": "" if row.letter == "hearing" else say(book, key),
        "remedy": remedy,
        "contact": contact(case),
    }
