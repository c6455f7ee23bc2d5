"""The facts that this room supplies."""

from sqlalchemy import func, select

from admission.cases.facts import Fact
from admission.cases.models import Case
from admission.completeness.models import ItemCheck, SupplementItem

_checked = select(func.count()).select_from(ItemCheck).where(ItemCheck.case_id == Case.id)
_asked = select(func.count()).select_from(SupplementItem).where(SupplementItem.case_id == Case.id)

FACTS: dict[str, Fact] = {
    "items_unchecked": Fact(int, Case.evidence_applicable - _checked.correlate(Case).scalar_subquery()),
    "items_missing": Fact(int, _checked.where(ItemCheck.verdict == "missing").correlate(Case).scalar_subquery()),
    "items_requested_open": Fact(
        int, _asked.where(SupplementItem.answered_at.is_(None)).correlate(Case).scalar_subquery()
    ),
    "supplements_from_assessment": Fact(
        int,
        select(func.count(SupplementItem.request.distinct()))
        .where(
            SupplementItem.case_id == Case.id,
            SupplementItem.asked_in == "assessment",
            # the request that is being made stands here already; every earlier one was answered
            SupplementItem.answered_at.is_not(None),
        )
        .correlate(Case)
        .scalar_subquery(),
    ),
}
