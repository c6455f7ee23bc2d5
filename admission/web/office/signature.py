"""The second signature: proposal, findings and letter on one page; somebody else signs, or returns with a reason."""

from typing import Any

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.cases.models import Case
from admission.casework import deciding, timeline
from admission.casework.notices import german_day
from admission.casework.situation import signatories
from admission.decisions.queries import draft, proposal
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import Invalid
from admission.hearing.queries import points, weighing
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, CommandForm, Lines
from admission.web.office import bp
from admission.web.office.assessment import MARKS
from admission.web.office.letters import submitted_on, waiting
from admission.web.office.proposing import findings_of
from admission.web.office.surroundings import (
    STAFF,
    against,
    book_of,
    declared,
    frame,
    inviting,
    names,
    situation,
    words,
)
from admission.web.page import Due, due, language

SIGN, RETURN = "sign", "return"
WAITS = ("proposed", "weighed")
DID = {"act.assess": "assessed", "step.propose": "proposed", "step.weigh": "weighed"}


class SignForm(CommandForm):
    """Sign, or return with a reason; nothing is preselected."""

    decision = Choice(
        lazy_gettext("Second signature"),
        [(SIGN, lazy_gettext("I sign")), (RETURN, lazy_gettext("I return it"))],
        required=lazy_gettext("Please choose whether you sign or return."),
    )
    reason = Lines(lazy_gettext("Reason, if you return it"), limit=4000)


@bp.get("/vorgaenge/<number>/mitzeichnung", endpoint="signature")
@access(*STAFF, case="number")
@declared
def show(case: Case) -> str:
    """Everything that a second person needs to decide, on one page."""
    return render_template("office/mitzeichnung.html", **signature_page(case), form=SignForm(seen=case.revision))


@bp.post("/vorgaenge/<number>/mitzeichnung")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/mitzeichnung.html", lambda case: SignForm(), lambda case: signature_page(case))
def decide(case: Case, form: SignForm) -> ResponseReturnValue:
    """Sign what was proposed, or return it; who may, the rulebook says."""
    session = db.session()
    by = acting(case, ("approver",))
    if form.decision.data == RETURN:
        if not form.reason.data:
            raise Invalid(
                {"reason": [gettext("Please write why you return it; the person who proposed it reads this.")]}
            )
        deciding.send_back(session, case, form.reason.data, by=by, command=form.command)
    else:
        deciding.sign(session, case, book_of(case), by=by, command=form.command)
    session.commit()
    return redirect(url_for(".case", number=case.number), 303)


def signature_page(case: Case) -> dict[str, Any]:
    """What the page shows."""
    session = db.session()
    values = frame(case)
    book: Rulebook = values["book"]
    found = situation(case)
    row = proposal(session, case)
    outcome = row.outcome if row else ""
    findings = findings_of(case)
    deviating = [code for code in sorted(findings) if findings[code].outcome != "met"]
    waits = case.state in WAITS
    signing = signatories(session, case) if waits else ()
    return {
        **values,
        "proposal": row,
        "waits": waits,
        "needs_hearing": outcome == "refuse" and case.state == "proposed",
        "proposed_by": names(session, [row.proposed_by])[row.proposed_by] if row else "",
        "due": _due(book, found),
        "signing_against": words(against(found, book, outcome), book) if waits and outcome else [],
        "returning_against": words(against(found, book, "return"), book) if waits else [],
        "inviting": inviting(),
        "others": [one.name for one in signing if not one.worked and one.account != g.person.id],
        "deviating": [(code, MARKS[findings[code].outcome], findings[code]) for code in deviating if code in findings],
        "met": [code for code in sorted(findings) if findings[code].outcome == "met"],
        "points": points(session, case),
        "weighing": weighing(session, case),
        "letter": waiting(draft(session, case.id)) if waits else None,
        "submitted_on": submitted_on,
        "signed_on": german_day(clock.today()),
        "who_did": _who_did(case),
    }


def _who_did(case: Case) -> dict[str, str]:
    """What was done by whom in this round, for the eyes of the second person."""
    found: dict[str, list[str]] = {}
    for line in timeline.for_office(db.session(), case.id, language()):
        if line.type in DID and line.who not in found.setdefault(DID[line.type], []):
            found[DID[line.type]].append(line.who)
    return {what: ", ".join(people) for what, people in found.items()}


def _due(book: Rulebook, found: Any) -> Due | None:
    row = next((row for row in found.deadlines if row.kind == "second_signature"), None)
    return due(row.due_on, book.calendar) if row is not None and row.state != "paused" else None
