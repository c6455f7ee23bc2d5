"""The fictional city, played once on each database for all tests of this folder; they only read."""

import pytest

from admission.app import create_app
from admission.demo import pages, play
from admission.rulebook import queries as rulebooks
from tests import installation


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def city(request, templates, tmp_path_factory):
    """The demo as `make run` loads it."""
    folder = tmp_path_factory.mktemp("demo")
    with templates.fresh(request.param, folder) as address:
        settings = installation.test_settings(address, folder)
        made = create_app({**settings, "DEMO": True, "DEMO_POST_DIR": str(folder / "post")}, pages.bp)
        with made.app_context():
            rulebooks.forget()
            play.load()
            yield made
        installation.close(made)
