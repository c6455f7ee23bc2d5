"""The facts that this room supplies; of an older round none."""

from datetime import date

from sqlalchemy import select

from admission.cases.facts import Fact
from admission.cases.models import Case
from admission.hearing.models import Statement, Weighing

FACTS: dict[str, Fact] = {
    "statement_received_on": Fact(
        date,
        select(Statement.received_on)
        .where(Statement.case_id == Case.id, Statement.round == Case.round)
        .correlate(Case)
        .scalar_subquery(),
    ),
    "weighed_on": Fact(
        date,
        select(Weighing.weighed_on)
        .where(Weighing.case_id == Case.id, Weighing.round == Case.round)
        .correlate(Case)
        .scalar_subquery(),
    ),
}
