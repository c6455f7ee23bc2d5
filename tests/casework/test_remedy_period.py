"""The period for an action before the court is the law's, not ours."""

from datetime import date
from types import SimpleNamespace
from uuid import uuid4

import pytest

from admission.casework.effects import deadlines_at_birth
from admission.rulebook.edition import Rulebook
from tests import factories


@pytest.mark.parametrize(
    ("kind", "given_on", "due_on"),
    [
        ("remedy", date(2026, 11, 25), date(2026, 12, 28)),  # 25 and 26 December are holidays, the 27th is a Sunday
        ("remedy", date(2026, 11, 24), date(2026, 12, 24)),  # a working day: the law knows no Christmas peace
        ("hearing", date(2026, 12, 10), date(2027, 1, 4)),  # our own period does not end on 24 December
    ],
)
def test_only_periods_that_we_set_keep_clear_of_christmas(kind, given_on, due_on):
    book = Rulebook(factories.edition_bytes())
    case = SimpleNamespace(id=uuid4(), round=0)

    changes = deadlines_at_birth(book, book.procedure("admission"), [kind], case, given_on)

    assert [row["due_on"] for row in changes.opened] == [due_on]
