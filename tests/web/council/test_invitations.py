"""The council invites everybody who can be reached, and sees no address and no name that is not meant for it."""

import pytest
from sqlalchemy import select

from admission.correspondence.models import Invitation, Recipient
from admission.ground.db import db
from admission.ground.mail import Mail
from tests.correspondence import town
from tests.factories import account
from tests.web.applicant.desk import carried
from tests.web.browser import page
from tests.web.office.desk import Desk

LIST = "/rat/einladungen"
WORDS = {"subject_de": "Jubiläum", "text_de": "Feiern Sie mit uns.", "event_on": "26.2.2027", "place": "Rathaus"}


class Council:
    """A member and the secretariat before one browser."""

    def __init__(self, browser):
        self.browser = browser
        self.member, self.other = account(None, "council"), account(None, "council")
        self.secretary = account(None, "secretariat")

    def opens(self, path, by):
        return self.browser.signs_in(by).get(path)

    def fills(self, path, by, at, **entries):
        shown = self.opens(at, by)
        assert shown.status_code == 200, (at, shown.status_code)
        return self.browser.signs_in(by).sends(path, carried(shown, path) | entries)


@pytest.fixture
def council(browser) -> Council:
    desk = Desk(browser)
    here = town.of_two_districts(desk.office.book)
    here.shows("Nachbarinnen am Wehr", purpose="council")
    here.shows("Verein Federwolke e. V.", purpose="public")
    return Council(browser)


def kept() -> Invitation:
    db.session.rollback()
    return db.session.scalars(select(Invitation)).one()


def written(council, **more) -> str:
    council.fills(LIST, council.member, LIST, **WORDS | more)
    return f"{LIST}/{kept().id}"


def addresses_of(answer) -> list[str]:
    """Whatever looks like an address beside the city's own contact."""
    html = answer.get_data(as_text=True)
    return [word for word in ("wehr.example", "granatapfel", "kranich", "jugend.example", "Lindenweg") if word in html]


def test_the_page_counts_and_shows_no_address(council):
    answer = council.opens(LIST, council.member)
    shown = page(answer)

    assert "ausgewählt 7 per E-Mail erreichbar 4 per Post erreichbar 1 nicht erreicht 2" in shown
    assert "2 zeigen ihren Namen öffentlich oder dem Ausschuss." in shown
    assert "weniger als 3: Wir kennen keine Adresse." in shown
    assert addresses_of(answer) == []


def test_nothing_leaves_before_the_secretariat_has_entered_who_approved(council):
    path = written(council)
    assert (kept().state, kept().audience) == ("waiting", "council")
    member = council.opens(path, council.member)
    assert "Die Geschäftsstelle trägt ein, wer freigegeben hat" in page(member)
    assert addresses_of(member) == []

    council.fills(path + "/freigeben", council.secretary, path, approved_by="Vorsitz", approved_on="20.11.2026")
    assert kept().state == "sent"
    assert len(db.session.scalars(select(Mail)).all()) == 4


def test_an_approval_without_a_name_is_refused(council):
    path = written(council)
    answer = council.fills(path + "/freigeben", council.secretary, path, approved_by="", approved_on="20.11.2026")

    assert answer.status_code == 422
    assert kept().state == "waiting"


def test_afterwards_only_those_are_named_that_agreed_and_the_others_are_counted(council):
    path = written(council)
    council.fills(path + "/freigeben", council.secretary, path, approved_by="Vorsitz", approved_on="20.11.2026")
    answer = council.opens(path, council.other)
    shown = page(answer)

    assert "Nachbarinnen am Wehr wartet auf den Versand" in shown
    assert "Verein Federwolke e. V. nicht erreicht Wir kennen keine Adresse." in shown
    assert "und 5 weitere Organisationen" in shown
    assert "Granatapfelhof" not in shown
    assert addresses_of(answer) == []


def test_what_the_mail_server_says_never_reaches_the_council(council):
    path = written(council)
    council.fills(path + "/freigeben", council.secretary, path, approved_by="Vorsitz", approved_on="20.11.2026")
    for mail in db.session.scalars(select(Mail)):
        mail.state, mail.error = "failed", "550 <info@wehr.example> unknown"
    db.session.commit()
    answer = council.opens(path, council.member)

    assert "Das Postfach hat die Nachricht nicht angenommen" in page(answer)
    assert addresses_of(answer) == []


def test_what_is_only_kept_is_seen_by_its_author_and_the_secretariat(council):
    path = written(council, danach="pause")
    assert kept().state == "draft"
    assert [council.opens(path, by).status_code for by in (council.member, council.secretary, council.other)] == [
        200, 200, 404,
    ]  # fmt: skip
    assert "Jubiläum" not in page(council.opens(LIST, council.other))

    council.fills(path + "/vorlegen", council.member, path)
    assert kept().state == "waiting"


def test_the_office_sees_it_once_it_was_sent_and_posts_its_letters(council):
    path = written(council)
    clerk = account(None, "caseworker")
    office = path.replace("/rat/", "/buero/")
    assert council.opens(office, clerk).status_code == 404
    council.fills(path + "/freigeben", council.secretary, path, approved_by="Vorsitz", approved_on="20.11.2026")

    assert "Eine Einladung des Ausschusses; freigegeben durch Vorsitz am 20. November 2026." in page(
        council.opens(office, clerk)
    )
    assert council.opens(office + "/briefe", clerk).status_code == 200
    assert council.browser.signs_in(clerk).sends(office + "/adressen", {"purpose": "Karten"}).status_code == 404


def test_a_change_takes_it_back_from_the_secretariat(council):
    path = written(council)
    council.fills(
        path + "/aendern", council.member, path + "/aendern", **WORDS | {"subject_de": "Fest"}, danach="pause"
    )

    assert kept().state == "draft"
    assert "Fest" in page(council.opens(path, council.member))


def test_the_council_records_who_was_there_of_those_that_it_may_name(council):
    path = written(council)
    council.fills(path + "/freigeben", council.secretary, path, approved_by="Vorsitz", approved_on="20.11.2026")
    shown = council.opens(path + "/teilnahme", council.member)
    assert "Nachbarinnen am Wehr" in page(shown)
    assert "Granatapfelhof" not in page(shown)
    assert addresses_of(shown) == []

    people = {one.id: one for one in db.session.scalars(select(Recipient))}
    council.browser.signs_in(council.member).sends(path + "/teilnahme", {f"people-{id_}": "2" for id_ in people})
    db.session.rollback()
    assert [one.attended for one in db.session.scalars(select(Recipient).order_by(Recipient.attended))].count(2) == 2
