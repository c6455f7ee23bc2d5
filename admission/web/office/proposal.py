"""The proposal: an outcome with its reasons, and the letter as it will be signed."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from admission.cases.models import Case
from admission.casework import deciding
from admission.casework.notices import german_day
from admission.decisions.queries import draft, proposal
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import Stale
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting
from admission.web.entries import keeps_entries
from admission.web.fields import Lines
from admission.web.office import bp
from admission.web.office.assessment import MARKS
from admission.web.office.letters import submitted_on, waiting
from admission.web.office.proposing import (
    findings_of,
    hints,
    made_form,
    obligations,
    open_findings,
    outcome_fields,
    preview,
)
from admission.web.office.surroundings import STAFF, against, book_of, declared, frame, names, sender, situation, words


@bp.get("/vorgaenge/<number>/vorschlag", endpoint="proposal")
@access(*STAFF, case="number")
@declared
def show(case: Case) -> str:
    """Propose, or read what was proposed."""
    return render_template("office/vorschlag.html", **proposal_page(case), form=_form(case, fresh=True))


@bp.post("/vorgaenge/<number>/vorschlag")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/vorschlag.html", lambda case: _form(case), lambda case: proposal_page(case))
def propose(case: Case, form: Any) -> ResponseReturnValue:
    """Show the letter first, or propose; the letter is drafted with the proposal, as it was shown."""
    book = book_of(case)
    found = findings_of(case)
    items = obligations(form, found) if case.state == "assessment" else []
    if request.form.get("danach") == "vorschau":
        if case.revision != form.command.seen or case.state != "assessment":
            raise Stale(form.command.seen, case.revision)
        letter = "hearing" if form.outcome.data == "refuse" else ""
        data = preview(case, book, form.outcome.data, form.reasons.data, items, letter)
        return render_template("office/vorschlag.html", **{**proposal_page(case), "letter": data}, form=form)
    deciding.propose(
        db.session(), case, book, form.outcome.data, form.reasons.data, items, sender(),
        name=g.person.name or "", by=acting(case, ("caseworker",)), command=form.command,
    )  # fmt: skip
    db.session.commit()
    return redirect(url_for(".proposal", number=case.number), 303)


def proposal_page(case: Case) -> dict[str, Any]:
    """What the page shows."""
    session = db.session()
    values = frame(case)
    book: Rulebook = values["book"]
    found = situation(case)
    row = proposal(session, case)
    findings = findings_of(case)
    waits = waiting(draft(session, case.id)) if case.state != "assessment" else None
    return {
        **values,
        "proposal": row,
        "proposed_by": names(session, [row.proposed_by])[row.proposed_by] if row else "",
        "against": words(against(found, book, "propose"), book),
        "hints": hints(found, book) if case.state == "assessment" else {},
        "obligation_codes": open_findings(findings),
        "findings": [(code, MARKS[findings[code].outcome], findings[code]) for code in sorted(findings)],
        "letter": waits,
        "submitted_on": submitted_on,
        "signed_on": german_day(clock.today()),
    }


def _form(case: Case, *, fresh: bool = False) -> Any:
    book = book_of(case)
    before = proposal(db.session(), case)
    fields = {
        **outcome_fields(case, book, findings_of(case), before),
        "reasons": Lines(
            lazy_gettext("Why do you propose this?"),
            required=lazy_gettext("Please write why you propose this."),
            default=before.reasons if before else "",
        ),
    }
    return made_form(fields, case, fresh=fresh)
