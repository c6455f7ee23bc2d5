"""The office's desk on SQLite, with people and a city."""

import pytest

from tests.web.browser import Browser
from tests.web.office.desk import Desk


@pytest.fixture
def desk(browser: Browser) -> Desk:
    """An office ready to work, before one browser."""
    return Desk(browser)
