"""Each thing that a city owes before its pages go public, missing one by one."""

from dataclasses import replace
from uuid import uuid4

import pytest

from admission.city.check import check
from admission.city.queries import CitySettings

ANNA, BILAL = uuid4(), uuid4()
COMPLETE = CitySettings(
    name="Stadt Musterfeld",
    base_url="https://mso.musterfeld.example",
    imprint="Stadt Musterfeld, Rathausplatz 1",
    data_protection_officer="Behördliche Datenschutzbeauftragte",
    court="Verwaltungsgericht Musterfeld",
    ombuds_office="Ombudsstelle",
    contact_person="Jorinde Falk",
)
STAFFED = {
    "caseworker": frozenset({ANNA}),
    "approver": frozenset({ANNA, BILAL}),
    "admin": frozenset({ANNA}),
}


def codes(settings, staffing=STAFFED):
    return [finding.code for finding in check(settings, staffing)]


def test_a_complete_city_with_two_people_has_no_findings():
    assert codes(COMPLETE) == []


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("name", "city.name_is_missing"),
        ("imprint", "city.imprint_is_missing"),
        ("data_protection_officer", "city.privacy_contact_is_missing"),
        ("court", "city.court_is_missing"),
        ("ombuds_office", "city.ombuds_office_is_missing"),
        ("contact_person", "city.contact_person_is_missing"),
    ],
)
@pytest.mark.parametrize("nothing", ["", " \n "])
def test_each_text_that_is_owed_is_missed(setting, code, nothing):
    assert codes(replace(COMPLETE, **{setting: nothing})) == [code]


@pytest.mark.parametrize("address", ["", "http://mso.musterfeld.example", "mso.musterfeld.example", "https://"])
def test_the_address_has_to_be_encrypted(address):
    assert codes(replace(COMPLETE, base_url=address)) == ["city.address_is_not_https"]


@pytest.mark.parametrize(
    ("clerks", "signatories"),
    [({ANNA}, {ANNA}), ({ANNA}, set()), (set(), {ANNA, BILAL}), (set(), set())],
    ids=["one person with both roles", "nobody signs", "nobody assesses", "nobody"],
)
def test_whoever_assesses_needs_somebody_else_who_signs(clerks, signatories):
    staffing = {"caseworker": frozenset(clerks), "approver": frozenset(signatories), "admin": frozenset({ANNA})}

    assert codes(COMPLETE, staffing) == ["city.two_people_are_missing"]


def test_somebody_has_to_be_able_to_give_roles():
    assert codes(COMPLETE, STAFFED | {"admin": frozenset()}) == ["city.admin_is_missing"]


def test_before_anything_is_set_up_that_is_what_is_said():
    assert codes(None) == ["city.not_set_up"]
