"""Guards: named sentences about facts. The edition says where each is needed; its meaning never changes under its name.

Each guard has frozen example rows in `examples.json` (facts in, verdict out), only ever added at the end. An edition
holds how many rows it was resolved with and their SHA-256: a program that judges them otherwise refuses to start.
"""

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785

from admission.procedure.facts import FACT_TYPES, Facts, facts_from

Check = Callable[[Facts], bool]


@dataclass(frozen=True)
class Guard:
    """A registered check: the facts it reads, and those that its sentence names."""

    name: str
    reads: tuple[str, ...]
    says: tuple[str, ...]
    check: Check

    @property
    def meaning(self) -> str:
        """What it says, in one English sentence."""
        return (inspect.getdoc(self.check) or "").split("\n")[0]

    @property
    def source(self) -> str:
        """The code that runs, as printed at `/verfahren`, with the comparison of days where it is used."""
        source = inspect.getsource(self.check)
        return f"{source}\n\n{inspect.getsource(is_over)}" if "is_over(" in source else source


GUARDS: dict[str, Guard] = {}


def guard(name: str, *, reads: tuple[str, ...], says: tuple[str, ...] = ()) -> Callable[[Check], Check]:
    """Register a check under its name; `says` are the facts whose values the reason carries."""

    def register(check: Check) -> Check:
        if name in GUARDS or name != check.__name__:
            raise ValueError(f"{name}: one name, one function, the same in both places")
        if unknown := (set(reads) - set(FACT_TYPES)) | (set(says) - set(reads)):
            raise ValueError(f"{name}: {', '.join(sorted(unknown))} is no fact that it reads")
        GUARDS[name] = Guard(name, reads, says, check)
        return check

    return register


# --- draft ---------------------------------------------------------------------------------------------------------


@guard("every_section_is_answered", reads=("sections_open",), says=("sections_open",))
def every_section_is_answered(facts: Facts) -> bool:
    """Every section of the application is answered; "comes later" is an answer."""
    return facts.sections_open == 0


@guard("declarations_are_confirmed", reads=("confirmed_on",))
def declarations_are_confirmed(facts: Facts) -> bool:
    """A person has confirmed the declarations by name."""
    return facts.confirmed_on is not None


@guard("no_other_application_is_open", reads=("other_applications_open",), says=("other_applications_open",))
def no_other_application_is_open(facts: Facts) -> bool:
    """The organisation has no other application on its way."""
    return facts.other_applications_open == 0


@guard("draft_is_abandoned", reads=("draft_closes_on", "today"), says=("draft_closes_on",))
def draft_is_abandoned(facts: Facts) -> bool:
    """The day until which an untouched draft is kept is over (after GDPR Art. 5 (1) e)."""
    return is_over(facts.draft_closes_on, facts.today)


# --- completeness and supplement -----------------------------------------------------------------------------------


@guard("every_item_is_checked", reads=("items_unchecked",), says=("items_unchecked",))
def every_item_is_checked(facts: Facts) -> bool:
    """Somebody has looked at every item of the completeness check."""
    return facts.items_unchecked == 0


@guard("nothing_is_missing", reads=("items_missing",), says=("items_missing",))
def nothing_is_missing(facts: Facts) -> bool:
    """No item is marked as missing."""
    return facts.items_missing == 0


@guard("something_is_missing", reads=("items_missing",))
def something_is_missing(facts: Facts) -> bool:
    """At least one item is marked as missing (after VwVfG NRW § 25: the office says what it needs)."""
    return facts.items_missing > 0


@guard("no_supplement_was_requested_from_assessment", reads=("supplements_from_assessment",))
def no_supplement_was_requested_from_assessment(facts: Facts) -> bool:
    """Nobody has asked for a supplement during the assessment yet: it is possible once."""
    return facts.supplements_from_assessment == 0


@guard("every_requested_item_is_answered", reads=("items_requested_open",), says=("items_requested_open",))
def every_requested_item_is_answered(facts: Facts) -> bool:
    """Each requested item has a document or the reason why there is none."""
    return facts.items_requested_open == 0


@guard("supplement_period_is_over", reads=("supplement_due_on", "today"), says=("supplement_due_on",))
def supplement_period_is_over(facts: Facts) -> bool:
    """The last day for the requested items is over (after VwVfG NRW § 31, BGB § 188)."""
    return is_over(facts.supplement_due_on, facts.today)


@guard("grace_period_is_over", reads=("grace_due_on", "today"), says=("grace_due_on",))
def grace_period_is_over(facts: Facts) -> bool:
    """The last day after the reminder is over."""
    return is_over(facts.grace_due_on, facts.today)


# --- resting and closing -------------------------------------------------------------------------------------------


@guard("proceedings_are_resting", reads=("resting",))
def proceedings_are_resting(facts: Facts) -> bool:
    """The proceedings rest."""
    return facts.resting > 0


@guard("proceedings_are_not_resting", reads=("resting",))
def proceedings_are_not_resting(facts: Facts) -> bool:
    """The proceedings do not rest."""
    return facts.resting == 0


@guard("resting_period_is_over", reads=("resting_due_on", "today"), says=("resting_due_on",))
def resting_period_is_over(facts: Facts) -> bool:
    """The last day of the resting period is over."""
    return is_over(facts.resting_due_on, facts.today)


@guard("closure_was_announced", reads=("closure_announced_on",))
def closure_was_announced(facts: Facts) -> bool:
    """The organisation was told that the application will be closed without a decision."""
    return facts.closure_announced_on is not None


@guard("closure_period_is_over", reads=("closure_due_on", "today"), says=("closure_due_on",))
def closure_period_is_over(facts: Facts) -> bool:
    """The last day after the announcement is over."""
    return is_over(facts.closure_due_on, facts.today)


# --- assessment and proposal ---------------------------------------------------------------------------------------


@guard("every_criterion_is_assessed", reads=("criteria_unassessed",), says=("criteria_unassessed",))
def every_criterion_is_assessed(facts: Facts) -> bool:
    """A person has made a finding on every criterion."""
    return facts.criteria_unassessed == 0


@guard(
    "every_criterion_is_met", reads=("criteria_open", "criteria_not_met"), says=("criteria_open", "criteria_not_met")
)
def every_criterion_is_met(facts: Facts) -> bool:
    """No finding is open or not met; then admission is due."""
    return facts.criteria_open == 0 and facts.criteria_not_met == 0


@guard("every_unmet_criterion_has_reasons", reads=("unmet_without_reasons",), says=("unmet_without_reasons",))
def every_unmet_criterion_has_reasons(facts: Facts) -> bool:
    """Every finding that is open or not met says why (after VwVfG NRW § 39)."""
    return facts.unmet_without_reasons == 0


@guard("proposal_is_recorded", reads=("proposed_outcome",))
def proposal_is_recorded(facts: Facts) -> bool:
    """A proposal is recorded."""
    return facts.proposed_outcome is not None


@guard(
    "proposal_fits_the_findings",
    reads=("proposed_outcome", "criteria_open", "criteria_not_met"),
    says=("proposed_outcome", "criteria_open", "criteria_not_met"),
)
def proposal_fits_the_findings(facts: Facts) -> bool:
    """The proposal follows from the findings: all met is an admission, a refusal needs one that is not met."""
    match facts.proposed_outcome:
        case "admit":
            return facts.criteria_open == 0 and facts.criteria_not_met == 0
        case "admit_with_obligations":
            return facts.criteria_open > 0 and facts.criteria_not_met == 0
        case "admit_as_guest":
            return facts.criteria_open + facts.criteria_not_met > 0
        case "refuse":
            return facts.criteria_not_met > 0
    return False


@guard("admission_is_proposed", reads=("proposed_outcome",), says=("proposed_outcome",))
def admission_is_proposed(facts: Facts) -> bool:
    """What was proposed is an admission."""
    return facts.proposed_outcome == "admit"


@guard("obligations_are_proposed", reads=("proposed_outcome",), says=("proposed_outcome",))
def obligations_are_proposed(facts: Facts) -> bool:
    """What was proposed is an admission with obligations."""
    return facts.proposed_outcome == "admit_with_obligations"


@guard("guest_status_is_proposed", reads=("proposed_outcome",), says=("proposed_outcome",))
def guest_status_is_proposed(facts: Facts) -> bool:
    """What was proposed is guest status."""
    return facts.proposed_outcome == "admit_as_guest"


@guard("refusal_is_proposed", reads=("proposed_outcome",), says=("proposed_outcome",))
def refusal_is_proposed(facts: Facts) -> bool:
    """What was proposed is a refusal."""
    return facts.proposed_outcome == "refuse"


@guard("obligations_are_recorded", reads=("obligations",))
def obligations_are_recorded(facts: Facts) -> bool:
    """At least one obligation is written down (after VwVfG NRW § 36)."""
    return facts.obligations > 0


# --- hearing and decision ------------------------------------------------------------------------------------------


@guard("hearing_is_closed", reads=("statement_received_on", "hearing_due_on", "today"), says=("hearing_due_on",))
def hearing_is_closed(facts: Facts) -> bool:
    """The organisation has answered, or the day set for its statement is over (after VwVfG NRW § 28)."""
    return facts.statement_received_on is not None or is_over(facts.hearing_due_on, facts.today)


@guard("statement_is_weighed", reads=("weighed_on", "statement_received_on"))
def statement_is_weighed(facts: Facts) -> bool:
    """What the organisation said, or that it said nothing, was weighed, and not before it said it (VwVfG NRW § 28)."""
    if facts.weighed_on is None:
        return False
    return facts.statement_received_on is None or facts.statement_received_on <= facts.weighed_on


@guard("letter_is_drafted", reads=("letter_drafted",))
def letter_is_drafted(facts: Facts) -> bool:
    """The letter that this step sends is written."""
    return facts.letter_drafted > 0


@guard("remedy_notice_is_present", reads=("letter_has_remedy",))
def remedy_notice_is_present(facts: Facts) -> bool:
    """The letter says which remedy there is, where, and until when (after VwVfG NRW § 37 (6), VwGO § 58)."""
    return facts.letter_has_remedy > 0


def is_over(due_on: date | None, today: date) -> bool:
    """A period ends with the end of its last day (BGB § 188); one that never began is not over."""
    return due_on is not None and today > due_on


# --- frozen rows ---------------------------------------------------------------------------------------------------

Row = Mapping[str, Any]
EXAMPLES: dict[str, list[Row]] = json.loads(Path(__file__).with_name("examples.json").read_text(encoding="utf-8"))


def frozen(name: str, rows: int | None = None) -> dict[str, Any]:
    """How many rows a guard has and the SHA-256 of the RFC 8785 bytes of the first `rows` (all without it)."""
    chosen = EXAMPLES.get(name, [])[:rows]
    return {"rows": len(chosen), "sha256": sha256(frozen_bytes(chosen)).hexdigest()}


def frozen_bytes(rows: Sequence[Row]) -> bytes:
    """The bytes that are hashed, and exported beside the log as `guards/<sha256>.json`."""
    return bytes(rfc8785.dumps([dict(row) for row in rows]))


def misjudged(name: str, rows: int | None = None) -> list[Row]:
    """The frozen rows that the guard of this program judges otherwise."""
    return [
        row
        for row in EXAMPLES.get(name, [])[:rows]
        if GUARDS[name].check(facts_from(row["facts"])) is not row["verdict"]
    ]
