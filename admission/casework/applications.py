"""From the first draft to the submitted application, and what the organisation does with it afterwards."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.cases import actions, queries, rules
from admission.cases.models import Case, Document
from admission.casework.facts import Actor
from admission.casework.move import Command, Moved, Record, act, begin, move
from admission.completeness import actions as completeness
from admission.ground import clock
from admission.ground.errors import Reason, Refused
from admission.ground.ids import new_id
from admission.log.pseudonyms import pseudonym
from admission.organisations import actions as organisations
from admission.organisations.queries import represented_by
from admission.organisations.rules import folded
from admission.people.accounts import locked
from admission.register.events import follow_case
from admission.register.sets import KNOWN
from admission.rulebook.edition import Rulebook

NUMBERED = "MSO"


def open_draft(session: Session, book: Rulebook, account: UUID) -> Case:
    """Begin a draft under the edition in force; the caller commits. `Refused` (`draft.too_many`) beyond three."""
    locked(account)  # else several beginnings in one moment would each count the same drafts
    if queries.open_drafts(session, account) >= queries.MOST_DRAFTS:
        raise Refused((Reason("draft.too_many", {"most": queries.MOST_DRAFTS}),))
    case_id = new_id()
    by = Actor(account, "applicant", pseudonym(session, account, case_id))
    columns = {"applicant_id": account, "sections_open": len(book.sections)}
    begin(session, "admission", "draft", book=book, by=by, case_id=case_id, columns=columns, deadlines=("draft",))
    actions.make_key(session, case_id)
    case = session.get_one(Case, case_id)
    actions.recount(session, case, book)
    return case


def submit(session: Session, case: Case, book: Rulebook, name: str, *, by: Actor, command: Command) -> Moved:
    """Submit the draft under `book`, the edition in force, confirmed with a name; the caller holds the lock, commits.

    The organisation is made now, else drafts would inflate what is known. Raises `RefusedHere` or `Stale`.
    """
    if case.state == "draft" and case.revision == command.seen:
        actions.confirm(session, case, name)
        actions.recount(session, case, book)
        _name_organisation(session, case, queries.answers(session, case.id))
    record = submission_record(session, case, book, name)
    moved = move(session, case.id, "submit", by=by, command=command, record=record)
    if not moved.again:
        _tell_register(session, case)
    return moved


def submission_record(session: Session, case: Case, book: Rulebook, name: str) -> Record:
    """What a submission carries: number, edition, all answers, the full list of documents."""
    sets: dict[str, Any] = {"edition": book.digest}
    if case.number is None and not case.sections_open and case.organisation_id is not None:
        sets |= {"number": actions.next_number(session, NUMBERED), "submitted_at": clock.now()}
    private = {"organisation": case.title, "message": name}
    return file_record(session, case, book, private, {"channel": "online"}, sets)


def answer_supplement(
    session: Session, case: Case, book: Rulebook, texts: Mapping[str, str], *, by: Actor, command: Command
) -> Moved:
    """Answer the requested items and hand the case back; the caller holds the lock and commits."""
    if case.state == "supplement" and case.revision == command.seen:
        completeness.answer(session, case.id, texts)
        actions.recount(session, case, book)
    private = {f"answers/supplement.{item}": text for item, text in texts.items() if text}
    record = file_record(session, case, book, private)
    return move(session, case.id, "answer_supplement", by=by, command=command, record=record)


def amend(session: Session, case: Case, book: Rulebook, text: str, *, by: Actor, command: Command) -> bool:
    """Hand in, unasked, what was uploaded since and a text; the caller holds the lock and commits.

    Answers stay as they were submitted: what has changed is said, and the office weighs it.
    """
    record = file_record(session, case, book, {"message": text} if text else {})
    return act(session, case.id, "amend", by=by, command=command, record=record)


def choose_delivery(
    session: Session, case: Case, book: Rulebook, at_desk: bool, *, by: Actor, command: Command
) -> bool:
    """Say whether letters are opened at the desk or come by post; the caller holds the lock and commits.

    It holds for the next letter, and for one that waits unopened.
    """
    if case.revision == command.seen:
        actions.save_answers(session, case, book, {"portal_consent": at_desk})
    record = file_record(session, case, book, {})
    return act(session, case.id, "choose_delivery", by=by, command=command, record=record)


def withdraw(session: Session, case: Case, reason: str, *, by: Actor, command: Command) -> Moved:
    """Withdraw the application, for which nobody needs a reason; a draft's answers and files are erased."""
    was_draft = case.state == "draft"
    moved = move(session, case.id, "withdraw", by=by, command=command, record=Record(reason=reason or None))
    if was_draft and not moved.again:
        actions.erase_draft(session, case)
    return moved


def documents_said(documents: list[Document]) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The documents of an entry in clear (kind, digest of the sealed bytes), and their names and digests in private."""
    clear = [{"kind": row.kind, "sealed": row.sealed_digest} for row in documents]
    private = {}
    for at, row in enumerate(documents):
        private[f"documents/{at}/name"] = queries.document_name(row)
        private[f"documents/{at}/sha256"] = queries.document_digest(row)
    return clear, private


def _tell_register(session: Session, case: Case) -> None:
    """Who applies is known from then on, and has confirmed a contact: the mailed code came back from it."""
    assert case.organisation_id is not None  # else the step had been refused
    follow_case(session, case.organisation_id, [(KNOWN, "application"), ("confirmed", "application")])


def file_record(
    session: Session,
    case: Case,
    book: Rulebook,
    private: Mapping[str, Any],
    data: Mapping[str, Any] | None = None,
    sets: Mapping[str, Any] | None = None,
) -> Record:
    """What an entry carries after which answers or documents differ: all of them, as they are now (FORMATS 2)."""
    answers = queries.answers(session, case.id)
    clear, names = documents_said(list(queries.documents(session, case.id)))
    hidden = {f"answers/{code}": value for code, value in rules.private_answers(book, answers).items()}
    return Record(
        answers=rules.public_answers(book, answers),
        documents=clear,
        data=data,
        private={**hidden, **names, **private},
        sets={"logged_version": case.record_version, **(sets or {})},
    )


def _name_organisation(session: Session, case: Case, answers: Mapping[str, Any]) -> None:
    """Tie the case to the applicant's organisation of that name, or note a new one; never merge by likeness."""
    if case.organisation_id is not None or not case.title or case.applicant_id is None:
        return
    own = [row for row in represented_by(session, case.applicant_id) if row.search_name == folded(case.title)]
    row = own[0] if own else organisations.found(session, case.title, answers.get("register_number"))
    taken = select(Case.id).where(
        Case.kind == "admission", Case.organisation_id == row.id, Case.ended_at.is_(None), Case.id != case.id
    )
    if session.scalar(taken) is not None:  # said as a sentence before the database says it as an error
        raise Refused((Reason("no_other_application_is_open"),))
    case.organisation_id = row.id
    organisations.represent(session, row.id, case.applicant_id)
    session.flush()
