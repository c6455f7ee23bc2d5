"""What an address may name."""

import pytest

from admission.cases.queries import case_numbered
from admission.ground.db import db
from admission.ground.errors import NotFound


@pytest.mark.parametrize(
    "number", ["", "MSO-2026-9999", "a\x00b", "MSO-2026-0001\x00", "\ud800", "x" * 3000, "' OR 1=1"]
)
def test_what_is_no_file_number_names_no_case_on_either_database(app, number):
    """A NUL or half a character in an address must not reach the database, which would refuse the whole statement."""
    with pytest.raises(NotFound):
        case_numbered(db.session(), number)
