"""What happened on a case, read from its entries and said in the sentences of their edition.

Three readers: the office (everything, with names), the applicant (without what the office does among itself) and the
council (everything, without names: one letter a person, so that four eyes can be counted).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from admission.ground.errors import Reason
from admission.log.entry import disclosed
from admission.log.models import DisclosureRow, Entry, Pseudonym
from admission.log.pseudonyms import SYSTEM
from admission.people.models import Account
from admission.rulebook import sentences
from admission.rulebook.edition import GERMAN, Rulebook
from admission.rulebook.queries import rulebook

INTERNAL = frozenset(
    {"act.claim", "act.release", "act.declare_conflict", "act.check", "act.assess", "act.complete_task"}
)
"""Acts that the office does among itself; with `attempt.refused` they are not told to the applicant."""
TOLD = frozenset({"step.rest", "step.close", "step.withdraw", "act.amend"})
"""Steps and acts whose written reason is meant for the applicant too, or is the applicant's own."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Line:
    """One entry as a reader sees it, newest first in every list.

    `who`: a name, a letter or a role's title. `detail`: what it was about, such as a criterion with its finding.
    `said`: the reason that was written. `reasons`: those of a decision, as sentences. `refusals`: those for which an
    attempt was refused. `letter`: digest of the letter that went out. `edition`: its name. `given_on`: the day on which
    a letter counts as given.
    """

    entry: int
    type: str
    at: datetime
    text: str
    who: str
    role: str
    edition: str
    internal: bool
    detail: str = ""
    said: str = ""
    outcome: str = ""
    reasons: tuple[str, ...] = ()
    refusals: tuple[Reason, ...] = ()
    letter: str = ""
    given_on: date | None = None
    revision: int | None = None
    state: str = ""


def for_office(session: Session, case_id: UUID, language: str = GERMAN) -> list[Line]:
    """Everything, with names and the reasons that were written; two statements."""
    rows = _entries(session, case_id)
    messages = _messages(session, case_id)
    return [replace(_line(row, name or "", language), said=_said(row, messages)) for row, name in reversed(rows)]


def for_applicant(session: Session, case_id: UUID, language: str = GERMAN) -> list[Line]:
    """What happened, without what the office does among itself; people are named by their role. Two statements."""
    rows = _entries(session, case_id)
    messages = _messages(session, case_id)
    lines = [
        replace(_line(row, "", language), said=_said(row, messages) if row.type in TOLD else "")
        for row, _name in reversed(rows)
    ]
    return [_outward(line) for line in lines if not line.internal]


def for_council(session: Session, case_id: UUID, language: str = GERMAN) -> list[Line]:
    """Everything without names and without what was written: a letter stands for each person. One statement."""
    rows = [row for row, _name in _entries(session, case_id)]
    letters = _letters([row.actor for row in rows])
    return [_line(row, letters.get(row.actor, ""), language) for row in reversed(rows)]


def _entries(session: Session, case_id: UUID) -> Sequence[Any]:
    return session.execute(
        select(Entry, Account.name)
        .outerjoin(Pseudonym, Pseudonym.value == Entry.actor)
        .outerjoin(Account, Account.id == Pseudonym.person)
        .where(Entry.case_id == case_id)
        .order_by(Entry.idx)
    ).all()


def _messages(session: Session, case_id: UUID) -> dict[str, str]:
    """Digest -> the reason written with a step."""
    rows = session.execute(
        select(DisclosureRow.digest, DisclosureRow.string).where(
            DisclosureRow.case_id == case_id, DisclosureRow.name == "message"
        )
    )
    return {digest: str(disclosed(string)[1]) for digest, string in rows}


def _said(row: Entry, messages: Mapping[str, str]) -> str:
    if row.type == "step.submit":  # its message is the name typed below the declarations
        return ""
    return next((messages[digest] for digest in json.loads(row.body).get("_sd", ()) if digest in messages), "")


def _letters(actors: Sequence[str]) -> dict[str, str]:
    """A, B, … in the order in which people first acted; after Z comes AA."""
    people = [actor for actor in dict.fromkeys(actors) if actor != SYSTEM]
    return {actor: _letter(at) for at, actor in enumerate(people)}


def _letter(at: int) -> str:
    return (_letter(at // 26 - 1) if at >= 26 else "") + LETTERS[at % 26]


def _line(row: Entry, who: str, language: str) -> Line:
    body = json.loads(row.body)
    book = rulebook(body["edition"])
    role = book.text(f"role.{body['role']}", language)
    refused = row.type == "attempt.refused"
    outcome = body.get("outcome", "")
    return Line(
        entry=row.idx,
        type=row.type,
        at=datetime.strptime(body["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
        text=_sentence(book, row.type, body, language),
        who=who or role,
        role=role,
        edition=book.name,
        internal=row.type in INTERNAL or refused,
        detail=_detail(book, row.type, body, language),
        outcome=outcome,
        reasons=() if refused else tuple(_reasons(book, body.get("reasons", ()), language)),
        refusals=tuple(_refusals(body.get("reasons", ()))) if refused else (),
        letter=body.get("letter", ""),
        given_on=_value(body.get("data", {}).get("given_on")),
        revision=row.revision,
        state=row.state or "",
    )


def _sentence(book: Rulebook, kind: str, body: Mapping[str, Any], language: str) -> str:
    data = body.get("data", {})
    values = {}
    if "deadline" in data:
        values["deadline"] = book.text(f"deadline.{data['deadline']}", language)
    if "step" in data:
        values["step"] = sentences.of_deed(book, data["step"], language)
    for key in (f"{kind}.done", f"event.{kind}"):
        if book.has_text(key):
            return book.text(key, language, **values)
    return kind


def _detail(book: Rulebook, kind: str, body: Mapping[str, Any], language: str) -> str:
    """What a finding, a check, a proposal, an extension or a declaration was about."""
    data, outcome = body.get("data", {}), body.get("outcome")
    about = data.get("criterion") or data.get("item")
    parts = [f"{about} {book.text(f'criterion.{about}.title', language)}"] if about else []
    parts += [book.text(f"deadline.{data['deadline']}", language)] if kind == "act.extend" else []
    parts += [book.text(f"outcome.{outcome}", language)] if outcome else []
    parts += _declared(book, data, language) if kind == "act.declare_conflict" else []
    return ": ".join(parts)


def _declared(book: Rulebook, data: Mapping[str, Any], language: str) -> list[str]:
    """Whether a conflict of interest was declared; nothing where the edition has no words for it."""
    key = f"act.declare_conflict.{'conflict' if data.get('conflict') else 'free'}"
    return [book.text(key, language)] if book.has_text(key) else []


def _reasons(book: Rulebook, reasons: Sequence[Mapping[str, Any]], language: str) -> Iterator[str]:
    """The public reasons of a decision: the criterion, and how the test went that the rule found not met."""
    for reason in reasons:
        criterion = book.criterion(reason["at"])
        tests = [test for way in criterion.get("ways", ()) for test in way["all"] if test["test"] == reason["code"]]
        said = (
            sentences.of_test(book, tests[-1], "not_met", language)
            if tests
            else book.text(f"outcome.{reason['code']}", language)
        )
        title = book.text(f"criterion.{reason['at']}.title", language)
        yield f"{reason['at']} {title}: {said}"


def _refusals(reasons: Sequence[Mapping[str, Any]]) -> Iterator[Reason]:
    for reason in reasons:
        yield Reason(reason["code"], {name: _value(value) for name, value in reason.get("values", {}).items()})


def _value(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else value


def _outward(line: Line) -> Line:
    """As the applicant reads it: what is proposed is not yet decided, and is not told before."""
    quiet = line.type in ("step.propose", "step.weigh", "step.return")
    return replace(line, detail="", outcome="", reasons=(), letter="") if quiet else line
