"""Writes on one case; whoever calls them holds its lock. None of them writes a state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from admission.cases import rules
from admission.cases.models import Answer, Case, CaseKey, ConflictDeclaration, Deadline, Document
from admission.cases.queries import answers as stored_answers
from admission.cases.queries import case_key
from admission.cases.queries import documents as kept_documents
from admission.ground import clock, crypto, files
from admission.ground.errors import Reason, Refused
from admission.ground.ids import new_id
from admission.procedure import deadlines as periods
from admission.rulebook.edition import Rulebook

MOST_DOCUMENTS = 10
LANGUAGES = ("de", "en")
# One statement: the first two of a year would both find no row, and the second insert would fail.
COUNT = text(
    "INSERT INTO counter (name, last) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET last = counter.last + 1 RETURNING last"
)


def make_key(session: Session, case_id: UUID) -> None:
    """Make the data key under which the files of this case are sealed."""
    session.add(CaseKey(case_id=case_id, wrapped=crypto.wrap(crypto.new_key())))
    session.flush()


def save_answers(session: Session, case: Case, book: Rulebook, values: Mapping[str, Any]) -> None:
    """Store canonical values by question code; None removes one. Nothing changes if all are as before."""
    before = {row.code: row for row in session.scalars(select(Answer).where(Answer.case_id == case.id))}
    changed = {code: value for code, value in values.items() if _differs(before.get(code), value)}
    if not changed:
        return
    case.record_version += 1
    for code, value in changed.items():
        row = before.get(code)
        if value is None:
            if row is not None:
                session.delete(row)
        elif row is None:
            session.add(
                Answer(case_id=case.id, code=code, value=value, version=case.record_version, saved_at=clock.now())
            )
        else:
            row.value, row.version, row.saved_at = value, case.record_version, clock.now()
    session.flush()
    recount(session, case, book)


@dataclass(frozen=True)
class Sealed:
    """An accepted file that lies sealed in the store under this id; `digest`: SHA-256 of the sealed bytes."""

    id: UUID
    taken: files.Taken
    digest: str


def seal(session: Session, case_id: UUID, taken: files.Taken) -> Sealed:
    """Seal an accepted file and keep it, before anything is locked; without a row it is swept after a day."""
    document_id = new_id()
    return Sealed(document_id, taken, files.store(case_key(session, case_id), document_id, taken.data))


def add_document(session: Session, case: Case, book: Rulebook, kind: str, sealed: Sealed, by: UUID) -> Document:
    """Make a sealed file a document of this case; raises `Refused` (`document.too_many`, `document.kind`)."""
    if kind not in book.documents:
        raise Refused((Reason("document.kind"),))
    if len(kept_documents(session, case.id)) >= MOST_DOCUMENTS:
        raise Refused((Reason("document.too_many", {"most": MOST_DOCUMENTS}),))
    case.record_version += 1
    row = Document(
        id=sealed.id,
        case_id=case.id,
        kind=kind,
        name=crypto.seal_text(sealed.taken.name, f"document/{sealed.id}"),
        media_type=sealed.taken.media_type,
        size=len(sealed.taken.data),
        sealed_digest=sealed.digest,
        digest=crypto.seal_text(sealed.taken.digest, f"document/{sealed.id}/digest"),
        version=case.record_version,
        uploaded_by=by,
        uploaded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    recount(session, case, book)
    return row


def remove_document(session: Session, case: Case, book: Rulebook, row: Document) -> None:
    """Take a document back; in a draft its bytes go too, later they stay in the file."""
    case.record_version += 1
    row.removed_at = clock.now()
    session.flush()
    recount(session, case, book)


def recount(session: Session, case: Case, book: Rulebook) -> None:
    """Keep what guards read of the form beside the case: open sections, applicable criteria, evidence asked for."""
    given = stored_answers(session, case.id)
    kinds = {row.kind for row in kept_documents(session, case.id)}
    case.sections_open = sum(bool(section.open) for section in rules.sections(book, given, kinds))
    case.criteria_applicable = len(rules.applicable(book, given))
    case.evidence_applicable = len(rules.evidence(book, given, kinds))
    case.title = str(given.get("organisation_name", ""))[:200]
    case.portal_consent = given.get("portal_consent") is True
    language = given.get("correspondence_language")
    case.language = language if language in LANGUAGES else "de"
    if case.state == "draft":
        _keep_draft(session, case, book)
    session.flush()


def confirm(session: Session, case: Case, name: str) -> None:
    """The applicant confirms the declarations with their name, today."""
    case.confirmed_on = clock.today()
    case.confirmed_by = crypto.seal_text(name, f"case/{case.id}/confirmed_by")
    session.flush()


def declare(session: Session, case_id: UUID, account: UUID, conflict: bool) -> None:
    """Record what a person declares before opening the case (after VwVfG NRW §§ 20, 21); a change replaces it."""
    row = session.scalar(
        select(ConflictDeclaration).where(
            ConflictDeclaration.case_id == case_id, ConflictDeclaration.account_id == account
        )
    )
    if row is None:
        row = ConflictDeclaration(case_id=case_id, account_id=account)
        session.add(row)
    row.conflict, row.declared_at = conflict, clock.now()
    session.flush()


def assign(session: Session, case_id: UUID, account: UUID | None) -> None:
    """Assign the case to a person, or to nobody."""
    session.execute(update(Case).where(Case.id == case_id).values(assigned_to=account))


def release_claims(session: Session, account: UUID) -> list[UUID]:
    """Take all open cases from a person whose account ends; returns their ids."""
    ids = list(session.scalars(select(Case.id).where(Case.assigned_to == account, Case.ended_at.is_(None))))
    session.execute(update(Case).where(Case.id.in_(ids)).values(assigned_to=None))
    return ids


def extend(session: Session, book: Rulebook, case: Any, kind: str) -> tuple[date, date]:
    """Extend a running deadline of the applicant by what the edition says; returns the old and the new last day.

    Once without a reason, by the same rule for everybody. Raises `Refused` (`deadline.not_running`,
    `deadline.not_extendable`, `deadline.extended_before`).
    """
    rule = book.procedure(case.kind).deadlines.get(kind)
    if rule is None or not rule.extend:
        raise Refused((Reason("deadline.not_extendable"),))
    row = session.scalar(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.kind == kind, Deadline.state == "running")
    )
    if row is None:
        raise Refused((Reason("deadline.not_running"),))
    if row.extensions:
        raise Refused((Reason("deadline.extended_before", {"due_on": row.due_on}),))
    before = row.due_on
    row.due_on = periods.extended(before, rule.extend, rule.unit, book.calendar, book.no_end_between)
    row.extensions += 1
    row.warned_on = None
    session.flush()
    return before, row.due_on


def next_number(session: Session, prefix: str) -> str:
    """The next file number of this year in Berlin, gapless: its counter row is locked until the commit."""
    name = f"{prefix}-{clock.today().year}"
    return f"{name}-{session.execute(COUNT, {'name': name}).scalar_one():04d}"


def erase_draft(session: Session, case: Case) -> None:
    """Erase answers, documents and the data key of a draft that was closed or withdrawn."""
    for row in kept_documents(session, case.id):
        row.removed_at = clock.now()
    session.execute(delete(Answer).where(Answer.case_id == case.id))
    session.execute(delete(CaseKey).where(CaseKey.case_id == case.id))
    session.execute(update(Case).where(Case.id == case.id).values(title="", confirmed_by=None))


def _differs(row: Answer | None, value: Any) -> bool:
    return value is not None if row is None else row.value != value


def _keep_draft(session: Session, case: Case, book: Rulebook) -> None:
    """A draft that is worked on lives on: its last day moves with every change."""
    rule = book.procedure(case.kind).deadlines.get("draft")
    if rule is None:
        return
    due_on = periods.due(clock.today(), rule.length, rule.unit, book.calendar, book.no_end_between)
    session.execute(
        update(Deadline)
        .where(Deadline.case_id == case.id, Deadline.kind == "draft", Deadline.state == "running")
        .values(due_on=due_on, warned_on=None)
    )
