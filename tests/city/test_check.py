"""Each thing that a city owes before its pages go public, missing one by one."""

from dataclasses import replace
from uuid import uuid4

import pytest

from admission.city.check import Resolved, check
from admission.city.queries import CitySettings

ANNA, BILAL = uuid4(), uuid4()
COMPLETE = CitySettings(
    name="Stadt Musterfeld",
    base_url="https://mso.musterfeld.example",
    imprint="Stadt Musterfeld, Rathausplatz 1",
    data_protection_officer="Behördliche Datenschutzbeauftragte",
    data_protection_authority="LDI NRW, Düsseldorf",
    court="Verwaltungsgericht Musterfeld",
    court_address="Gerichtsstraße 4, 99001 Musterfeld",
    postcodes=("99001", "99002"),
    office="Kommunales Integrationszentrum",
    office_address="Weberstraße 12, 99001 Musterfeld",
    phone="0221 4710-145",
    ombuds_office="Ombudsstelle",
    contact_person="Jorinde Falk",
)
STAFFED = {
    "caseworker": frozenset({ANNA}),
    "approver": frozenset({ANNA, BILAL}),
    "admin": frozenset({ANNA}),
}


def codes(settings, staffing=STAFFED, **more):
    return [finding.code for finding in check(settings, staffing, **more)]


def test_a_complete_city_with_two_people_has_no_findings():
    assert codes(COMPLETE) == []


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("name", "city.name_is_missing"),
        ("imprint", "city.imprint_is_missing"),
        ("data_protection_officer", "city.privacy_contact_is_missing"),
        ("data_protection_authority", "city.privacy_authority_is_missing"),
        ("office", "city.office_is_missing"),
        ("office_address", "city.office_address_is_missing"),
        ("phone", "city.phone_is_missing"),
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


def test_the_sample_city_may_be_served_at_home():
    assert codes(replace(COMPLETE, base_url="http://localhost:5000", sample=True)) == []


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


def test_a_log_that_the_application_could_rewrite_is_named():
    assert codes(COMPLETE, guarded=False) == ["log.may_be_rewritten"]


def test_links_lead_to_the_address_that_was_set_up():
    assert codes(COMPLETE, served_at="https://mso.musterfeld.example/") == []
    assert codes(COMPLETE, served_at="https://www.musterfeld.example") == ["city.address_is_another"]


COURT = "Verwaltungsgericht Musterfeld, Gerichtsstraße 4,\n99001 Musterfeld"


@pytest.mark.parametrize(
    ("resolved", "expected"),
    [
        (Resolved(COURT, ["99002", "99001"]), []),
        (Resolved("Verwaltungsgericht Nachbarstadt", ["99001", "99002"]), ["city.court_is_another"]),
        (Resolved(COURT, ["99001"]), ["city.postcodes_are_others"]),
    ],
    ids=["the same", "another court", "another postcode"],
)
def test_what_the_rulebook_says_of_the_city_is_what_the_city_says(resolved, expected):
    assert codes(COMPLETE, resolved=resolved) == expected
