"""Every page for everybody and for applicants is accessible on a phone and at a desk, light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from admission.people.roles import Role
from tests.journeys.conftest import City
from tests.journeys.walk import walk

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(("role", "least"), [(None, 18), (Role.APPLICANT, 20)], ids=["nobody", "applicant"])
def test_axe_finds_nothing(
    city: City, chromium: Browser, role: Role | None, least: int, record_property: Callable[[str, object], None]
) -> None:
    visited, faults = walk(city, chromium, role)
    record_property("pages opened, each at 320 and 1280 px", visited)
    record_property("found by axe-core, or otherwise wrong", len(faults))

    assert faults == []
    assert visited >= least
