"""Where the application stands: who has the ball, until when, what happened, what was decided and why; withdrawing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from admission.assessment.queries import findings
from admission.cases import queries
from admission.cases.models import Case, Deadline
from admission.casework import applications, timeline
from admission.casework.findings import deviations
from admission.casework.timeline import Line
from admission.decisions.models import Notice
from admission.decisions.queries import notices
from admission.ground import clock
from admission.ground.db import db
from admission.hearing.queries import statement
from admission.people.roles import Role
from admission.procedure import deadlines as periods
from admission.rulebook.edition import Rulebook
from admission.web.access import access, acting
from admission.web.applicant import bp
from admission.web.applicant.surroundings import book_of, contact, say
from admission.web.entries import keeps_entries
from admission.web.fields import CommandForm, Lines
from admission.web.page import day, instant, language

DECIDED = ("admitted", "admitted_with_obligations", "admitted_as_guest", "refused")
ASIDE = frozenset({"decision", "remedy"})
"""Periods that run beside the one that the state is about."""
REACHED = {
    "received": 1,
    "completeness": 1,
    "supplement": 1,
    "assessment": 2,
    "proposed": 3,
    "hearing": 3,
    "weighed": 3,
}
"""The step of four that a state belongs to, counted from 0; a decision is past them all."""


@dataclass(frozen=True)
class Ball:
    """Who acts, what it is about, until when.

    `to_open`: the letter that waits for a button; `answered`: the statement of a hearing is here.
    """

    mine: bool
    who: str
    title: str
    text: str
    due: Deadline | None
    to_open: Notice | None = None
    open_until: date | None = None
    answered: bool = False


class Withdrawal(CommandForm):
    """Withdrawing needs no reason; one may be written."""

    reason = Lines(lazy_gettext("Would you like to tell us why? (optional)"), limit=2000)


@bp.get("/antrag/<number>")
@access(Role.APPLICANT, case="number")
def status(case: Case) -> str:
    """The whole state of an application on one page."""
    book = book_of(case)
    letters = list(notices(db.session(), case.id))
    waiting = next((letter for letter in letters if not may_be_shown(letter)), None)
    due = list(queries.deadlines(db.session(), case.id))
    lines = [quieted(line, book, letters) for line in timeline.for_applicant(db.session(), case.id, language())]
    return render_template(
        "applicant/status.html",
        case=case,
        book=book,
        ball=ball_of(case, book, waiting, due),
        steps=four_steps(case, lines, due, waiting),
        history=[_told(line) for line in lines],
        letters=[letter for letter in letters if may_be_shown(letter)],
        letter_title=letter_title,
        decided=_decided(case, book) if case.state in DECIDED and waiting is None else None,
        other_due=[row for row in due if row.kind in ASIDE and row.state == "running"],
        may_amend=knows(case, book, "amend"),
        may_choose=knows(case, book, "choose_delivery") and (waiting is not None or case.ended_at is None),
        form=CommandForm(seen=case.revision),
        contact=contact(case),
    )


@bp.get("/antrag/<number>/zurueckziehen")
@access(Role.APPLICANT, case="number")
def ask_to_withdraw(case: Case) -> ResponseReturnValue:
    """Ask whether the application shall really be withdrawn."""
    if case.ended_at is not None:
        return redirect(url_for(".status", number=case.number), 303)
    return render_template("applicant/zurueckziehen.html", case=case, form=Withdrawal(seen=case.revision))


@bp.post("/antrag/<number>/zurueckziehen")
@access(Role.APPLICANT, case="number")
@keeps_entries("applicant/zurueckziehen.html", Withdrawal)
def withdraw(case: Case, form: Withdrawal) -> ResponseReturnValue:
    """Withdraw the application."""
    by = acting(case, ("applicant",))
    applications.withdraw(db.session(), case, form.reason.data or "", by=by, command=form.command)
    db.session.commit()
    return redirect(url_for(".status", number=case.number), 303)


def knows(case: Case, book: Rulebook, act: str) -> bool:
    """Whether the edition knows this act of the organisation in the state of the case."""
    rule = book.procedure("admission").acts.get(act)
    return rule is not None and case.state in rule.in_


def may_be_shown(letter: Notice) -> bool:
    """Whether a letter was opened here or counts as given: before, not a word of it is shown."""
    return letter.opened_at is not None or letter.given_on is not None


def ball_of(case: Case, book: Rulebook, waiting: Notice | None, due: Sequence[Deadline]) -> Ball:
    """Who has the ball; a letter that waits comes before everything that follows from it."""
    if waiting is not None:
        return _ball_of_letter(case, book, waiting)
    if case.state == "hearing" and statement(db.session(), case) is not None:
        text = gettext("We answer each point, then a second person checks it. You do not have to do anything now.")
        return Ball(False, say(book, "ball.office"), gettext("Your statement is here"), text, None, answered=True)
    whose = book.procedure("admission").states[case.state].ball
    name = f"state.admission.{case.state}.applicant"
    running = [row for row in due if row.state in ("running", "passed") and row.kind not in ASIDE]
    return Ball(
        whose == "applicant",
        say(book, f"ball.{whose}"),
        say(book, name),
        say(book, f"{name}.next"),
        next((row for row in running if row.whose == whose), None),
    )


def extended_until(book: Rulebook, due: Sequence[Deadline], kind: str) -> date | None:
    """The new last day that the button would give; None when there is nothing to extend (any more)."""
    rule = book.procedure("admission").deadlines.get(kind)
    row = next((row for row in due if row.kind == kind and row.state == "running"), None)
    if rule is None or not rule.extend or row is None or row.extensions:
        return None
    return periods.extended(row.due_on, rule.extend, rule.unit, book.calendar, book.no_end_between)


def four_steps(
    case: Case, lines: Sequence[Line], due: Sequence[Deadline], waiting: Notice | None
) -> list[tuple[str, str, str]]:
    """Received, complete, criteria checked, decision: with the day of each, or until when."""
    at = {line.type: line.at for line in reversed(lines)}
    until = {row.kind: row.due_on for row in due if row.state == "running"}
    now = REACHED.get(case.state, 4)
    if case.state in ("withdrawn", "closed"):
        now = 1 + ("step.confirm_complete" in at)
    decided = day(waiting.issued_at if waiting else case.ended_at) if case.state in DECIDED else ""
    titles = (
        (gettext("Received"), day(case.submitted_at)),
        (gettext("Complete"), day(at.get("step.confirm_complete")) or _until(until.get("completeness"))),
        (gettext("Criteria checked"), (now > 2 and day(at.get("step.propose"))) or _until(until.get("assessment"))),
        (gettext("Decision"), decided or _until(until.get("decision"))),
    )
    ended = case.ended_at is not None
    return [
        (
            "done" if number < now or (ended and number < now) else "now" if number == now and not ended else "next",
            *text,
        )
        for number, text in enumerate(titles)
    ]


def quieted(line: Line, book: Rulebook, letters: Sequence[Notice]) -> Line:
    """A decision whose letter was not opened yet says only that a letter is ready."""
    hidden = {letter.digest for letter in letters if not may_be_shown(letter) and letter.letter != "hearing"}
    if line.letter not in hidden:
        return line
    return replace(line, text=say(book, "event.notice.issued"), outcome="", detail="", reasons=(), letter="", said="")


def letter_title(letter: Notice) -> str:
    """What a letter is, for a link to it."""
    if letter.letter == "hearing":
        return str(gettext("Hearing letter of %(day)s", day=day(letter.issued_at)))
    return str(gettext("Notice of %(day)s", day=day(letter.issued_at)))


def _ball_of_letter(case: Case, book: Rulebook, waiting: Notice) -> Ball:
    hearing = waiting.letter == "hearing"
    if not case.portal_consent:
        title = gettext("Our letter comes by post") if hearing else gettext("Your notice comes by post")
        text = gettext("You did not agree to open letters here. Periods run only after it has reached you.")
        return Ball(False, say(book, "ball.office"), title, text, None)
    assert waiting.issued_at is not None
    after = int(book.settings["delivery"]["portal_then_post_after"])
    until = clock.berlin_day(waiting.issued_at) + timedelta(days=after)
    title = gettext("A letter is ready for you") if hearing else gettext("Your notice is ready")
    text = gettext(
        "If you open it, it counts as given the day after. Only then do periods run. "
        "If you do not open it within %(days)s days, we send it by post.",
        days=after,
    )
    return Ball(True, say(book, "ball.applicant"), title, text, None, waiting, until)


def _decided(case: Case, book: Rulebook) -> dict[str, Any]:
    found = findings(db.session(), case.id)
    rows = [
        {
            "code": row.criterion,
            "title": say(book, f"criterion.{row.criterion}.title"),
            "mark": {"open": "open", "not_met": "not"}[row.outcome],
            "word": say(book, f"outcome.{row.outcome}"),
            "reason": row.reason,
        }
        for row in deviations(found)
    ]
    exceptions = [row.criterion for row in found.values() if row.outcome == "met_by_exception"]
    met = sum(row.outcome == "met" for row in found.values()) + len(exceptions)
    return {"rows": rows, "met": met}


def _told(line: Line) -> dict[str, Any]:
    exact = line.type in ("step.submit", "step.withdraw", "act.make_statement", "step.answer_supplement")
    meta = gettext("Entry %(number)s", number=line.entry)
    return {
        "iso": clock.berlin_day(line.at).isoformat(),
        "when": instant(line.at) if exact else day(line.at),
        "text": _sentence(line),
        "meta": f"{line.said} · {meta}" if line.said else meta,
        "now": False,
    }


def _sentence(line: Line) -> str:
    """The sentence of an entry; a letter says on which day it counts as given, an extension which period it is."""
    if line.given_on is not None:
        return f"{line.text.rstrip('.')}: {day(line.given_on)}."
    return f"{line.text} {line.detail}." if line.detail and line.type == "act.extend" else line.text


def _until(on: date | None) -> str:
    return gettext("until %(day)s", day=day(on)) if on else ""
