"""The hearing: begin it, record what came by phone or post, weigh it point by point, and propose anew."""

from typing import Any

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.cases import queries
from admission.cases.models import Case
from admission.casework import deciding
from admission.casework.notices import german_day
from admission.decisions.queries import draft, notices, proposal
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import Invalid
from admission.hearing.queries import attachments, points, statement, weighing
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting
from admission.web.entries import keeps_entries
from admission.web.fields import Choice, Day, Lines
from admission.web.office import bp
from admission.web.office.letters import submitted_on, waiting
from admission.web.office.possible import longer
from admission.web.office.proposing import (
    findings_of,
    hints,
    made_form,
    obligations,
    open_findings,
    outcome_fields,
)
from admission.web.office.surroundings import (
    STAFF,
    StepForm,
    against,
    against_act,
    book_of,
    declared,
    frame,
    sender,
    situation,
    step_form,
    words,
)

CHANNELS = (
    ("phone", lazy_gettext("by phone")),
    ("post", lazy_gettext("by post")),
    ("office", lazy_gettext("in the office")),
)


@bp.get("/vorgaenge/<number>/anhoerung", endpoint="hearing")
@access(*STAFF, case="number")
@declared
def show(case: Case) -> str:
    """The points of the hearing, and what can be done with them."""
    return render_template("office/anhoerung.html", **hearing_page(case))


@bp.post("/vorgaenge/<number>/anhoerung/beginnen")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/anhoerung.html", StepForm, lambda case: hearing_page(case))
def open_hearing(case: Case, form: StepForm) -> ResponseReturnValue:
    """Send the letter of the hearing."""
    by = acting(case, ("caseworker", "approver"))
    deciding.open_hearing(db.session(), case, by=by, command=form.command)
    db.session.commit()
    return _back(case)


@bp.post("/vorgaenge/<number>/anhoerung/stellungnahme")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/anhoerung.html", lambda case: _statement_form(case), lambda case: _answered(case, "statement"))
def record_statement(case: Case, form: Any) -> ResponseReturnValue:
    """Record a statement that did not come through the desk, on the day on which it came."""
    if form.on.data > clock.today() or form.on.data < case.state_since:
        raise Invalid({"on": [gettext("Please give a day from the beginning of the hearing until today.")]})
    says = {point.criterion: form[f"{point.criterion}-says"].data or "" for point in points(db.session(), case)}
    by = acting(case, ("caseworker",))
    deciding.receive_statement(
        db.session(), case, says, form.text.data or "",
        on=form.on.data, channel=form.channel.data, by=by, command=form.command,
    )  # fmt: skip
    db.session.commit()
    return _back(case)


@bp.post("/vorgaenge/<number>/anhoerung/wuerdigung")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/anhoerung.html", lambda case: _weighing_form(case), lambda case: _answered(case, "weighing"))
def weigh(case: Case, form: Any) -> ResponseReturnValue:
    """Answer each point, and propose the refusal or an admission after all."""
    items = obligations(form, findings_of(case)) if case.state == "hearing" else []
    answers = {point.criterion: form[f"{point.criterion}-weighing"].data or "" for point in points(db.session(), case)}
    deciding.weigh(
        db.session(), case, book_of(case), answers, form.reasons.data, form.outcome.data, items, sender(),
        name=g.person.name or "", by=acting(case, ("caseworker",)), command=form.command,
    )  # fmt: skip
    db.session.commit()
    return _back(case)


def hearing_page(case: Case) -> dict[str, Any]:
    """What the page shows; the forms are fresh ones."""
    session = db.session()
    values = frame(case)
    book: Rulebook = values["book"]
    found = situation(case)
    heard = next(
        (row for row in notices(session, case.id) if row.letter == "hearing" and row.round == case.round), None
    )
    period = next((row for row in queries.deadlines(session, case.id) if row.kind == "hearing"), None)
    row = proposal(session, case)
    stated = statement(session, case)
    extending = words(against_act(found, book, "extend"), book)
    return {
        **values,
        "points": points(session, case),
        "findings": findings_of(case),
        "statement": stated,
        "papers": attachments(session, case) if stated else {},
        "document_name": queries.document_name,
        "weighing": weighing(session, case),
        "channels": dict(CHANNELS),
        "proposal": row,
        "letter": waiting(draft(session, case.id)) if case.state == "proposed" else None,
        "submitted_on": submitted_on,
        "signed_on": german_day(clock.today()),
        "sent": heard,
        "period": period,
        "opening": words(against(found, book, "open_hearing"), book),
        "stating": words(against_act(found, book, "make_statement"), book),
        "weighing_against": words(against(found, book, "weigh"), book),
        "until": longer(book, period) if period and not period.extensions and not extending else None,
        "open_form": step_form(case, "beginnen"),
        "extend_form": step_form(case, "verlaengern"),
        "statement_form": _statement_form(case, fresh=True),
        "weighing_form": _weighing_form(case, fresh=True),
        "obligation_codes": open_findings(findings_of(case)),
        "hints": hints(found, book) if case.state == "hearing" else {},
    }


def _answered(case: Case, which: str) -> dict[str, Any]:
    return {**hearing_page(case), "answered": which}


def _statement_form(case: Case, *, fresh: bool = False) -> Any:
    fields: dict[str, Any] = {
        "channel": Choice(
            lazy_gettext("How did it come?"), CHANNELS, required=lazy_gettext("Please say how the statement came.")
        ),
        "on": Day(lazy_gettext("On which day did it come?"), required=lazy_gettext("Please give the day.")),
    }
    for point in points(db.session(), case):
        fields[f"{point.criterion}-says"] = Lines(gettext("On %(code)s the organisation says", code=point.criterion))
    fields["text"] = Lines(lazy_gettext("What belongs to no single point"))
    return made_form(fields, case, fresh=fresh)


def _weighing_form(case: Case, *, fresh: bool = False) -> Any:
    fields: dict[str, Any] = {
        f"{point.criterion}-weighing": Lines(
            gettext("Our answer on %(code)s", code=point.criterion), default=point.weighing
        )
        for point in points(db.session(), case)
    }
    before = proposal(db.session(), case)
    fields |= outcome_fields(case, book_of(case), findings_of(case), before)
    fields["reasons"] = Lines(
        lazy_gettext("How was the statement weighed, and what follows?"),
        required=lazy_gettext("Please write how the statement was weighed."),
    )
    return made_form(fields, case, fresh=fresh)


def _back(case: Case) -> ResponseReturnValue:
    return redirect(url_for(".hearing", number=case.number), 303)
