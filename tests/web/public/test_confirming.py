"""An organisation confirms its entry by a mailed link or a printed code, without an account."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admission.casework import confirming
from admission.confirmation.models import Asked, Key
from admission.confirmation.rules import code_of
from admission.ground import clock
from admission.ground.db import db, writing
from admission.organisations.models import Organisation
from admission.people.models import SignInAttempt
from admission.register.models import Contact, Event, Field
from admission.register.queries import fields
from tests import factories
from tests.confirmation.asking import Round_, link_in, mails, text_of
from tests.web.browser import page, title
from tests.web.public import members

PERSON = ("mail", "rana@wolkenfaden.example", "Rana Feldmann", "consent")
PHONE = ("phone", "0221 4710-181", "Rana Feldmann", "consent")
YES = {"aktiv": "ja", "person": "Rana Feldmann", "remark": ""}


class City:
    """One organisation that was asked by mail, and one that was asked by letter."""

    def __init__(self, browser) -> None:
        self.browser = browser
        self.round = Round_()
        self.mailed = self.round.knows("Nähstube Wolkenfaden", PERSON, PHONE)
        self.posted = self.round.knows("Chor Kieselstein", ("post", "Hafenallee 9, 99004 Musterfeld", None, None))
        self.round.tries(self.mailed, self.posted)
        self.round.works()
        self.path = f"/bestaetigen/{link_in(text_of(mails()[0]))}"
        self.code = confirming.letters(db.session())[0].code
        db.session.rollback()

    def opens(self, path=""):
        return self.browser.get(self.path + path)

    def sends(self, path="", **data):
        return self.browser.post(self.path + path, data=data)

    def asked(self, organisation=None) -> Asked:
        return self.round.asked(organisation or self.mailed)


@pytest.fixture
def city(browser):
    return City(browser)


def events(kind):
    db.session.rollback()
    return db.session.scalars(select(Event).where(Event.kind == kind)).all()


def test_the_link_shows_what_is_held_and_opening_it_uses_nothing_up(city):
    for _ in range(2):
        shown = city.opens()
        assert title(shown) == "Stimmt das noch?"
        said = page(shown)
        for word in ("Nähstube Wolkenfaden", "rana@wolkenfaden.example", "0221 4710-181", "Bisher nicht bestätigt"):
            assert word in said
        assert shown.headers["Cache-Control"] == "no-store"

    assert city.asked().answer is None
    assert events("confirmed") == []


def test_confirming_takes_one_form_and_afterwards_the_page_shows_nothing_that_is_held(city):
    answer = city.sends(**YES)

    assert answer.status_code == 303
    said = page(city.opens())
    assert "Danke, das ist bestätigt" in said
    assert "Wolkenfaden" not in said and "4710-181" not in said
    (event,) = events("confirmed")
    assert (event.detail, event.on) == ("link", clock.today())
    assert (city.asked().person, city.asked().channel) == ("Rana Feldmann", "link")
    ours = select(Contact.confirmed_on).where(Contact.organisation_id == city.mailed)
    assert set(db.session.scalars(ours)) == {clock.today()}


def test_what_was_entered_stays_when_something_is_missing(city):
    answer = city.sends(aktiv="", person="Rana Feldmann", remark="Wir ziehen bald um.")

    assert answer.status_code == 422
    said = answer.get_data(as_text=True)
    assert "Wir ziehen bald um." in said and "Rana Feldmann" in said
    assert events("confirmed") == []


def test_a_second_click_is_refused_and_loses_nothing(city):
    city.sends(**YES)

    answer = city.sends(**YES | {"remark": "Noch etwas."})

    assert answer.status_code == 409
    assert "Noch etwas." in page(answer)
    assert len(events("confirmed")) == 1


def test_a_break_counts_as_confirmed_and_is_told_to_the_office(city):
    city.sends(**YES | {"aktiv": "pause"})

    assert (city.asked().answer, city.asked().resting) == ("confirmed", True)


def test_an_organisation_that_no_longer_exists_is_heard_and_not_dropped(city):
    city.sends(**YES | {"aktiv": "gone"})

    assert "ruft Sie an, bevor etwas geändert wird" in page(city.opens())
    assert (city.asked().answer, events("ended")) == ("gone", [])


def test_a_field_is_corrected_by_the_rules_of_the_register(city):
    assert city.opens("/angaben/website").status_code == 200
    wrong = city.sends("/angaben/website", value="wolkenfaden")
    assert wrong.status_code == 422 and 'value="wolkenfaden"' in wrong.get_data(as_text=True)

    assert city.sends("/angaben/website", value="https://wolkenfaden.example").status_code == 303

    assert fields(db.session(), city.mailed)["website"] == "https://wolkenfaden.example"
    assert [event.detail for event in events("changed")] == ["website/organisation"]
    assert "wolkenfaden.example" in page(city.opens())


def test_a_change_that_the_office_looks_at_first_waits_there(city):
    said = page(city.opens("/angaben/name"))
    assert "Das Integrationszentrum sieht sich diese Änderung zuerst an" in said

    city.sends("/angaben/name", value="Nähwerk Wolkenfaden")

    assert "Nähwerk Wolkenfaden" in city.asked().note
    assert db.session.scalars(select(Field)).all() == []


def test_a_new_contact_person_is_told_and_takes_the_place_of_the_former_one(city):
    form = city.opens("/person").get_data(as_text=True)
    assert "Rana Feldmann" in form and "niemanden, die Person kommt dazu" in form

    wrong = city.sends("/person", name="Lina Moreau", mail="lina", phone="", role="", instead_of="0")
    assert wrong.status_code == 422 and "Lina Moreau" in wrong.get_data(as_text=True)
    city.sends("/person", name="Lina Moreau", mail="Lina@Wolkenfaden.example", phone="", role="Vorsitz", instead_of="0")

    said = page(city.opens())
    assert "Lina Moreau" in said and "Rana Feldmann" not in said
    told = text_of(mails("confirmation_named")[0])
    answer = "/mitteilung/" + next(word.rsplit("/", 1)[1] for word in told.split() if "/mitteilung/" in word)
    assert "die Organisation selbst" in page(city.browser.get(answer))


def test_whoever_objects_is_not_written_to_any_more_and_the_organisation_stays(city):
    assert city.opens("/widersprechen").status_code == 200
    city.sends("/widersprechen", remark="")

    assert "Wir schreiben Ihnen nicht mehr" in page(city.opens())
    values = db.session.scalars(select(Contact.value).where(Contact.organisation_id == city.mailed)).all()
    assert values == [None, None]
    assert len(events("objected")) == 1


def test_the_printed_code_opens_the_same_page_however_it_is_typed(city):
    shown = city.browser.get(f"/bestaetigen?code={city.code}")
    assert f'value="{city.code}"' in shown.get_data(as_text=True)

    answer = city.browser.post("/bestaetigen", data={"code": city.code.lower().replace("-", " ")})

    assert answer.status_code == 303
    assert "Chor Kieselstein" in page(city.browser.get(answer.location))
    city.browser.post(answer.location, data=YES)
    assert city.asked(city.posted).channel == "code"


def test_a_typing_error_is_told_without_counting_as_a_try(city):
    typed = ("4" if city.code[0] != "4" else "6") + city.code[1:]
    answer = city.browser.post("/bestaetigen", data={"code": typed})

    assert answer.status_code == 422
    assert "Tippfehler" in page(answer) and typed in answer.get_data(as_text=True)
    db.session.rollback()
    assert db.session.scalars(select(SignInAttempt)).all() == []


def test_after_ten_wrong_codes_an_address_has_to_wait_and_a_right_one_is_no_wrong_one(city):
    for number in range(10):
        city.browser.post("/bestaetigen", data={"code": city.code})
        assert city.browser.post("/bestaetigen", data={"code": code_of(number)}).status_code == 422

    answer = city.browser.post("/bestaetigen", data={"code": code_of(10)})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 60


def test_a_link_that_was_never_sent_or_is_too_old_says_what_can_be_done(city):
    answer = city.browser.get("/bestaetigen/nobodys")
    assert answer.status_code == 404
    assert "Dieser Link gilt nicht mehr" in page(answer)
    writing()
    for key in db.session.scalars(select(Key)):
        key.made_at = clock.now().replace(year=clock.now().year - 1)
    db.session.commit()

    assert city.opens().status_code == 404
    assert city.sends(**YES).status_code == 404


def test_the_public_entry_says_when_it_was_last_confirmed_and_since_when_not(browser):
    book = factories.publish()
    (slug,) = members.add(browser.application, book, {"name": "Chor Kieselstein"})
    entry = f"/verzeichnis/{slug}"
    assert "Von der Organisation noch nicht bestätigt" in page(browser.get(entry))
    round_ = Round_(book)
    organisation = db.session.scalars(select(Organisation.id).where(Organisation.slug == slug)).one()

    round_.confirms(organisation, clock.today() - timedelta(days=400))
    assert "Zuletzt bestätigt am 20. Oktober 2025, seit 20. Oktober 2026 nicht bestätigt." in page(browser.get(entry))
    round_.confirms(organisation, clock.today())
    assert "Zuletzt bestätigt am 24. November 2026." in page(browser.get(entry))
