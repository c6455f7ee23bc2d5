"""The facts that this room supplies."""

from sqlalchemy import func, select

from admission.assessment.models import Finding
from admission.cases.facts import Fact
from admission.cases.models import Case

_found = select(func.count()).select_from(Finding).where(Finding.case_id == Case.id)


def _count(*conditions: object) -> Fact:
    return Fact(int, _found.where(*conditions).correlate(Case).scalar_subquery())  # type: ignore[arg-type]


FACTS: dict[str, Fact] = {
    "criteria_unassessed": Fact(
        int,
        Case.criteria_applicable - _found.where(Finding.outcome != "not_applicable").correlate(Case).scalar_subquery(),
    ),
    "criteria_open": _count(Finding.outcome == "open"),
    "criteria_not_met": _count(Finding.outcome == "not_met"),
    "unmet_without_reasons": _count((Finding.outcome == "open") | (Finding.outcome == "not_met"), Finding.reason == ""),
}
