"""Every page for the office, the council and the administration is accessible on a phone and at a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from admission.people.roles import Role
from tests.journeys.conftest import City
from tests.journeys.walk import walk

pytestmark = pytest.mark.journey
ROLES = sorted(set(Role) - {Role.APPLICANT, Role.SYSTEM})


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing(
    city: City, chromium: Browser, role: Role, record_property: Callable[[str, object], None]
) -> None:
    visited, faults = walk(city, chromium, role)
    record_property("pages opened, each at 320 and 1280 px", visited)
    record_property("found by axe-core, or otherwise wrong", len(faults))

    assert faults == []
    assert visited >= 1
