"""Letters: their data first. What is composed here is what the second person reads and signs; pages only show it.

Two things are not known before the signature and stand as `{date}` and `{signatory}` in the data: the day of the
signature and the name below it. Both follow from the entry, so the signed bytes never change.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from admission.assessment.models import Finding
from admission.assessment.queries import findings
from admission.cases import queries
from admission.cases.models import Case
from admission.casework.facts import Actor
from admission.casework.findings import deviations, reference_day
from admission.casework.move import Command, Record, act
from admission.decisions import actions as decisions
from admission.decisions.models import Notice
from admission.decisions.queries import proposal
from admission.ground.ids import random_text
from admission.hearing.queries import points, statement
from admission.rulebook.edition import Rulebook

LETTERS = {
    "admit": "admission",
    "admit_with_obligations": "admission_with_obligations",
    "admit_as_guest": "guest",
    "refuse": "refusal",
}
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
LATER = {"date": "{date}", "signatory": "{signatory}"}


@dataclass(frozen=True)
class Sender:
    """The office on its letterhead, and who answers questions."""

    city: str
    office: str
    address: str
    return_line: str
    contact_name: str
    contact_phone: str
    contact_mail: str


def german_day(day: date) -> str:
    """`7. Dezember 2026`, as letters write it."""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def draft(session: Session, case: Case, book: Rulebook, letter: str, sender: Sender, *, proposed_by: str) -> Notice:
    """Compose a letter and keep it until somebody signs it; the caller holds the lock."""
    return decisions.draft_notice(session, case, letter, compose(session, case, book, letter, sender, proposed_by))


def compose(
    session: Session, case: Case, book: Rulebook, letter: str, sender: Sender, proposed_by: str
) -> dict[str, Any]:
    """The data of a letter: sentences of the edition around what was found, with a salt and a random code."""
    answers = queries.answers(session, case.id)
    values = {
        **LATER,
        "name": answers.get("contact_person", case.title),
        "organisation": case.title,
        "edition": book.name,
        "submitted_on": german_day(reference_day(case)),
        "contact_name": sender.contact_name,
        "contact_phone": sender.contact_phone,
        "office": sender.office,
        "proposed_by": proposed_by,
        "court": book.court,
    }
    found = findings(session, case.id)
    say = _Letter(book, letter, values)
    data = {
        "format": 1,
        "letter": letter,
        "number": case.number,
        "edition": {"name": book.name, "digest": book.digest},
        "submitted_on": reference_day(case),
        "sender": vars(sender),
        "recipient": [case.title, *str(answers.get("contact_person", "")).splitlines(), *_address(answers)],
        "title": say("title"),
        "salutation": say("salutation"),
        "opening": say("opening"),
        "obligations": _obligations(session, case, say),
        "obligations_after": say("obligations_after"),
        "reasons_intro": say("reasons_intro"),
        "findings": [_finding(book, say, row) for row in deviations(found)],
        "exceptions": [_exception(book, say, row) for row in _by_exception(found)],
        "met": _met(book, say, found),
        "statement": _statement(session, case, say) if letter != "hearing" else [],
        "next_title": say("next_title"),
        "next": say("next"),
        "remedy_title": say("remedy_title"),
        "remedy": say("remedy"),
        "talk_title": say("talk_title"),
        "talk": say("talk"),
        "closing": say("closing"),
        "signature": say("signature"),
        "note": say("note"),
        "salt": random_text(),
        "code": decisions.new_code(),
    }
    return {name: value for name, value in data.items() if value not in ("", [], None)}


def shown(notice: Notice, *, day: date | None, signatory: str) -> dict[str, Any]:
    """The letter as pages show it: with the day of the signature and the name below it."""
    values = {"date": german_day(day) if day else "…", "signatory": signatory or "…"}
    body = decisions.notice_body(notice)
    return dict(_filled(json.loads(body), values)) if body else {}


def deliver_at_desk(session: Session, case: Case, notice: Notice, *, by: Actor, command: Command) -> None:
    """The organisation opens a notice by a button: it counts as given the day after (after § 41 (2a) VwVfG)."""
    if notice.given_on is not None:
        return
    given_on = decisions.open_at_desk(session, notice)
    _record(session, case, notice, given_on, by, command)


def deliver_by_office(
    session: Session, case: Case, book: Rulebook, notice: Notice, way: str, on: date, *, by: Actor, command: Command
) -> None:
    """The office posted the notice or handed it over on that day."""
    post_days = int(book.settings["delivery"]["post_days"])
    given_on = decisions.hand_over(session, notice, way, on, post_days)
    _record(session, case, notice, given_on, by, command)


def _record(session: Session, case: Case, notice: Notice, given_on: date, by: Actor, command: Command) -> None:
    name = "deliver_hearing" if notice.letter == "hearing" else "deliver"
    data = {"given_on": given_on, "way": notice.way, "letter": notice.letter}
    act(session, case.id, name, by=by, command=command, record=Record(data=data, begins_on=given_on))


class _Letter:
    """Says the parts of one letter; a part that this letter does not have is empty."""

    def __init__(self, book: Rulebook, letter: str, values: Mapping[str, Any]) -> None:
        self._book, self._letter, self._values = book, letter, values

    def __call__(self, part: str, **more: Any) -> str:
        key = f"letter.{self._letter}.{part}"
        if not self._book.has_text(key):
            return ""
        return self._book.text(key, **{**self._values, **more}).strip()


def _finding(book: Rulebook, say: _Letter, row: Finding) -> dict[str, Any]:
    criterion = book.criterion(row.criterion)
    word = book.text(f"outcome.{row.outcome}")
    return {
        "code": row.criterion,
        "title": f"{criterion['title']} ({criterion['formal']})",
        "word": word,
        "reason": row.reason,
        "cure": say("cure", cure=criterion.get("cure_says", "")) if criterion.get("cure_says") else "",
    }


def _exception(book: Rulebook, say: _Letter, row: Finding) -> str:
    criterion = book.criterion(row.criterion)
    return say("exception", title=criterion["title"], formal=criterion["formal"], reason=row.reason)


def _by_exception(found: Mapping[str, Finding]) -> Sequence[Finding]:
    return [found[code] for code in sorted(found) if found[code].outcome == "met_by_exception"]


def _met(book: Rulebook, say: _Letter, found: Mapping[str, Finding]) -> str:
    titles = [f"„{book.criterion(code)['title']}“" for code in sorted(found) if found[code].outcome == "met"]
    return say("met", titles=", ".join(titles)) if titles else ""


def _obligations(session: Session, case: Case, say: _Letter) -> list[str]:
    row = proposal(session, case)
    items = row.obligations if row else []
    return [
        say("obligation", due=german_day(date.fromisoformat(item["due_on"])), obligation=item["text"]) for item in items
    ]


def _statement(session: Session, case: Case, say: _Letter) -> list[str]:
    if statement(session, case) is None:
        return [say("no_statement")] if say("no_statement") and points(session, case) else []
    answers = [point.weighing for point in points(session, case) if point.weighing.strip()]
    return [say("statement_intro"), *answers] if answers else []


def _address(answers: Mapping[str, Any]) -> list[str]:
    lines = str(answers.get("postal_address", "")).replace(",", "\n").splitlines()
    return [line.strip() for line in lines if line.strip()]


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for name, text in values.items():
            value = value.replace("{" + name + "}", text)
        return value
    if isinstance(value, dict):
        return {name: _filled(item, values) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    return value
