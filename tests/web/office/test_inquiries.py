"""A question of the council at the desks: prepared, filed, answered with live figures, signed, released, read."""

import json
import re
from hashlib import sha256, sha512

import pytest
from sqlalchemy import select

from admission.city.actions import load_preset
from admission.cli_report import report_answer
from admission.ground import clock
from admission.ground.db import db, writing
from admission.inquiries import queries
from admission.inquiries.models import Inquiry, Released
from admission.log.models import Entry
from admission.people.models import Account
from admission.worker import print_answers
from tests import factories
from tests.factories import DAY
from tests.reports.test_answers import known
from tests.web.applicant.desk import carried
from tests.web.browser import Browser, page, title
from tests.web.office.desk import CITY

QUESTION = """1. Wie wurde die Zahl von etwa 70 MSO ermittelt, und wie wird sie aktuell gehalten?
2. Nach welchen Maßstäben, Kriterien und Verfahren wird in das Netzwerk aufgenommen?
3. Besucht und berät das Kommunale Integrationszentrum die Organisationen regelmäßig?"""
NEW = {"title": "Zahl, Aufnahme und Besuche", "question": QUESTION, "session_on": "3.12.2026", "due_on": "27.11.2026"}


class Desks:
    """Council, secretariat and office before one browser each."""

    def __init__(self, app):
        app.test_client_class = Browser
        self.app, self.book = app, factories.publish()
        writing()
        load_preset(CITY)
        db.session.commit()
        self.accounts = {
            "member": self._person("Renate Vogelsang", "council"),
            "other": self._person("Ein anderes Mitglied", "council"),
            "secretary": self._person("Udo Kranich", "secretariat"),
            "clerk": self._person("Jorinde Falk", "caseworker"),
            "second": self._person("Ilse Brandt-Mokri", "caseworker"),
            "head": self._person("Tarik Sommerfeld", "approver"),
        }

    def _person(self, name, role):
        account = factories.account(None, role)
        db.session.get_one(Account, account).name = name
        db.session.commit()
        return account

    def opens(self, who, path):
        return self.app.test_client().signs_in(self.accounts[who]).get(path)

    def sends(self, who, at, to, **entries):
        """Open the page `at` as this person and send its form that goes to `to`."""
        browser = self.app.test_client().signs_in(self.accounts[who])
        shown = browser.get(at)
        assert shown.status_code == 200, (who, at, shown.status_code)
        return browser.sends(to, carried(shown, to) | entries)

    @property
    def row(self):
        db.session.rollback()
        return db.session.scalars(select(Inquiry).order_by(Inquiry.prepared_at)).all()[-1]

    @property
    def office(self):
        return f"/buero/anfragen/{self.row.id}"

    @property
    def council(self):
        return f"/rat/anfragen/{self.row.id}"

    def files(self, number="0118/2025-2030"):
        self.sends("member", "/rat/anfragen/neu", "/rat/anfragen/neu", **NEW)
        answer = self.sends("secretary", self.council, f"{self.council}/einreichen", paper_number=number)
        assert answer.status_code == 303, page(answer)
        return self

    def begins(self):
        parts = "\n\n".join(line[3:] for line in QUESTION.splitlines())
        answer = self.sends("clerk", self.office, f"{self.office}/beginnen", parts=parts)
        assert answer.status_code == 303, page(answer)
        return self

    def writes(self, who="clerk", **entries):
        """Send the draft as the page has it, with these changes."""
        said = queries.said(db.session(), queries.versions(db.session(), self.row.id)[-1].id)
        texts = {f"text-{one.position}": one.text for one in said}
        texts |= {f"limits-{one.position}": one.limits for one in said}
        texts |= {f"figures-{one.position}": list(one.figures) for one in said}
        named = {name.replace("text_", "text-"): value for name, value in entries.items()}
        return self.sends(who, self.office, f"{self.office}/schreiben", **(texts | named))

    def presses(self, who, what, **entries):
        return self.sends(who, self.office, f"{self.office}/{what}", **entries)

    def answers(self):
        """The whole way to a released answer."""
        assert self.files().begins().writes(danach="mitzeichnung").status_code == 303
        assert self.presses("second", "zeichnen").status_code == 303
        assert self.presses("head", "freigeben").status_code == 303
        return self


@pytest.fixture
def desks(app):
    with clock.at(DAY):
        yield Desks(app)


@pytest.fixture
def on_sqlite(sqlite_app):
    with clock.at(DAY):
        yield Desks(sqlite_app)


def frozen(desks):
    db.session.rollback()
    return queries.released(db.session(), desks.row.id)[0]


def test_the_three_questions_answer_themselves_and_are_read_by_the_council(desks):
    known(4, ("confirmed", 10, "phone"), ("contact", 30, "visit"))
    desks.answers()

    shown = page(desks.opens("member", f"{desks.council}/antwort"))
    assert "Eine einzelne Zahl gibt es nicht." in shown
    assert "12 veröffentlichte Kriterien" in shown
    assert "4 Besuch Definition Bekannte Organisationen, die jemand aus dem Integrationszentrum" in shown
    assert "– Beratung: noch nicht erfasst" in shown
    assert "Entworfen: Jorinde Falk. Mitgezeichnet: Ilse Brandt-Mokri. Freigegeben: Tarik Sommerfeld." in shown
    row = frozen(desks)
    assert sha256(row.body.encode()).hexdigest() == row.digest
    entry = json.loads(db.session.get_one(Entry, row.place).body)
    assert (entry["type"], entry["data"]["answer"]) == ("inquiry.answered", row.digest)


def test_a_prepared_question_is_seen_by_nobody_but_its_author_and_the_secretariat(on_sqlite):
    on_sqlite.sends("member", "/rat/anfragen/neu", "/rat/anfragen/neu", **NEW)

    assert on_sqlite.opens("member", on_sqlite.council).status_code == 200
    assert on_sqlite.opens("secretary", on_sqlite.council).status_code == 200
    assert on_sqlite.opens("other", on_sqlite.council).status_code == 404
    assert on_sqlite.opens("clerk", on_sqlite.office).status_code == 404
    assert "Zahl, Aufnahme" not in page(on_sqlite.opens("other", "/rat/anfragen"))


def test_a_member_of_the_council_does_not_file(on_sqlite):
    on_sqlite.sends("member", "/rat/anfragen/neu", "/rat/anfragen/neu", **NEW)
    browser = on_sqlite.app.test_client().signs_in(on_sqlite.accounts["member"])

    assert browser.sends(f"{on_sqlite.council}/einreichen").status_code == 403
    assert f"{on_sqlite.council}/einreichen" not in browser.get(on_sqlite.council).get_data(as_text=True)


def test_an_inquiry_is_filed_without_a_number_and_says_that_none_was_assigned(on_sqlite):
    on_sqlite.files("")
    assert on_sqlite.row.paper_number is None
    assert "Nummer noch nicht vergeben" in page(on_sqlite.opens("clerk", on_sqlite.office))

    answer = on_sqlite.sends("secretary", on_sqlite.council, f"{on_sqlite.council}/nummer", paper_number="bald")
    assert (answer.status_code, on_sqlite.row.paper_number) == (422, None)
    on_sqlite.sends("secretary", on_sqlite.council, f"{on_sqlite.council}/nummer", paper_number="0118/2025-2030")
    assert on_sqlite.row.paper_number == "0118/2025-2030"


def test_whoever_drafted_can_neither_sign_nor_release(on_sqlite):
    on_sqlite.files().begins().writes(danach="mitzeichnung")
    shown = page(on_sqlite.opens("clerk", on_sqlite.office))

    assert "Sie haben entworfen. Mitzeichnen muss jemand anderes." in shown
    browser = on_sqlite.app.test_client().signs_in(on_sqlite.accounts["clerk"])
    carries = carried(browser.get(on_sqlite.office), f"{on_sqlite.office}/zurueck")
    assert browser.sends(f"{on_sqlite.office}/zeichnen", carries).status_code == 409
    assert browser.sends(f"{on_sqlite.office}/freigeben", carries).status_code == 403
    assert on_sqlite.row.state == "signing"


def test_nothing_is_released_that_names_somebody_who_did_not_agree(on_sqlite):
    known(1, name="Kulturverein Sieben Laternen e. V.")
    on_sqlite.files().begins()
    answer = on_sqlite.writes(text_1="Der Kulturverein Sieben Laternen e. V. 0 ist bekannt.", danach="mitzeichnung")

    assert answer.status_code == 409
    assert "nennt „Kulturverein Sieben Laternen e. V. 0“ ohne Einwilligung" in page(answer)
    assert on_sqlite.row.state == "drafting"


def test_no_number_below_three_stands_in_the_answer(on_sqlite):
    known(2, ("confirmed", 10, "phone"), ("contact", 30, "visit"))
    on_sqlite.answers()
    paper = queries.document(frozen(on_sqlite))

    figures = [one for part in paper["parts"] for one in part["figures"]]
    assert {one["key"] for one in figures} >= {"known", "reachable", "visited"}
    assert all(one.get("value", 0) == 0 or one["value"] >= 3 for one in figures)
    assert all(one.get("of", 3) >= 3 for one in figures)
    assert "unter 3" in page(on_sqlite.opens("member", f"{on_sqlite.council}/antwort"))


def test_a_return_carries_its_reason_and_the_next_version_is_compared_word_by_word(on_sqlite):
    on_sqlite.files().begins().writes(danach="mitzeichnung")
    on_sqlite.presses("second", "zurueck", reason="Bitte die Quelle nennen.")
    assert "Bitte die Quelle nennen." in page(on_sqlite.opens("clerk", on_sqlite.office))

    on_sqlite.writes(text_3="Ja, wir besuchen sie.", danach="hier")
    shown = on_sqlite.opens("clerk", on_sqlite.office).get_data(as_text=True)
    assert re.search(r'<ins><span class="app-sr">nur hier: </span>[^<]*wir besuchen sie', shown)
    assert "<del>" in shown


def test_whoever_sends_an_older_page_is_told_and_loses_nothing(on_sqlite):
    on_sqlite.files().begins()
    browser = on_sqlite.app.test_client().signs_in(on_sqlite.accounts["clerk"])
    carries = carried(browser.get(on_sqlite.office), f"{on_sqlite.office}/schreiben")
    on_sqlite.writes(who="second", text_1="Zuerst.")
    answer = browser.sends(f"{on_sqlite.office}/schreiben", carries | {"text-1": "Danach."})

    assert answer.status_code == 409
    assert "Danach." in page(answer)


def test_the_frozen_answer_stays_and_todays_figures_stand_beside_it(on_sqlite):
    known(4)
    factories.release_figures(on_sqlite.book)
    on_sqlite.answers()
    before = frozen(on_sqlite).body
    known(3, name="Frauenrunde")

    shown = on_sqlite.opens("member", f"{on_sqlite.council}/antwort").get_data(as_text=True)
    assert '<p class="v">4</p>' in shown
    assert re.search(r"Bekannt</dt><dd[^>]*>7</dd>", shown)
    assert frozen(on_sqlite).body == before


def test_asked_again_the_office_sees_the_earlier_answer_and_what_lies_between(on_sqlite):
    known(4)
    on_sqlite.answers()
    with clock.at(DAY.replace(month=12, day=1)):
        known(3, name="Frauenrunde")
        on_sqlite.sends(
            "member",
            "/rat/anfragen/neu",
            "/rat/anfragen/neu",
            **(NEW | {"title": "Noch einmal", "due_on": "2.12.2026"}),
        )
        on_sqlite.sends("secretary", on_sqlite.council, f"{on_sqlite.council}/einreichen", paper_number="")
        shown = page(on_sqlite.begins().opens("clerk", on_sqlite.office))
    assert "Schon einmal gefragt Zahl, Aufnahme und Besuche , 0118/2025-2030, Stichtag 24. November 2026" in shown
    assert "Bekannt: 4 → 7 ; 0 neu, 0 weggefallen; für jenen Tag später eingetragen: +3" in shown


def test_a_correction_says_what_it_changes_and_the_first_answer_stays_readable(on_sqlite):
    on_sqlite.answers()
    on_sqlite.presses("clerk", "berichtigen")
    assert on_sqlite.writes(text_1="Berichtigt.", danach="mitzeichnung").status_code == 409
    on_sqlite.writes(text_1="Berichtigt.", danach="mitzeichnung", corrects="Eine Zahl war doppelt.")
    on_sqlite.presses("second", "zeichnen")
    on_sqlite.presses("head", "freigeben")

    newest = page(on_sqlite.opens("member", f"{on_sqlite.council}/antwort"))
    assert "Was diese Fassung berichtigt Eine Zahl war doppelt." in newest
    assert "Berichtigt." not in page(on_sqlite.opens("member", f"{on_sqlite.council}/antwort?fassung=1"))
    assert on_sqlite.opens("member", f"{on_sqlite.council}/antwort?fassung=9").status_code == 404


def test_the_page_as_printed_says_that_a_draft_is_a_draft(on_sqlite):
    on_sqlite.files("").begins()
    shown = on_sqlite.opens("clerk", f"{on_sqlite.office}/antwort")

    assert title(shown) == "Beantwortung der Anfrage „Zahl, Aufnahme und Besuche“"
    assert "Entwurf, nicht freigegeben" in page(shown)
    assert "Drucksache noch nicht vergeben" in page(shown)
    assert db.session.scalars(select(Released)).all() == []


def test_the_council_and_the_office_take_the_same_files_over_and_each_fits_its_record(on_sqlite):
    on_sqlite.answers()
    base = f"{on_sqlite.council}/uebergabe"
    waits = "PDF, DOCX und der Datensatz werden gerade erstellt."
    assert waits in page(on_sqlite.opens("member", f"{on_sqlite.council}/antwort"))
    assert on_sqlite.opens("secretary", f"{base}/oparl").status_code == 404
    print_answers()
    assert waits not in page(on_sqlite.opens("member", f"{on_sqlite.council}/antwort"))
    record = json.loads(on_sqlite.opens("secretary", f"{base}/oparl").data)
    assert record["reference"] == "0118/2025-2030"
    for one in (record["mainFile"], *record["auxiliaryFile"]):
        kind = one["fileName"].rpartition(".")[2]
        taken = on_sqlite.opens("secretary", one["accessUrl"].partition("/rat/")[2].join(("/rat/", "")))
        assert sha512(taken.data).hexdigest() == one["sha512Checksum"]
        assert len(taken.data) == one["size"]
        assert on_sqlite.opens("clerk", f"{on_sqlite.office}/uebergabe/{kind}").data == taken.data
    assert sha256(on_sqlite.opens("member", f"{base}/json").data).hexdigest() == frozen(on_sqlite).digest


def test_the_command_writes_the_files_that_are_handed_over(on_sqlite, tmp_path):
    on_sqlite.answers()
    print_answers()
    runner = on_sqlite.app.test_cli_runner()
    done = runner.invoke(report_answer, ["0118/2025-2030", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    base = f"{on_sqlite.council}/uebergabe"
    written = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    stem = "antwort-0118-2025-2030-fassung-1"
    assert set(written) == {f"{stem}.{kind}" for kind in ("pdf", "docx", "csv", "json")} | {f"{stem}-oparl.json"}
    for kind in ("pdf", "docx", "csv", "json"):
        assert on_sqlite.opens("secretary", f"{base}/{kind}").data == written[f"{stem}.{kind}"]
    assert runner.invoke(report_answer, ["0119/2025-2030", str(tmp_path)]).exit_code == 1


def test_before_its_release_nothing_is_handed_over(on_sqlite):
    on_sqlite.files().begins()
    for kind in ("pdf", "docx", "csv", "json", "oparl", "anything"):
        assert on_sqlite.opens("secretary", f"{on_sqlite.council}/uebergabe/{kind}").status_code == 404


def test_a_text_that_comes_back_from_the_house_is_a_version_and_its_numbers_are_flagged(on_sqlite):
    on_sqlite.files().begins().writes(text_3="52 von 70 wurden besucht.")
    on_sqlite.writes(text_3="50 von 70 wurden besucht.", from_house="y")
    shown = page(on_sqlite.opens("clerk", on_sqlite.office))

    assert "In Teil 3 stehen andere Zahlen Nur in Fassung 1: 52. Nur in Fassung 2: 50." in shown
    assert "aus der Mitzeichnung im Haus" in shown
