"""Reads of one case and of a person's cases."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from admission.cases.models import Answer, Case, CaseKey, ConflictDeclaration, Deadline, Document, Pause
from admission.cases.rules import FILE_NUMBER
from admission.ground import crypto
from admission.ground.errors import NotFound
from admission.organisations.models import Representative

MOST_DRAFTS = 3


def case_numbered(session: Session, number: str) -> Case:
    """The case of this file number; raises `NotFound`."""
    found = session.scalar(select(Case).where(Case.number == number)) if FILE_NUMBER.fullmatch(number) else None
    if found is None:
        raise NotFound
    return found


def cases_of(session: Session, account: UUID) -> Sequence[Case]:
    """The applications that a person may act on: opened by them, or of an organisation they represent."""
    represents = select(Representative.organisation_id).where(
        Representative.account_id == account, Representative.until_at.is_(None)
    )
    return session.scalars(
        select(Case)
        .where(
            Case.kind == "admission",
            or_(Case.applicant_id == account, Case.organisation_id.in_(represents)),
            or_(Case.state != "closed", Case.number.is_not(None)),
        )
        .order_by(Case.opened_at.desc())
        .limit(50)
    ).all()


def may_act_for(session: Session, account: UUID, case: Case) -> bool:
    """Whether this person stands on the applicant's side of the case."""
    if case.applicant_id == account:
        return True
    if case.organisation_id is None:
        return False
    found = select(Representative.id).where(
        Representative.account_id == account,
        Representative.organisation_id == case.organisation_id,
        Representative.until_at.is_(None),
    )
    return session.scalar(found) is not None


def open_drafts(session: Session, account: UUID) -> int:
    """How many drafts a person has open."""
    found = select(func.count()).select_from(Case).where(Case.applicant_id == account, Case.state == "draft")
    return session.scalar(found) or 0


def answers(session: Session, case_id: UUID) -> dict[str, Any]:
    """All stored answers of a case: code -> canonical value."""
    return dict(session.execute(select(Answer.code, Answer.value).where(Answer.case_id == case_id)).all())


def answer_versions(session: Session, case_id: UUID) -> dict[str, int]:
    """Code -> version of each stored answer; what has none was never answered, version 0."""
    return dict(session.execute(select(Answer.code, Answer.version).where(Answer.case_id == case_id)).all())


def documents(session: Session, case_id: UUID) -> Sequence[Document]:
    """The documents of a case that were not removed, oldest first."""
    return session.scalars(
        select(Document)
        .where(Document.case_id == case_id, Document.removed_at.is_(None))
        .order_by(Document.uploaded_at, Document.id)
    ).all()


def document(session: Session, case_id: UUID, document_id: UUID) -> Document:
    """One document of this case; raises `NotFound`, also for a document of another case."""
    found = session.scalar(
        select(Document).where(Document.id == document_id, Document.case_id == case_id, Document.removed_at.is_(None))
    )
    if found is None:
        raise NotFound
    return found


def document_name(found: Document) -> str:
    """The file's name as the applicant sent it."""
    return crypto.unseal_text(found.name, f"document/{found.id}")


def document_digest(found: Document) -> str:
    """SHA-256 of the file as it was accepted, 64 hex digits."""
    return crypto.unseal_text(found.digest, f"document/{found.id}/digest")


def handed_in_later(session: Session, case: Case) -> list[Document]:
    """Documents that no entry has carried yet: uploaded, and not handed in."""
    return [row for row in documents(session, case.id) if row.version > case.logged_version]


def deadlines(session: Session, case_id: UUID) -> Sequence[Deadline]:
    """The deadlines of a case that have not ended, the next one first."""
    return session.scalars(
        select(Deadline).where(Deadline.case_id == case_id, Deadline.state != "ended").order_by(Deadline.due_on)
    ).all()


def is_resting(session: Session, case_id: UUID) -> bool:
    """Whether the proceedings rest."""
    return session.scalar(select(Pause.id).where(Pause.case_id == case_id, Pause.ended_on.is_(None))) is not None


def declaration(session: Session, case_id: UUID, account: UUID) -> bool | None:
    """What this person declared on the case: True a conflict of interest, False none, None nothing yet."""
    return session.scalar(
        select(ConflictDeclaration.conflict).where(
            ConflictDeclaration.case_id == case_id, ConflictDeclaration.account_id == account
        )
    )


def case_key(session: Session, case_id: UUID) -> bytes:
    """The data key of a case; raises `NotFound` after it was erased."""
    wrapped = session.scalar(select(CaseKey.wrapped).where(CaseKey.case_id == case_id))
    if wrapped is None:
        raise NotFound
    return crypto.unwrap(wrapped)
