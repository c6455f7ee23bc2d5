"""The facts that this room supplies; of an older round none."""

from sqlalchemy import func, select

from admission.cases.facts import Fact
from admission.cases.models import Case
from admission.decisions.models import Notice, Proposal

_proposal = (Proposal.case_id == Case.id, Proposal.round == Case.round)
_drafts = (
    select(func.count())
    .select_from(Notice)
    .where(Notice.case_id == Case.id, Notice.round == Case.round, Notice.issued_at.is_(None))
)

FACTS: dict[str, Fact] = {
    "proposed_outcome": Fact(str, select(Proposal.outcome).where(*_proposal).correlate(Case).scalar_subquery()),
    "obligations": Fact(
        int,
        func.coalesce(
            select(func.json_array_length(Proposal.obligations)).where(*_proposal).correlate(Case).scalar_subquery(),
            0,
        ),
    ),
    "letter_drafted": Fact(int, _drafts.correlate(Case).scalar_subquery()),
    "letter_has_remedy": Fact(int, _drafts.where(Notice.has_remedy).correlate(Case).scalar_subquery()),
}
