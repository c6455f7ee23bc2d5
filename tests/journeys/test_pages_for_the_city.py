"""Every page for the office, the council and the administration is accessible on a phone and at a desk."""

import pytest
from playwright.sync_api import Browser

from admission.people.roles import Role
from tests.journeys.conftest import City
from tests.journeys.walk import walk

pytestmark = pytest.mark.journey
ROLES = sorted(set(Role) - {Role.APPLICANT, Role.SYSTEM})


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing(city: City, chromium: Browser, role: Role) -> None:
    visited, faults = walk(city, chromium, role)

    assert faults == []
    assert visited >= 1
