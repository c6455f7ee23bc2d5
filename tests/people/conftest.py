from collections.abc import Iterator

import pytest

from admission.ground import clock
from tests.people.cast import NOON


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is noon on 24 November 2026, until a test says otherwise."""
    with clock.at(NOON):
        yield
