"""Every page for everybody and for applicants is accessible on a phone and at a desk, light and dark."""

import pytest
from playwright.sync_api import Browser

from admission.people.roles import Role
from tests.journeys.conftest import City
from tests.journeys.walk import walk

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(("role", "least"), [(None, 18), (Role.APPLICANT, 20)])
def test_axe_finds_nothing(city: City, chromium: Browser, role: Role | None, least: int) -> None:
    visited, faults = walk(city, chromium, role)

    assert faults == []
    assert visited >= least
