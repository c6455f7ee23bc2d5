"""What proposal and weighing share: the outcome with its obligations, and the letter before anybody signs it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext, lazy_gettext

from admission.assessment.models import Finding
from admission.assessment.queries import findings as found_on
from admission.cases.models import Case
from admission.casework.facts import Situation
from admission.casework.notices import LETTERS, draft, shown
from admission.decisions import actions as decisions
from admission.decisions.actions import OUTCOMES
from admission.decisions.models import Proposal
from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import Invalid, Reason
from admission.procedure.deadlines import months_after
from admission.procedure.facts import Facts
from admission.procedure.guards import GUARDS
from admission.rulebook.edition import Rulebook
from admission.web.fields import Choice, CommandForm, Day, Lines
from admission.web.office.surroundings import say, sender
from admission.web.page import sentence

WITH_OBLIGATIONS = "admit_with_obligations"
A_YEAR = 12
FITS = "proposal_fits_the_findings"


def outcome_fields(case: Case, book: Rulebook, found: Mapping[str, Finding], before: Proposal | None) -> dict[str, Any]:
    """Fields of a form that proposes: the outcome, and one obligation for each open finding."""
    known = {item["criterion"]: item for item in before.obligations} if before else {}
    fields: dict[str, Any] = {
        "outcome": Choice(
            lazy_gettext("What do you propose?"),
            [(name, say(book, f"outcome.{name}")) for name in OUTCOMES],
            required=lazy_gettext("Please choose what you propose."),
            default=before.outcome if before else None,
        )
    }
    for code in open_findings(found):
        item = known.get(code, {})
        fields[f"{code}-obligation"] = Lines(
            gettext("Obligation on %(code)s", code=code), limit=2000, default=item.get("text", "")
        )
        fields[f"{code}-due"] = Day(
            gettext("%(code)s: to be met until", code=code),
            default=date.fromisoformat(item["due_on"]) if item else _term(book, code),
        )
    return fields


def open_findings(found: Mapping[str, Finding]) -> list[str]:
    """Criteria that an obligation could settle."""
    return [code for code in sorted(found) if found[code].outcome == "open"]


def obligations(form: Any, found: Mapping[str, Finding]) -> list[dict[str, Any]]:
    """The obligations that were entered; raises `Invalid` if one lacks its text or a day to come."""
    if form.outcome.data != WITH_OBLIGATIONS:
        return []
    items, errors = [], {}
    for code in open_findings(found):
        text, due_on = form[f"{code}-obligation"].data, form[f"{code}-due"].data
        if not text:
            errors[f"{code}-obligation"] = [gettext("Please write what is to be done.")]
        elif due_on is None or due_on <= clock.today():
            errors[f"{code}-due"] = [gettext("Please give a day after today.")]
        else:
            items.append({"criterion": code, "text": text, "due_on": due_on.isoformat()})
    if errors:
        raise Invalid(errors)
    return items


def hints(found: Situation, book: Rulebook) -> dict[str, str]:
    """Outcome -> why the findings do not carry it; the same guard that decides."""
    guard, said = GUARDS[FITS], {}
    for outcome in OUTCOMES:
        facts = Facts({**found.facts, "proposed_outcome": outcome})
        if guard.check(facts) is not True:
            values = {name: facts[name] for name in guard.says if facts[name] is not None}
            said[outcome] = sentence(Reason(FITS, values), book)
    return said


def preview(
    case: Case, book: Rulebook, outcome: str, reasons: str, items: Sequence[Mapping[str, Any]], letter: str = ""
) -> dict[str, Any]:
    """The letter as it would be signed: drafted like the real one, read, and rolled back with everything else."""
    session, name = db.session(), g.person.name or ""
    decisions.propose(session, case, outcome, reasons, items, by=g.person.id)
    row = draft(session, case, book, letter or LETTERS[outcome], sender(), proposed_by=name)
    data = shown(row, day=clock.today(), signatory="")
    session.rollback()
    return data


def findings_of(case: Case) -> dict[str, Finding]:
    """Criterion -> finding."""
    return found_on(db.session(), case.id)


def made_form(fields: Mapping[str, Any], case: Case, *, fresh: bool) -> Any:
    """A form of these fields; `fresh`: for a page that is opened, else for one that was sent."""
    made: Any = type("ProposingForm", (CommandForm,), dict(fields))
    if not fresh:
        return made()
    form = made(formdata=None)
    form.seen_revision.data = str(case.revision)
    return form


def _term(book: Rulebook, code: str) -> date:
    """The day that the edition gives an obligation on this criterion, else in a year."""
    months = book.register.get("terms", {}).get(f"obligation_{code}_months", A_YEAR)
    return months_after(clock.today(), int(months))
