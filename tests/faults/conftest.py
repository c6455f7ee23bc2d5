"""Programs of their own live on the machine's day, and so do the tests that start and kill them."""

from collections.abc import Iterator
from datetime import UTC

import pytest
import time_machine


@pytest.fixture(autouse=True)
def the_machines_day() -> Iterator[None]:
    """Back from the day that all other tests live on."""
    with time_machine.travel(time_machine.escape_hatch.datetime.datetime.now(UTC)):
        yield
