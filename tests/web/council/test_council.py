"""The council's desk: histories without names, and the state of the log."""

from pathlib import Path

import pytest
from sqlalchemy import event

from admission.ground import clock
from admission.ground.db import db
from admission.log.checkpoint import begin_log, sign_checkpoint, signer
from admission.log.checks import LogCheck, check
from tests.factories import ANSWERS, DAY, account, draft
from tests.office import Office
from tests.web.browser import page, title

NUMBER = "MSO-2026-0001"
PRIVATE = [
    ANSWERS["organisation_name"], "Sieben Laternen", ANSWERS["contact_person"], ANSWERS["purpose"], "Sommerfest",
    ANSWERS["postal_address"], "Es fehlt der Nachweis.", "Aus diesen Gründen.",
]  # fmt: skip


@pytest.fixture
def office(browser):
    with clock.at(DAY):
        yield Office()


@pytest.fixture
def council(browser, office):
    return browser.signs_in(account(None, "council"))


def proposed(office):
    case_id = office.receives()
    office.finds_complete(case_id)
    office.assesses(case_id, K07="not_met")
    office.proposes(case_id, "refuse")
    return case_id


@pytest.mark.parametrize("path", ["/rat", "/rat/vorgaenge", f"/rat/vorgaenge/{NUMBER}"])
def test_nothing_of_the_organisation_and_nothing_written_reaches_the_council(council, office, path):
    proposed(office)

    text = page(council.get(path))

    assert NUMBER in text
    assert [word for word in PRIVATE if word in text] == []


def test_a_history_tells_each_step_with_role_letter_edition_and_entry(council, office):
    office.receives()

    text = page(council.get(f"/rat/vorgaenge/{NUMBER}"))

    assert "2. Der Antrag ist eingegangen. Organisation A. Fassung 2026-1. Eintrag 1" in text
    assert "Sachbearbeitung B. Fassung 2026-1. Eintrag 4" in text


def test_acts_of_a_kind_are_told_once_with_what_each_was_about(council, office):
    proposed(office)

    text = page(council.get(f"/rat/vorgaenge/{NUMBER}"))

    assert text.count("Ein Befund wurde eingetragen.") == 1
    assert "K07 Ihre Tätigkeiten: nicht erfüllt" in text
    assert "Sachbearbeitung B. Fassung 2026-1. 11 Einträge." in text
    assert "1 nicht erfüllt" in text


def test_the_list_is_filtered_by_state_and_quarter_and_says_when_nothing_fits(council, office):
    office.receives()

    assert NUMBER in page(council.get("/rat/vorgaenge?stand=completeness&quartal=2026-4"))
    assert "Zu dieser Auswahl gibt es keinen Vorgang" in page(council.get("/rat/vorgaenge?quartal=2026-3"))
    assert "Zu dieser Auswahl gibt es keinen Vorgang" in page(council.get("/rat/vorgaenge?stand=refused"))


@pytest.mark.parametrize("query", ["vor=%00", "quartal=9999-9", "stand=%27--", "vor=" + "x" * 3000])
def test_a_filter_that_could_not_be_one_is_ignored(council, office, query):
    office.receives()

    assert NUMBER in page(council.get(f"/rat/vorgaenge?{query}"))


def test_the_list_goes_on_by_number(council, office, monkeypatch):
    monkeypatch.setattr("admission.web.council.cases.A_PAGE", 2)
    for name in ("Eins", "Zwei", "Drei"):
        office.submits(draft(office.book, office.applicant, organisation_name=name))

    first = council.get("/rat/vorgaenge").get_data(as_text=True)

    assert "MSO-2026-0003" in first and "MSO-2026-0001" not in first
    assert "/rat/vorgaenge?vor=MSO-2026-0002" in first
    assert NUMBER in page(council.get("/rat/vorgaenge?vor=MSO-2026-0002"))


def test_a_list_takes_the_same_number_of_statements_whatever_its_length(council, office):
    office.submits(draft(office.book, office.applicant, organisation_name="Eins"))
    council.get("/rat/vorgaenge")
    few = statements(council, "/rat/vorgaenge"), statements(council, "/rat")
    for name in ("Zwei", "Drei", "Vier"):
        office.submits(draft(office.book, office.applicant, organisation_name=name))

    assert (statements(council, "/rat/vorgaenge"), statements(council, "/rat")) == few


def statements(browser, path):
    counted = []

    def count(*arguments):
        counted.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", count)
    browser.get(path)
    event.remove(db.engine, "before_cursor_execute", count)
    return len(counted)


def test_a_draft_is_no_case_of_the_council(council, office):
    draft(office.book, office.applicant)

    assert "Noch ist kein Antrag eingegangen" in page(council.get("/rat/vorgaenge"))
    assert title(council.get("/rat/vorgaenge/MSO-2026-0009")) == "Diese Seite finden wir nicht"


def test_the_log_is_not_called_intact_before_it_was_read(council, office):
    office.receives()

    assert "Noch nicht geprüft" in page(council.get("/rat"))
    assert "0 von 5 Einträgen" in page(council.get(f"/rat/vorgaenge/{NUMBER}"))


def test_after_a_reading_the_page_says_how_far_it_went_and_what_it_does_not_show(council, office, browser):
    office.receives()
    signs = signer("demo.test/log1", Path(browser.application.config["LOG_KEY_FILE"]))
    begin_log(db.session(), signs)
    sign_checkpoint(db.session(), signs)
    db.session.commit()
    check(db.session())

    text = page(council.get("/rat"))

    assert "Unversehrt, geprüft am 24. November 2026" in text
    assert "5 Einträge, ohne Lücke. 1 unterschriebene Prüfzahl passt." in text
    assert "demo.test/log1" in text
    assert "Es zeigt nicht, ob das Eingetragene stimmt" in text
    assert "5 von 5 Einträgen" in page(council.get(f"/rat/vorgaenge/{NUMBER}"))


def test_a_fault_is_said_first_and_never_covered(council, office):
    row = LogCheck(checked_at=clock.now(), size=5, root=b"", checkpoints=1, faults=2, places=["entry 3", "entry 4"])
    db.session.add(row)
    db.session.commit()

    text = page(council.get("/rat"))

    assert "2 Stellen passen nicht" in text and "entry 3, entry 4" in text
    assert "Unversehrt" not in text


def test_a_signature_says_that_its_hand_did_none_of_the_work(council, office):
    case_id = office.receives()
    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    office.signs(case_id)

    text = page(council.get(f"/rat/vorgaenge/{NUMBER}"))

    assert text.count("hat hier weder geprüft noch vorgeschlagen") == 1
    assert "Zweite Unterschrift C. Fassung 2026-1. C hat hier weder geprüft noch vorgeschlagen." in text


def test_a_proposal_is_no_second_pair_of_eyes_and_what_is_not_met_is_named(council, office):
    proposed(office)

    text = page(council.get(f"/rat/vorgaenge/{NUMBER}"))

    assert "weder geprüft noch vorgeschlagen" not in text
    assert "Nicht erfüllt oder offen: K07 Ihre Tätigkeiten." in text
