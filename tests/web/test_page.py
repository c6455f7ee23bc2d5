"""Days, numbers, reasons and languages as a reader meets them."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from admission.ground import clock
from admission.ground.errors import Reason
from admission.procedure.deadlines import Calendar
from admission.web import page as pages
from tests.factories import publish
from tests.web.browser import page, title

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import messages

CALENDAR = Calendar(date(2026, 1, 1), date(2027, 12, 31), frozenset({date(2026, 12, 25)}))
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.fixture
def german(browser):
    with browser.application.test_request_context("/"):
        yield


@pytest.fixture
def english(browser):
    with browser.application.test_request_context("/", headers={"Cookie": "sprache=en"}):
        yield


def test_days_in_german(german):
    on = date(2026, 12, 7)

    assert pages.day(on) == "7.\u00a0Dezember 2026"
    assert pages.day_short(on) == "7.\u00a0Dez."
    assert pages.weekday("2026-12-07") == "Montag, 7.\u00a0Dezember 2026"
    assert pages.instant(datetime(2026, 10, 28, 15, 42, tzinfo=UTC)) == "28.\u00a0Oktober 2026, 16:42\u00a0Uhr"
    assert pages.day(None) == ""


def test_days_in_english(english):
    assert pages.day(date(2026, 12, 7)) == "7\u00a0December 2026"
    assert pages.days_left(1) == "1\u00a0working day left"


@pytest.mark.parametrize(
    ("on", "left", "tone"),
    [
        (date(2026, 12, 7), "noch 9\u00a0Arbeitstage", ""),
        (date(2026, 12, 1), "noch 5\u00a0Arbeitstage", "soon"),
        (date(2026, 11, 25), "noch 1\u00a0Arbeitstag", "soon"),
        (date(2026, 11, 24), "heute", "soon"),
        (date(2026, 11, 23), "1\u00a0Arbeitstag darüber", "late"),
    ],
)
def test_a_deadline_names_the_working_days_left(german, on, left, tone):
    with clock.at(NOON):
        due = pages.due(on, CALENDAR)

    assert (due.left, due.tone) == (left, tone)
    assert due.text == f"bis {pages.weekday(on)}"


def test_numbers_stay_whole(german):
    assert pages.number("MSO-2026-0017") == '<bdi class="app-nr">MSO-2026-0017</bdi>'
    assert pages.number("<b>") == '<bdi class="app-nr">&lt;b&gt;</bdi>'
    assert pages.kept("nach § 28 der Verein e. V.") == "nach §\u00a028\u00a0der Verein e.\u00a0V."
    assert pages.fingerprint("564ebb94" + "0" * 52 + "4d15") == "564e bb94 … 4d15"
    assert (pages.size(840_000), pages.size(2_400_000)) == ("840\u00a0KB", "2,4\u00a0MB")


def test_reasons_are_sentences_of_the_edition(browser):
    book = publish()
    reasons = [
        Reason("hearing_is_closed", {"hearing_due_on": date(2026, 12, 8)}),
        Reason("role.missing", {"roles": "caseworker, approver"}),
        Reason("second_person"),
        Reason("never.heard.of"),
    ]
    with browser.application.test_request_context("/"):
        said = pages.sentences(reasons, book)

    assert "8.\u00a0Dezember 2026" in said[0]
    assert said[1] == "Dafür ist eine andere Rolle nötig: Sachbearbeitung oder Zweite Unterschrift."
    assert said[2:] == ["Eine zweite Person muss das bestätigen.", "Das geht zurzeit nicht."]


def test_the_language_is_a_cookie_of_its_own_and_leads_back(browser):
    answer = browser.get("/sprache/en?weiter=/datenschutz")

    assert (answer.status_code, answer.location) == (303, "/datenschutz")
    english = browser.get("/datenschutz")
    assert title(english) == "Data protection"
    assert '<html lang="en">' in english.get_data(as_text=True)
    assert title(browser.get("/sprache/de?weiter=/datenschutz", follow_redirects=True)) == "Datenschutz"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_language_link_leads_nowhere_else(browser, target):
    assert browser.get("/sprache/en", query_string={"weiter": target}).location == "/"


def test_an_unknown_language_stays_german(browser):
    answer = browser.get("/sprache/xx?weiter=/impressum")

    assert "Set-Cookie" not in answer.headers
    assert title(browser.get("/impressum", headers={"Cookie": "sprache=xx"})) == "Impressum"


def test_the_menu_lists_only_what_is_built(browser):
    built = {rule.rule for rule in browser.application.url_map.iter_rules()}
    with browser.application.test_request_context("/impressum"):
        shown = {entry.href for entry in [*pages.current_page().menu, *pages.current_page().duties]}
        current = [entry.href for entry in pages.current_page().duties if entry.current]

    assert shown <= built
    assert current == ["/impressum"]


def test_the_footer_names_the_rulebook_in_force(browser):
    publish()

    assert "Regelwerk 2026-1, gültig seit 1. März 2026" in page(browser.get("/impressum"))


def test_german_has_every_sentence_and_none_in_doubt():
    assert [message.id for message in messages.missing("de")] == []


def test_no_translation_is_left_over():
    assert [message.id for message in messages.superfluous("de")] == []


def test_the_compiled_words_are_those_of_the_sources():
    file = messages.TRANSLATIONS / "de" / "LC_MESSAGES" / "messages.mo"

    assert file.read_bytes() == messages.compiled("de")
