"""Proposal, hearing, weighing, and the second signature: what spans assessment, hearing, decisions and onboarding."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from admission.assessment.queries import findings
from admission.cases.models import Case
from admission.casework import notices
from admission.casework.applications import file_record
from admission.casework.facts import Actor
from admission.casework.findings import deviations, reason_codes
from admission.casework.move import Command, Moved, Record, act, move
from admission.casework.notices import LETTERS, Sender
from admission.decisions import actions as decisions
from admission.decisions.queries import draft as drafted
from admission.decisions.queries import proposal
from admission.ground import clock
from admission.ground.ids import new_id
from admission.hearing import actions as hearing
from admission.onboarding.rules import tasks
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import rulebook


def propose(
    session: Session,
    case: Case,
    book: Rulebook,
    outcome: str,
    reasons: str,
    obligations: Sequence[Mapping[str, Any]],
    sender: Sender,
    *,
    name: str,
    by: Actor,
    command: Command,
) -> Moved:
    """Propose an outcome with reasons and its letter ready to be read; the caller holds the lock and commits.

    A refusal is first heard: its letter is that of the hearing (after VwVfG NRW § 28).
    """
    if case.state == "assessment" and case.revision == command.seen:
        _record_proposal(session, case, outcome, reasons, obligations, by)
        letter = "hearing" if outcome == "refuse" else LETTERS[outcome]
        notices.draft(session, case, book, letter, sender, proposed_by=name)
    record = Record(reason=reasons, outcome=outcome, reasons=reason_codes(session, case, book))
    return move(session, case.id, "propose", by=by, command=command, record=record)


def open_hearing(session: Session, case: Case, *, by: Actor, command: Command) -> Moved:
    """Send the letter of the hearing; the day for the answer runs from its delivery."""
    if case.state == "proposed" and case.revision == command.seen:
        hearing.open_points(session, case, (row.criterion for row in deviations(findings(session, case.id))))
    return move(session, case.id, "open_hearing", by=by, command=command, record=_letter_record(session, case))


def receive_statement(
    session: Session,
    case: Case,
    says: Mapping[str, str],
    text: str,
    *,
    on: date,
    channel: str,
    by: Actor,
    command: Command,
) -> None:
    """Record the organisation's statement, whichever way it came, with the documents that were uploaded to it."""
    assert by.person is not None
    hearing.receive(session, case, says, text, on=on, channel=channel, by=by.person)
    private = {f"statement/{code}": words for code, words in says.items() if words.strip()}
    if text.strip():
        private["statement"] = text
    data = {"received_on": on, "channel": channel}
    record = Record(data=data, private=private)
    if case.record_version > case.logged_version:
        record = file_record(session, case, rulebook(case.edition), private, data)
    act(session, case.id, "make_statement", by=by, command=command, record=record)


def weigh(
    session: Session,
    case: Case,
    book: Rulebook,
    answers: Mapping[str, str],
    text: str,
    outcome: str,
    obligations: Sequence[Mapping[str, Any]],
    sender: Sender,
    *,
    name: str,
    by: Actor,
    command: Command,
) -> Moved:
    """Answer each point of the statement and propose again: the refusal, or an admission after all."""
    assert by.person is not None
    if case.state == "hearing" and case.revision == command.seen:
        hearing.weigh(session, case, answers, text, by=by.person)
        _record_proposal(session, case, outcome, text, obligations, by)
        notices.draft(session, case, book, LETTERS[outcome], sender, proposed_by=name)
    private = {f"weighing/{code}": words for code, words in answers.items() if words.strip()}
    record = Record(reason=text, outcome=outcome, reasons=reason_codes(session, case, book), private=private)
    return move(session, case.id, "weigh", by=by, command=command, record=record)


def sign(session: Session, case: Case, book: Rulebook, *, by: Actor, command: Command) -> Moved:
    """The second signature: what was proposed becomes the decision; the letter that was read is sent.

    The step is the one that the proposal names; whether this person may sign, `move` decides.
    """
    row = proposal(session, case)
    outcome = row.outcome if row else "admit"
    letter = _letter_record(session, case)
    rows = tasks(book, row.obligations if row else (), clock.today()) if outcome != "refuse" else []
    record = Record(
        outcome=outcome,
        reasons=reason_codes(session, case, book),
        letter=letter.letter,
        data=letter.data,
        tasks=[_task(case.id, task) for task in rows],
        opens={"title": case.title, "language": case.language},
    )
    return move(session, case.id, outcome, by=by, command=command, record=record)


def send_back(session: Session, case: Case, reason: str, *, by: Actor, command: Command) -> Moved:
    """Return the proposal to the assessment with a reason."""
    return move(session, case.id, "return", by=by, command=command, record=Record(reason=reason))


def _record_proposal(
    session: Session, case: Case, outcome: str, reasons: str, obligations: Sequence[Mapping[str, Any]], by: Actor
) -> None:
    assert by.person is not None
    decisions.propose(session, case, outcome, reasons, obligations, by=by.person)


def _letter_record(session: Session, case: Case) -> Record:
    """The digest of the letter that goes out with the step, and the code that finds its entry."""
    waiting = drafted(session, case.id)
    if waiting is None:
        return Record()
    return Record(letter=waiting.digest, data={"code": waiting.code})


def _task(case_id: UUID, task: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": new_id(), "case_id": case_id, "opened_at": clock.now(), **task}
