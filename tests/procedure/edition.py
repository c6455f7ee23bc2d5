"""The procedures of the repository's edition, and people and facts with honest defaults."""

from datetime import date
from pathlib import Path
from typing import Any

from admission.procedure.definitions import Procedure, procedure_from
from admission.procedure.facts import Facts
from admission.procedure.machine import Person
from admission.rulebook.compile import compile_source
from admission.rulebook.read import read

COMPILED: dict[str, Any] = compile_source(read(Path(__file__).parents[2] / "editions" / "2026-1"))
ADMISSION: Procedure = procedure_from("admission", COMPILED["procedures"]["admission"])
MEMBERSHIP: Procedure = procedure_from("membership", COMPILED["procedures"]["membership"])
TODAY = date(2026, 12, 15)

AT_EASE = {
    "today": TODAY, "sections_open": 0, "confirmed_on": date(2026, 10, 28), "other_applications_open": 0,
    "draft_closes_on": None, "items_unchecked": 0, "items_missing": 0, "items_requested_open": 0,
    "supplements_from_assessment": 0, "resting": 0, "supplement_due_on": None, "grace_due_on": None,
    "resting_due_on": None, "closure_due_on": None, "closure_announced_on": None, "criteria_unassessed": 0,
    "criteria_open": 0, "criteria_not_met": 0, "unmet_without_reasons": 0, "proposed_outcome": "admit",
    "obligations": 0, "hearing_due_on": None, "statement_received_on": None, "weighed_on": None,
    "letter_drafted": 1, "letter_has_remedy": 1,
}  # fmt: skip


def facts(**changed: Any) -> Facts:
    """A case on which nothing is open and an admission is proposed, except for what is named."""
    return Facts(AT_EASE | changed)


def person(*roles: str, acts: tuple[str, ...] = (), conflict: str = "none") -> Person:
    """Somebody in these roles who has declared that no conflict of interest exists."""
    return Person("p", frozenset(roles), frozenset(acts), conflict)
