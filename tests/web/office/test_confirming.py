"""The yearly confirmation at the desk: a trial, the rest, letters, calls, and what the office sees to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admission.casework import confirmed
from admission.confirmation.models import Asked
from admission.ground import clock
from admission.ground.db import db, writing
from admission.register.models import Contact, Event
from tests.confirmation.asking import Round_, mails, text_of
from tests.web.browser import page, title
from tests.web.office.desk import Desk

PAGE = "/verzeichnis/bestaetigung"
MAIL = ("mail", "rana@wolkenfaden.example", "Rana Feldmann", "consent")


class Town:
    """An office, and organisations that can be asked in each way, or not at all."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.clerk = desk, desk.clerk
        self.round = Round_(desk.office.book, desk.office.clerk)
        self.mailed = self.round.knows("Nähstube Wolkenfaden", MAIL)
        self.posted = self.round.knows("Chor Kieselstein", ("post", "Hafenallee 9, 99004 Musterfeld", None, None))
        self.phoned = self.round.knows("Lesekreis Tintenfass", ("phone", "0221 4710-166", "Olena Kowal", None))
        self.unreached = self.round.knows("Filmklub Lichtspalt")

    def tries(self):
        return self.clerk.fills(PAGE + "/probe", at=PAGE, wanted=[str(self.mailed), str(self.posted)])

    def answers(self, *organisations):
        """They confirm by their link."""
        for organisation in organisations:
            asked = self.round.asked(organisation).id
            writing()
            confirmed.confirm(db.session(), asked, "link", "Rana Feldmann", by=None, role="system")
            db.session.commit()

    def asked(self, organisation) -> Asked:
        return self.round.asked(organisation)


@pytest.fixture
def town(desk):
    return Town(desk)


def events(organisation, kind="confirmed"):
    db.session.rollback()
    return db.session.scalars(select(Event).where(Event.organisation_id == organisation, Event.kind == kind)).all()


def test_the_page_says_who_can_be_asked_how_and_who_not_and_why(town):
    shown = town.clerk.opens(PAGE)

    assert title(shown) == "Jährliche Bestätigung"
    said = page(shown)
    assert "Nähstube Wolkenfaden (per E-Mail: rana@wolkenfaden.example)" in said
    assert "Filmklub Lichtspalt kein Kontakt ist bekannt" in said
    assert "Stichtag" in said and "Nach 4 und 8 Wochen erinnern wir, nach 12 Wochen rufen wir an." in said


def test_the_trial_goes_out_under_the_name_of_whoever_begins_it(town):
    assert town.tries().status_code == 303
    town.round.works()

    assert "Jorinde Falk" in text_of(mails()[0])
    said = page(town.clerk.opens(PAGE))
    assert "Begonnen am" in said and "von Jorinde Falk" in said
    assert "Die Probe ist noch nicht zurück" in said


def test_more_than_three_come_back_with_what_was_ticked(town):
    more = [town.round.knows(f"Verein {number}", ("mail", f"v{number}@example.org", None, "public")) for number in "12"]
    wanted = [str(one) for one in (town.mailed, town.posted, *more)]

    answer = town.clerk.fills(PAGE + "/probe", at=PAGE, wanted=wanted)

    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count("checked") == 4


def test_the_rest_is_asked_when_the_trial_came_back(town):
    town.tries()
    refused = town.clerk.sends(PAGE + "/alle", None, {})
    assert refused.status_code == 409
    town.answers(town.mailed, town.posted)

    assert "Per E-Mail 0, per Brief 0, telefonisch 1, gar nicht 1." in page(town.clerk.opens(PAGE))
    town.clerk.fills(PAGE + "/alle", at=PAGE)

    ways = {name: town.asked(one).way for name, one in (("phone", town.phoned), ("none", town.unreached))}
    assert ways == {"phone": "phone", "none": "none"}


def test_a_letter_carries_its_code_and_a_square_and_is_posted_once(town):
    town.tries()

    shown = town.clerk.opens(PAGE + "/briefe")
    said = page(shown)
    assert "Chor Kieselstein Hafenallee 9 99004 Musterfeld" in said
    assert "localhost:5000/bestaetigen" in said and "<svg" in shown.get_data(as_text=True)
    town.clerk.sends(PAGE + "/briefe", None, {})

    assert town.asked(town.posted).times == 1
    assert "Heute ist kein Brief zu drucken." in page(town.clerk.opens(PAGE + "/briefe"))


def test_a_call_is_recorded_in_one_form(town):
    town.tries()
    town.answers(town.mailed, town.posted)
    town.clerk.fills(PAGE + "/alle", at=PAGE)
    said = page(town.clerk.opens(PAGE + "/anrufe"))
    assert "0221 4710-166 (Olena Kowal)" in " ".join(said.replace("( ", "(").replace(" )", ")").split())
    call = f"{PAGE}/anrufe/{town.asked(town.phoned).id}"

    nameless = town.clerk.fills(call, outcome="confirmed", person="", remark="Bitte vormittags.")
    assert nameless.status_code == 422 and "Bitte vormittags." in page(nameless)
    day = {"on": clock.today().isoformat(), "remark": ""}
    assert town.clerk.fills(call, outcome="nobody", person="", **day).status_code == 303
    assert (town.asked(town.phoned).calls, town.asked(town.phoned).answer) == (1, None)
    assert town.clerk.fills(call, outcome="confirmed", person="Olena Kowal", **day).status_code == 303

    (event,) = events(town.phoned)
    assert (event.detail, event.on) == ("phone", clock.today())
    assert town.asked(town.phoned).person == "Olena Kowal"
    assert db.session.scalars(select(Contact.confirmed_on).where(Contact.organisation_id == town.phoned)).all() == [
        clock.today()
    ]


def test_who_says_that_it_has_ended_waits_for_the_office_and_nothing_ends(town):
    town.tries()
    asked = town.asked(town.mailed).id
    writing()
    confirmed.has_ended(db.session(), asked, "link", "Rana Feldmann", "Wir haben uns aufgelöst.")
    db.session.commit()

    said = page(town.clerk.opens(PAGE))
    assert "sagt, dass es sie nicht mehr gibt" in said and "Wir haben uns aufgelöst." in said
    assert events(town.mailed, "ended") == []
    town.clerk.sends(f"{PAGE}/erledigt/{asked}", None, {})
    assert "Wir haben uns aufgelöst." not in page(town.clerk.opens(PAGE))


def test_a_confirmation_recorded_on_the_record_counts_for_the_round_too(town):
    town.tries()
    day = clock.today()

    town.clerk.fills(
        f"/verzeichnis/{town.mailed}/bestaetigung", at=f"/verzeichnis/{town.mailed}", channel="talk",
        on=f"{day.day}.{day.month}.{day.year}",
    )  # fmt: skip

    assert (town.asked(town.mailed).answer, town.asked(town.mailed).channel) == ("confirmed", "talk")
    assert len(events(town.mailed)) == 1
    assert db.session.scalars(select(Contact.confirmed_on).where(Contact.organisation_id == town.mailed)).all() == [day]


def test_the_record_says_since_when_it_is_not_confirmed(town):
    never = page(town.clerk.opens(f"/verzeichnis/{town.mailed}"))
    town.round.confirms(town.posted, clock.today() - timedelta(days=400))
    town.round.confirms(town.phoned, clock.today() - timedelta(days=10))

    old, fresh = (page(town.clerk.opens(f"/verzeichnis/{one}")) for one in (town.posted, town.phoned))

    assert "nicht bestätigt seit 1. Januar 2020 Sie hat noch nie selbst bestätigt." in never
    assert "nicht bestätigt seit 20. Oktober 2026 Zuletzt bestätigt am 20. Oktober 2025." in old
    assert "bestätigt Zuletzt bestätigt am 14. November 2026." in fresh and "nicht bestätigt" not in fresh
    assert "20. Oktober 2025, nicht bestätigt seit" in page(town.clerk.opens("/verzeichnis"))
