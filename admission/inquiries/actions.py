"""Writes of inquiries, one verb a function; the caller has locked the row and commits.

Each act raises `Refused` with all reasons if `rules.why_not` has any, and counts the inquiry's revision up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.ground.errors import NotFound, Reason, Refused, Stale
from admission.inquiries import queries, rules
from admission.inquiries.models import AnswerFile, Happened, Inquiry, Part, PartAnswer, Released, Version
from admission.log.append import append_house
from admission.log.entry import canonical
from admission.log.models import Entry

FILED, ANSWERED = "inquiry.filed", "inquiry.answered"


@dataclass(frozen=True)
class Asked:
    """A question as its body put it."""

    title: str
    body: str
    question: str
    session_on: date
    due_on: date


@dataclass(frozen=True)
class Text:
    """What is said to one part: `figures` are keys in the order chosen."""

    part: UUID
    text: str
    limits: str = ""
    figures: tuple[str, ...] = ()


def lock(session: Session, inquiry_id: UUID) -> Inquiry:
    """Lock the inquiry's row, as a statement of its own; raises `NotFound`."""
    query = select(Inquiry).where(Inquiry.id == inquiry_id).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


def check_seen(row: Inquiry, seen: int | None) -> None:
    """Raise `Stale` if somebody acted since the form was shown."""
    if seen != row.revision:
        raise Stale(seen or 0, row.revision)


def prepare(session: Session, asked: Asked, *, by: UUID) -> Inquiry:
    """A member of the council writes a question down; nobody but the secretariat files it."""
    row = Inquiry(
        title=asked.title, body=asked.body, question=asked.question, session_on=asked.session_on, due_on=asked.due_on,
        state=rules.PREPARED, prepared_by=by, prepared_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def file(session: Session, row: Inquiry, paper_number: str | None, *, by: UUID, role: str) -> None:
    """The secretariat files it; `paper_number` only if the council's office has assigned one.

    Raises `Refused` (`inquiry.not_now`, `inquiry.number_is_taken`).
    """
    _ask("file", session, row, by)
    _check_number(session, row, paper_number)
    row.paper_number, row.filed_by, row.filed_at = paper_number or None, by, clock.now()
    _go(session, row, "file", "filed", by)
    private = {"question": row.question}
    append_house(session, FILED, actor=by, role=role, data=_named(row), private=private)


def assign_number(session: Session, row: Inquiry, paper_number: str, *, by: UUID) -> None:
    """Enter the number that the council's office has assigned; raises `Refused` if there is one, or it is taken."""
    if row.paper_number or row.state == rules.PREPARED:
        raise Refused((Reason("inquiry.not_now"),))
    _check_number(session, row, paper_number)
    row.paper_number = paper_number
    _note(session, row, "numbered", by)


def begin(
    session: Session, row: Inquiry, questions: Sequence[str], drafts: Mapping[str, Text | None], *, by: UUID
) -> None:
    """Split the question into parts and draft the first version; `drafts`: question of a part -> what a template says.

    Raises `Refused` (`inquiry.not_now`, `inquiry.no_parts`, `inquiry.part_is_not_verbatim` with the part's number).
    """
    _ask("begin", session, row, by)
    wrong = [at for at, part in enumerate(questions, start=1) if not rules.is_excerpt(part, row.question)]
    if wrong or not questions:
        reasons = [Reason("inquiry.part_is_not_verbatim", {"part": at}) for at in wrong]
        raise Refused(reasons or [Reason("inquiry.no_parts")])
    made = [Part(inquiry_id=row.id, position=at, question=text) for at, text in enumerate(questions, start=1)]
    session.add_all(made)
    session.flush()
    version = _new_version(session, row, 1, by)
    for part in made:
        given = drafts.get(part.question) or Text(part.id, "")
        session.add(_answer(version, Text(part.id, given.text, given.limits, given.figures)))
    _go(session, row, "begin", "begun", by, version=1)


def write(
    session: Session, row: Inquiry, texts: Sequence[Text], *, by: UUID, origin: str = rules.OFFICE, corrects: str = ""
) -> Version:
    """Save the answer: in the version at hand if it is this person's and was not handed on, else as the next one."""
    _ask("write", session, row, by)
    current = queries.versions(session, row.id)[-1]
    if current.handed_at is not None or current.author != by or current.origin != origin:
        current = _new_version(session, row, current.number + 1, by, origin)
    else:
        for old in session.scalars(select(PartAnswer).where(PartAnswer.version_id == current.id)):
            session.delete(old)
        session.flush()
    current.corrects = corrects
    known = {part.id for part in queries.parts(session, row.id)}
    session.add_all(_answer(current, text) for text in texts if text.part in known)
    row.state = rules.WAY["write"][1]
    row.revision += 1
    session.flush()
    return current


def hand_over(session: Session, row: Inquiry, *, by: UUID, names: Sequence[str] = ()) -> None:
    """Give the version to a second person; from here on it stands as it is."""
    _ask("hand_over", session, row, by, names=names)
    current = queries.versions(session, row.id)[-1]
    current.handed_at = clock.now()
    _go(session, row, "hand_over", "handed", by, version=current.number)


def sign(session: Session, row: Inquiry, *, by: UUID) -> None:
    """A second person of the office signs: nobody who drafted."""
    _ask("sign", session, row, by)
    _go(session, row, "sign", "signed", by, version=_current(session, row))


def send_back(session: Session, row: Inquiry, reason: str, *, by: UUID) -> None:
    """Return the version with a reason; it stays, the next one answers it."""
    reasons = rules.why_not("return", queries.stand(session, row), by)
    if not reason.strip():
        reasons = (*reasons, Reason("inquiry.reason_is_missing"))
    if reasons:
        raise Refused(reasons)
    _go(session, row, "return", "returned", by, version=_current(session, row), reason=reason)


def release(
    session: Session, row: Inquiry, document: Mapping[str, Any], *, by: UUID, role: str, approver: bool,
    names: Sequence[str] = (),
) -> Released:  # fmt: skip
    """Freeze the answer: its canonical bytes, their SHA-256, and an entry that holds it.

    `document`: what is handed over, plain values of the log's format. No name stands in the entry, and no free text.
    """
    _ask("release", session, row, by, approver=approver, names=names)
    number = _current(session, row)
    body = canonical(document).decode()
    digest = sha256(body.encode()).hexdigest()
    _go(session, row, "release", "released", by, version=number)
    append_house(session, ANSWERED, actor=by, role=role, data=_named(row) | {"version": number, "answer": digest})
    place = session.scalar(select(func.max(Entry.idx)))
    made = Released(
        inquiry_id=row.id, version=number, body=body, digest=digest, place=place, released_by=by,
        released_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def keep_files(session: Session, answer: Released, made: Mapping[str, bytes]) -> None:
    """Keep the files of a frozen answer, kind -> bytes; what is kept already stays."""
    session.execute(select(Released.id).where(Released.id == answer.id).with_for_update())
    if queries.has_files(session, answer.id):
        return
    session.add_all(
        AnswerFile(
            released_id=answer.id, kind=kind, data=data, digest=sha256(data).hexdigest(), size=len(data),
            made_at=clock.now(),
        )
        for kind, data in made.items()
    )  # fmt: skip
    session.flush()


def reopen(session: Session, row: Inquiry, *, by: UUID) -> None:
    """Begin a correction: a new version on top of the frozen one, which stays; it has to say what it changes."""
    _ask("reopen", session, row, by)
    before = queries.versions(session, row.id)[-1]
    texts = queries.said(session, before.id)
    version = _new_version(session, row, before.number + 1, by)
    session.add_all(_answer(version, Text(one.part, one.text, one.limits, one.figures)) for one in texts)
    _go(session, row, "reopen", "reopened", by, version=version.number)


def _ask(
    act: str, session: Session, row: Inquiry, by: UUID, *, approver: bool = False, names: Sequence[str] = ()
) -> None:
    if reasons := rules.why_not(act, queries.stand(session, row, names), by, approver=approver):
        raise Refused(reasons)


def _go(
    session: Session, row: Inquiry, act: str, said: str, by: UUID, version: int | None = None, reason: str = ""
) -> None:
    row.state = rules.WAY[act][1]
    _note(session, row, said, by, version, reason)


def _note(session: Session, row: Inquiry, act: str, by: UUID, version: int | None = None, reason: str = "") -> None:
    row.revision += 1
    session.add(
        Happened(inquiry_id=row.id, nth=row.revision, act=act, version=version, by=by, at=clock.now(), reason=reason)
    )
    session.flush()


def _check_number(session: Session, row: Inquiry, paper_number: str | None) -> None:
    taken = select(Inquiry.id).where(Inquiry.paper_number == paper_number, Inquiry.id != row.id)
    if paper_number and session.scalar(taken) is not None:
        raise Refused((Reason("inquiry.number_is_taken"),))


def _new_version(session: Session, row: Inquiry, number: int, by: UUID, origin: str = rules.OFFICE) -> Version:
    made = Version(inquiry_id=row.id, number=number, author=by, origin=origin, made_at=clock.now())
    session.add(made)
    session.flush()
    return made


def _answer(version: Version, text: Text) -> PartAnswer:
    return PartAnswer(
        version_id=version.id, part_id=text.part, text=text.text, limits=text.limits, figures=",".join(text.figures)
    )


def _current(session: Session, row: Inquiry) -> int:
    return queries.versions(session, row.id)[-1].number


def _named(row: Inquiry) -> dict[str, Any]:
    """How entries name an inquiry: by its id, its days, and its paper number once the council's office gave one."""
    named: dict[str, Any] = {"inquiry": row.id, "session_on": row.session_on}
    return named | ({"paper": row.paper_number} if row.paper_number else {})
