"""Accounts and roles at the administration's desk."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from admission.cases.models import Case
from admission.ground import clock
from admission.ground.db import db
from admission.ground.mail import Mail
from admission.log.verifier import verify
from admission.people.models import FactorReset, Invitation
from admission.people.queries import invited, roles_of
from admission.people.roles import Role
from tests.factories import account, draft, publish
from tests.people.cast import NOON, member_of_staff
from tests.web.browser import page

ANNA, BILAL, CARLA = "Anna Klar", "Bilal Nord", "Carla Ost"


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def anna(browser):
    return member_of_staff(ANNA, Role.ADMIN)


@pytest.fixture
def desk(browser, anna):
    return browser.signs_in(anna)


def invites(desk, **more):
    entries = {"name": "Dora Süd", "address": "Dora@Musterfeld.example", "roles": "caseworker", "until": ""}
    return desk.sends("/verwaltung/konten/einladen", entries | more)


def test_an_invitation_goes_out_by_mail_and_stands_in_the_list(desk):
    assert invites(desk).status_code == 303

    assert [(row.name, row.address, row.roles) for row in invited()] == [
        ("Dora Süd", "dora@musterfeld.example", (Role.CASEWORKER,))
    ]
    assert "invitation" in db.session.scalars(select(Mail.template)).all()
    assert "Dora Süd eingeladen, bis" in page(desk.get("/verwaltung/konten"))


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"name": " "}, "Bitte nennen Sie den Namen der Person."),
        ({"address": "dora"}, "E-Mail-Adresse"),
        ({"roles": ""}, "Bitte wählen Sie"),
        ({"roles": "applicant"}, "Bitte wählen Sie"),
        ({"roles": "system"}, "Bitte wählen Sie"),
        ({"roles": "external_reviewer"}, "Bitte nennen Sie ihren letzten Tag"),
        ({"roles": "admin", "until": "31.10.2030"}, "Die Verwaltung hat keinen letzten Tag"),
        ({"until": "1.1.2020"}, "Dieser Tag ist vorbei"),
        ({"until": "31.2.2030"}, "Tag, Monat und Jahr"),
        ({"name": "\u202eDora"}, "Leserichtung"),
    ],
    ids=str,
)
def test_what_cannot_be_an_invitation_comes_back_with_its_entries(desk, entries, sentence):
    answer = invites(desk, **entries)

    assert answer.status_code == 422
    assert sentence in page(answer)
    assert invited() == []


def test_a_role_lent_until_a_day_holds_through_that_day(desk):
    invites(desk, roles="external_reviewer", until="31.10.2030")

    until = db.session.scalar(select(Invitation.until_at).where(Invitation.accepted_at.is_(None)))
    assert until == datetime(2030, 10, 31, 23, 0, tzinfo=UTC)  # midnight in Berlin, winter time


def test_an_account_with_this_address_is_given_the_role_instead(desk):
    answer = invites(desk, address="anna@musterfeld.example")

    assert answer.status_code == 409
    assert "Zu dieser Adresse gibt es schon ein Konto." in page(answer)


def test_an_invitation_is_sent_again_with_a_new_link_and_can_be_withdrawn(desk):
    invites(desk)
    (first,) = invited()

    desk.sends(f"/verwaltung/einladungen/{first.id}/erneut")
    (second,) = invited()
    assert second.id != first.id
    assert desk.sends(f"/verwaltung/einladungen/{first.id}/zurueckziehen").status_code == 404
    assert desk.sends(f"/verwaltung/einladungen/{second.id}/zurueckziehen").status_code == 303
    assert invited() == []


def test_a_role_is_given_and_taken_away(desk):
    bilal = member_of_staff(BILAL, Role.CASEWORKER)

    assert desk.sends(f"/verwaltung/konten/{bilal}/rollen", {"role": "approver", "until": ""}).status_code == 303
    assert roles_of(bilal) == {Role.CASEWORKER, Role.APPROVER}
    assert desk.sends(f"/verwaltung/konten/{bilal}/rollen/caseworker/entziehen").status_code == 303
    assert roles_of(bilal) == {Role.APPROVER}
    held = desk.sends(f"/verwaltung/konten/{bilal}/rollen", {"role": "approver"})
    assert (held.status_code, roles_of(bilal)) == (409, {Role.APPROVER})


@pytest.mark.parametrize("role", ["applicant", "system", "king", "admin"])
def test_a_role_that_is_not_held_cannot_be_taken(desk, role):
    bilal = member_of_staff(BILAL, Role.CASEWORKER)

    assert desk.sends(f"/verwaltung/konten/{bilal}/rollen/{role}/entziehen").status_code == 404


@pytest.mark.parametrize("way", ["schliessen", "rollen/admin/entziehen"])
def test_the_last_person_who_gives_roles_stays(desk, anna, way):
    answer = desk.sends(f"/verwaltung/konten/{anna}/{way}")

    assert answer.status_code == 409
    assert "Dies ist das letzte Konto, das es kann." in page(answer)
    assert roles_of(anna) == {Role.ADMIN}


@pytest.mark.parametrize("way", ["schliessen", "rollen/caseworker/entziehen"])
def test_whoever_leaves_gives_claimed_cases_back(desk, way):
    bilal = member_of_staff(BILAL, Role.CASEWORKER)
    case = db.session.get_one(Case, draft(publish(), account(None, "applicant")))
    case.assigned_to = bilal
    db.session.commit()

    assert desk.sends(f"/verwaltung/konten/{bilal}/{way}").status_code == 303

    db.session.refresh(case)
    assert case.assigned_to is None
    assert roles_of(bilal) == frozenset()
    assert verify(db.session()).sound


def test_a_closed_account_opens_again_without_a_role(desk):
    bilal = member_of_staff(BILAL, Role.CASEWORKER)
    desk.sends(f"/verwaltung/konten/{bilal}/schliessen")

    assert "geschlossen seit" in page(desk.get(f"/verwaltung/konten/{bilal}"))
    assert desk.sends(f"/verwaltung/konten/{bilal}/oeffnen").status_code == 303
    assert "Dieses Konto hat zurzeit keine Rolle" in page(desk.get(f"/verwaltung/konten/{bilal}"))


def test_a_lost_factor_is_reported_by_one_and_confirmed_by_another(desk, browser):
    bilal, carla = member_of_staff(BILAL, Role.CASEWORKER), member_of_staff(CARLA, Role.ADMIN)
    desk.sends(f"/verwaltung/konten/{bilal}/zugang", {"password_too": ""})
    reset = db.session.scalars(select(FactorReset)).one().id

    own = desk.sends(f"/verwaltung/zugaenge/{reset}/bestaetigen")
    assert own.status_code == 409
    assert "Eine zweite Person muss das bestätigen." in page(own)
    assert "Als zweite Person bestätigen" not in page(desk.get(f"/verwaltung/konten/{bilal}"))

    other = browser.signs_in(carla)
    assert "Als zweite Person bestätigen" in page(other.get(f"/verwaltung/konten/{bilal}"))
    assert other.sends(f"/verwaltung/zugaenge/{reset}/bestaetigen").status_code == 303
    assert "factor_reset" in db.session.scalars(select(Mail.template)).all()


def test_a_factor_that_was_found_again_stays(desk):
    bilal = member_of_staff(BILAL, Role.CASEWORKER)
    desk.sends(f"/verwaltung/konten/{bilal}/zugang", {})
    reset = db.session.scalars(select(FactorReset)).one()

    assert desk.sends(f"/verwaltung/zugaenge/{reset.id}/verwerfen").status_code == 303
    assert desk.sends(f"/verwaltung/zugaenge/{reset.id}/bestaetigen").status_code == 404


def test_accounts_of_organisations_are_not_administered_here(desk):
    assert desk.get(f"/verwaltung/konten/{account(None, 'applicant')}").status_code == 404


def test_an_invitation_that_ran_out_is_still_shown(desk):
    invites(desk)

    with clock.at(NOON + timedelta(days=15)):
        text = page(desk.signs_in(member_of_staff(BILAL, Role.ADMIN)).get("/verwaltung/konten"))

    assert "abgelaufen am" in text
