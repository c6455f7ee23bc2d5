"""What the pages of this desk share: who may see a case, what is possible on it now, and its words.

Nobody opens a case before they have declared that no conflict of interest exists (after VwVfG NRW §§ 20, 21).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import abort, g, redirect, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from admission.cases.models import Case
from admission.cases.queries import declaration
from admission.casework.facts import Situation
from admission.casework.notices import Sender
from admission.casework.situation import seen_by
from admission.ground.db import db
from admission.ground.errors import NotAllowed, Reason, Refused
from admission.people.queries import names_of, people_with
from admission.people.roles import Role
from admission.procedure.machine import why_not, why_not_act
from admission.rulebook.edition import Rulebook
from admission.rulebook.queries import rulebook
from admission.web.access import SAFE
from admission.web.fields import CommandForm, Lines
from admission.web.page import current_page, day, language, sentences

STAFF = (Role.CASEWORKER, Role.APPROVER)
View = TypeVar("View", bound=Callable[..., Any])

RECORDED_WITH = {
    "propose": {"proposal_is_recorded", "proposal_fits_the_findings"},
    "weigh": {"statement_is_weighed", "proposal_fits_the_findings"},
}
"""What a step's own form records: before it is filled in, its absence is no reason against opening it."""


def declared(view: View) -> View:
    """Let only those see the case who declared that they have no conflict of interest; stands below `access`.

    Whoever has declared nothing is led to the declaration and from there back, whoever has a conflict to the page that
    says so.
    """

    @wraps(view)
    def guarded(case: Case, **more: Any) -> Any:
        if declaration(db.session(), case.id, g.person.id) is not False:
            if request.method in SAFE:
                abort(redirect(url_for("office.case", number=case.number, weiter=request.path), 303))
            raise NotAllowed
        return view(case=case, **more)

    return guarded  # type: ignore[return-value]


def book_of(case: Case) -> Rulebook:
    """The edition that the case is judged by."""
    return rulebook(case.edition)


def say(book: Rulebook, key: str, **values: Any) -> str:
    """A sentence of the edition in the reader's language."""
    return book.text(key, language(), **values)


def frame(case: Case) -> dict[str, Any]:
    """What every page of a case shows: its rulebook and a way to say its sentences."""
    book = book_of(case)

    def said(key: str, **values: Any) -> str:
        return say(book, key, **values)

    return {"case": case, "book": book, "say": said}


def situation(case: Case) -> Situation:
    """The facts as they stand, and what this person did and declared on the case."""
    return seen_by(db.session(), case, g.person.id, frozenset(str(role) for role in g.person.roles))


def against(found: Situation, book: Rulebook, step: str) -> list[Reason]:
    """Every reason against a step, but for what its own form records."""
    procedure = book.procedure(found.case.kind)
    reasons = why_not(procedure, found.case.state, step, found.facts, found.person)
    return [reason for reason in reasons if reason.code not in RECORDED_WITH.get(step, ())]


def against_act(found: Situation, book: Rulebook, act: str) -> list[Reason]:
    """Every reason against an act."""
    return list(why_not_act(book.procedure(found.case.kind), found.case.state, act, found.facts, found.person))


def words(reasons: list[Reason], book: Rulebook) -> list[str]:
    """The reasons as sentences of the edition."""
    return sentences(reasons, book)


@dataclass(frozen=True)
class Inviting:
    """Where somebody invites a second person, if this person may; and who may."""

    href: str
    who: str


def inviting() -> Inviting:
    """For pages from which on one person is not enough."""
    if Role.ADMIN in g.person.roles:
        return Inviting(url_for("admin.invitation"), "")
    return Inviting("", ", ".join(sorted(names_of(people_with(Role.ADMIN)).values())))


class StepForm(CommandForm):
    """A step with, at most, a reason."""

    reason = Lines(lazy_gettext("Reason"), limit=4000)


def step_form(case: Case, name: str = "") -> StepForm:
    """An empty form of a step, also while another form of the same page is being answered."""
    form = StepForm(formdata=None)
    form.seen_revision.data = str(case.revision)
    return named(form, name)


def named(form: StepForm, name: str) -> StepForm:
    """The form with an id of its own for its field, so that several may stand on one page."""
    form.reason.id = form.reason.label.field_id = f"grund-{name}"
    return form


def sender() -> Sender:
    """The office on its letterhead; raises `Refused` (`city.incomplete`) while no city is set up."""
    city = current_page().city
    if city is None:
        raise Refused((Reason("city.incomplete"),))
    return Sender(
        city.name, city.office, city.office_address, city.return_line, city.contact_person, city.phone, city.mail
    )


def shown(book: Rulebook, question: Mapping[str, Any], value: Any) -> Iterator[str]:
    """An answer as the lines that a person reads."""
    name = question["fact"]
    match book.facts[name]["type"]:
        case "choice":
            yield say(book, f"fact.{name}.option.{value}")
        case "tick":
            yield say(book, "value.yes" if value else "value.no")
        case "day":
            yield day(value)
        case "days":
            for row in value:
                yield f"{day(row['on'])}: {row['what']} ({say(book, 'place.' + row['where'])})"
        case _:
            yield from str(value).splitlines()


def names(session: Session, accounts: list[UUID | None]) -> dict[UUID, str]:
    """Account -> name of those given; somebody without a name is called by what they are."""
    known = [account for account in dict.fromkeys(accounts) if account is not None]
    found = names_of(known) if known else {}
    return {account: found.get(account, gettext("without a name")) for account in known}
