"""One case: who acts, until when, what is possible now and what is not, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from wtforms import HiddenField

from admission.cases import actions as cases
from admission.cases import queries
from admission.cases.models import Case, Deadline
from admission.casework import claims, timeline
from admission.casework.facts import Situation
from admission.casework.likeness import Like, likeness
from admission.casework.move import Record, act, move
from admission.casework.situation import Signatory, signatories
from admission.decisions.queries import notices
from admission.ground.db import db
from admission.ground.errors import Reason, Refused, Stale
from admission.onboarding.queries import of_case as tasks_of
from admission.people.roles import Role
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import rulebook
from admission.web.access import access, acting
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm
from admission.web.office import bp
from admission.web.office.possible import DIRECT, elsewhere, possible
from admission.web.office.recusal import conflict_form, declaration_page
from admission.web.office.surroundings import (
    STAFF,
    StepForm,
    book_of,
    declared,
    frame,
    inviting,
    named,
    names,
    say,
    situation,
    step_form,
)
from admission.web.page import Due, due, instant, language

ASIDE = frozenset({"decision", "remedy"})
"""Periods that run beside the one that the state is about."""
WITH_PERIOD = frozenset({"supplement", "hearing"})
WITH_LETTERS = frozenset({"hearing", "admitted", "admitted_with_obligations", "admitted_as_guest", "refused"})
BEFORE_SIGNATURE = frozenset({"assessment", "proposed", "weighed"})
BEFORE_PROPOSAL = frozenset({"received", "completeness", "supplement", "assessment"})
LATEST = 12
"""Lines of the history that are shown at once."""
SINGLE = frozenset({"act.assess", "act.check"})
"""Acts of which there is one an item: left out until the whole history is asked for."""


class ClaimForm(CommandForm):
    """Take the case on, from whoever had it when the page was shown."""

    holder = HiddenField()


@dataclass(frozen=True)
class Running:
    """A deadline in words."""

    title: str
    due: Due | None
    paused: bool


@bp.get("/vorgaenge/<number>", endpoint="case")
@access(*STAFF, case="number")
def show(case: Case) -> str:
    """The case, or the declaration that comes before it is opened."""
    found = situation(case)
    if found.person.conflict != "none":
        return render_template("office/befangenheit.html", **declaration_page(case), form=conflict_form(case))
    return render_template("office/vorgang.html", **case_page(case, found=found))


def case_page(case: Case, name: str = "", found: Situation | None = None) -> dict[str, Any]:
    """What the page of a case shows; `name`: the step whose form came back."""
    session = db.session()
    found = found or situation(case)
    words = frame(case)
    book: Rulebook = words["book"]
    running: Sequence[Deadline] = queries.deadlines(session, case.id) if case.state in WITH_PERIOD else ()
    lines = timeline.for_office(session, case.id, language())
    everything = request.args.get("verlauf") == "alles"
    signing = signatories(session, case) if case.state in BEFORE_SIGNATURE else None
    missing = signing is not None and not _second_people(case, signing)
    answers = queries.answers(session, case.id)
    return {
        **words,
        "ball": book.procedure(case.kind).states[case.state].ball,
        "due": _nearest(book, found),
        "running": [_running(book, row) for row in sorted(found.deadlines, key=lambda row: row.due_on)],
        "resting": bool(found.facts.resting),
        "undelivered": case.state == "hearing" and found.facts.hearing_due_on is None,
        "possible": possible(case, book, found, running),
        "elsewhere": elsewhere(case, book, found),
        "alike": [(row, _in_words(row)) for row in likeness(session, case)] if case.state in BEFORE_PROPOSAL else [],
        "answered": name,
        "lines": lines if everything else [line for line in lines if line.type not in SINGLE][:LATEST],
        "all_lines": len(lines),
        "documents": queries.documents(session, case.id),
        "document_name": queries.document_name,
        "claimed": names(session, [case.assigned_to]).get(case.assigned_to) if case.assigned_to else None,
        "is_mine": case.assigned_to == g.person.id,
        "release_form": step_form(case, "abgeben"),
        "claim_form": _claim_form(case),
        "contact": answers.get("contact_person", ""),
        "phone": answers.get("contact_phone", ""),
        "second_person_missing": missing,
        "inviting": inviting() if missing else None,
        "signing": [row for row in signing or () if not row.worked],
        "letters": notices(session, case.id) if case.state in WITH_LETTERS else [],
        "tasks": tasks_of(session, case.id) if case.ended_at else [],
        "findings_missing": found.facts.criteria_unassessed,
    }


@bp.post("/vorgaenge/<number>/schritte/<name>")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/vorgang.html", lambda case, name: named(StepForm(), name), case_page)
def take_step(case: Case, name: str, form: StepForm) -> ResponseReturnValue:
    """Take a step that needs no more than a reason."""
    if name not in DIRECT:
        raise NotFound
    rule = book_of(case).procedure(case.kind).step(case.state, name)
    by = acting(case, rule.by if rule else ())
    move(db.session(), case.id, name, by=by, command=form.command, record=Record(reason=form.reason.data or None))
    db.session.commit()
    return _back(case)


@bp.post("/vorgaenge/<number>/uebernehmen")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/vorgang.html", lambda case: ClaimForm(), case_page)
def claim(case: Case, form: ClaimForm) -> ResponseReturnValue:
    """Take the case on; somebody who took it on since the page was shown is not put out unknowingly."""
    if case.assigned_to not in (None, g.person.id) and str(case.assigned_to) != form.holder.data:
        raise Refused((_taken(case),))
    claims.claim(db.session(), case, by=acting(case, ("caseworker",)), command=form.command)
    db.session.commit()
    return _back(case)


@bp.post("/vorgaenge/<number>/abgeben")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/vorgang.html", StepForm, case_page)
def release(case: Case, form: StepForm) -> ResponseReturnValue:
    """Give the case back, so that somebody else takes it on."""
    cases.assign(db.session(), case.id, None)
    act(db.session(), case.id, "release", by=acting(case, ("caseworker",)), command=form.command)
    db.session.commit()
    return _back(case)


@bp.post("/vorgaenge/<number>/frist")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/vorgang.html", lambda case: named(StepForm(), "extend"), case_page)
def extend(case: Case, form: StepForm) -> ResponseReturnValue:
    """Extend the organisation's period by what the edition says."""
    if case.revision != form.command.seen:
        raise Stale(form.command.seen, case.revision)
    before, after = cases.extend(db.session(), book_of(case), case, case.state)
    record = Record(data={"deadline": case.state, "from": before, "due": after})
    act(db.session(), case.id, "extend", by=acting(case, ("caseworker",)), command=form.command, record=record)
    db.session.commit()
    return _back(case)


@bp.post("/vorgaenge/<number>/schliessen")
@access(*STAFF, case="number")
@declared
@keeps_entries("office/vorgang.html", lambda case: named(StepForm(), "announce_closure"), case_page)
def announce_closure(case: Case, form: StepForm) -> ResponseReturnValue:
    """Tell the organisation that the case will be closed without a decision."""
    act(db.session(), case.id, "announce_closure", by=acting(case, ("caseworker",)), command=form.command)
    db.session.commit()
    return _back(case)


def _in_words(row: Like) -> tuple[str, str]:
    """(state, what it has in common) of an application that may come from the same organisation."""
    common = {
        gettext("the same name"): row.name,
        gettext("the same register number"): row.register,
        gettext("the same person"): row.person,
    }
    state = say(rulebook(row.edition), f"state.admission.{row.state}")
    return state, ", ".join(words for words, holds in common.items() if holds)


def _claim_form(case: Case) -> ClaimForm:
    form = ClaimForm(formdata=None)
    form.seen_revision.data = str(case.revision)
    form.holder.data = str(case.assigned_to or "")
    return form


def _taken(case: Case) -> Reason:
    """Who has the case now, and since when."""
    lines = timeline.for_office(db.session(), case.id, language())
    line = next(line for line in lines if line.type == "act.claim")
    return Reason("claim.taken", {"who": line.who, "at": instant(line.at)})


def _second_people(case: Case, signing: Sequence[Signatory]) -> list[Signatory]:
    """Who could sign; before the proposal without whoever reads this, if they would do the work first."""
    works = g.person.id if case.state == "assessment" and Role.CASEWORKER in g.person.roles else None
    return [one for one in signing if not one.worked and one.account != works]


def _nearest(book: Rulebook, found: Situation) -> Due | None:
    days = [row for row in found.deadlines if row.state != "paused"]
    rows = [row for row in days if row.kind not in ASIDE] or days
    return due(min(row.due_on for row in rows), book.calendar) if rows else None


def _running(book: Rulebook, row: Any) -> Running:
    until = None if row.state == "paused" else due(row.due_on, book.calendar, bare=True)
    return Running(book.text(f"deadline.{row.kind}", language()), until, row.state == "paused")


def _back(case: Case) -> ResponseReturnValue:
    return redirect(url_for(".case", number=case.number), 303)
