"""What the pages of this desk share: the rulebook of a case, its named person, and words in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from admission.cases.models import Case
from admission.cases.rules import UnfitAnswer
from admission.ground.db import db
from admission.ground.errors import Stale
from admission.log.models import Entry
from admission.people.queries import names_of
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import rulebook
from admission.web.fields import CommandForm
from admission.web.page import current_page, day, language, sentence

ONE_LINE = frozenset(
    {"organisation_name", "name_in_own_script", "district", "contact_person", "contact_phone", "second_contact"}
)
"""Facts whose text fits into one line; every other text may have several."""


@dataclass(frozen=True)
class Contact:
    """The named person beside every page, as the macro `contact` shows them."""

    contact_person: str
    office: str
    phone: str
    tel: str
    mail: str
    hours: str


def contact(case: Case | None = None) -> Contact | None:
    """Who claimed the case, else the contact person of the office; None while no city is set up."""
    city = current_page().city
    if city is None:
        return None
    claimed = names_of([case.assigned_to]).get(case.assigned_to) if case is not None and case.assigned_to else None
    name = claimed or city.contact_person
    return Contact(name, city.office, city.phone, city.tel, city.mail, city.hours) if name else None


def book_of(case: Case) -> Rulebook:
    """The edition that a case is judged by; of a draft the one in force, because it counts at submission."""
    if case.state == "draft" and (current := current_page().in_force) is not None:
        return current.rulebook
    return rulebook(case.edition)


def say(book: Rulebook, key: str, **values: Any) -> str:
    """A sentence of the edition in the reader's language."""
    return book.text(key, language(), **values)


def title_of(book: Rulebook, kind: str, code: str) -> str:
    """The title of a section, question, criterion or document in the reader's language."""
    return say(book, f"{kind}.{code}.title")


def unfit(problem: UnfitAnswer, book: Rulebook) -> str:
    """Why an answer is none, as a sentence."""
    return sentence(problem.reason, book)


def shown(book: Rulebook, question: Mapping[str, Any], value: Any) -> list[str]:
    """An answer as the lines that a person reads."""
    name = question["fact"]
    if value is None:
        return []
    match book.facts[name]["type"]:
        case "choice":
            return [say(book, f"fact.{name}.option.{value}")]
        case "tick":
            return [say(book, "value.yes" if value else "value.no")]
        case "day":
            return [day(value)]
        case "days":
            return [f"{day(row['on'])}: {row['what']}" for row in value]
    return str(value).splitlines()


def unchanged(case: Case, form: CommandForm, *, state: str = "draft") -> None:
    """Raise `Stale` if the case took a step since the form was made, or left `state`; inside the write transaction."""
    if case.revision != form.command.seen or case.state != state:
        raise Stale(form.command.seen, case.revision)


def done_before(form: CommandForm) -> bool:
    """Whether this very form was sent before and did its work: the answer is then the same once more."""
    return db.session.scalar(select(Entry.idx).where(Entry.command == form.command.id)) is not None
