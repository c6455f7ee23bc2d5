"""Browsers for the tests of the desks."""

import pytest
from flask import Flask

from tests.web.browser import Browser


@pytest.fixture
def browser(sqlite_app: Flask) -> Browser:
    """A browser before the application on SQLite, inside an application context."""
    sqlite_app.test_client_class = Browser
    client = sqlite_app.test_client()
    assert isinstance(client, Browser)
    return client
