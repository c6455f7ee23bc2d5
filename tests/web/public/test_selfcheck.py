"""The self-check: the edition's questions and rules, nothing stored, nothing believed that the form carries."""

import re
from html import unescape
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from admission.cases import rules
from admission.ground import clock
from admission.ground.db import Base, db
from admission.procedure.evaluator import Verdict
from admission.web.public.result import result
from tests import factories
from tests.web.browser import Browser, page, title

HEADINGS = {
    "Das können Sie tun": "open",
    "Das ist erfüllt": "met",
    "Danach fragt erst der Antrag": "later",
    "Gilt für Sie nicht": "not_applicable",
}
GROUP = {
    "based_in": "meets_here", "meeting_place": "99003", "majority_in": "active", "leadership_is_elected": "yes",
    "form": "group", "group_size": "5", "has_two_contacts": "yes", "group_introduced": "office",
    "assembly_meets": "yes", "rules_for_joining": "yes", "rules_for_leaving": "no", "works_with_minors": "yes",
    "safeguarding": "concept", "no_private_profit": "yes", "charter_accepted": "yes", "cooperates": "yes",
}  # fmt: skip


def carried(answer: Any) -> dict[str, Any]:
    """The hidden inputs of the form, as a browser would send them."""
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text):
        found.setdefault(name, []).append(unescape(value))
    return found


def walks(browser: Browser, answers: dict[str, str]) -> Any:
    """Answer question by question; what is not in `answers` is not known. Returns the page of the result."""
    answer = browser.get("/selbstcheck")
    for _ in range(40):
        form = carried(answer)
        if "frage" not in form:
            return answer
        entered = answers.get(form["frage"][0])
        form |= {"antwort": "", "schritt": "unklar"} if entered is None else {"antwort": entered}
        answer = browser.post("/selbstcheck", data=form)
        assert answer.status_code == 200, page(answer)
    raise AssertionError("the self-check does not end")


def told(answer: Any) -> dict[str, set[str]]:
    """Heading -> codes of the criteria below it."""
    parts = re.split(r"<h2[^>]*>", answer.text)
    found = {}
    for part in parts:
        heading = HEADINGS.get(part.partition("</h2>")[0])
        if heading:
            found[heading] = set(re.findall(r'<span class="app-chip">(K\d\d)</span>', part))
    return found


def rows() -> dict[str, int]:
    """How many rows every table has."""
    db.session.rollback()
    found = {
        name: db.session.scalar(select(func.count()).select_from(table)) for name, table in Base.metadata.tables.items()
    }
    db.session.rollback()
    return found


def test_the_result_says_what_the_rules_say_and_nothing_is_stored(browser):
    book = factories.publish()
    before = rows()
    answer = walks(browser, GROUP)
    values = {
        code: rules.canonical(book.facts[book.question(code)["fact"]], book.question(code)["fact"], raw, clock.today())
        for code, raw in GROUP.items()
    }
    by_rule = {
        criterion["code"]: book.evaluate(criterion["code"], values, clock.today()).verdict
        for criterion in book.criteria
        if criterion.get("judged_by") != "person"
    }

    assert title(answer) == "Ein Punkt ist noch zu klären"
    assert told(answer) == {
        "open": {code for code, verdict in by_rule.items() if verdict is Verdict.NOT_MET},
        "met": {code for code, verdict in by_rule.items() if verdict is Verdict.MET},
        "later": {code for code, verdict in by_rule.items() if verdict is Verdict.UNCLEAR},
    }
    assert (told(answer)["open"], told(answer)["later"]) == ({"K04"}, {"K07"})  # dates are the application's question
    assert rows() == before
    assert "Set-Cookie" not in answer.headers


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_verdict_shown_is_that_of_the_rulebook(sqlite_app, data):
    book = factories.Rulebook(factories.edition_bytes())
    answers: dict[str, Any] = {}
    for question in rules.asked(book, factories.ANSWERS):
        fact = book.facts[question["fact"]]
        offered = {
            "tick": [True, False],
            "choice": list(fact.get("options", ())),
            "count": [0, 2, 3],
            "code": ["99003"],
        }
        if question.get("selfcheck") and fact["type"] in offered:
            value = data.draw(st.sampled_from([None, *offered[fact["type"]]]))
            if value is not None:
                answers[question["code"]] = value
    found = result(book, answers, frozenset(book.facts), clock.today(), "de")

    for finding in [*found.not_met, *found.unclear, *found.later, *found.met, *found.not_applicable]:
        outcome = book.evaluate(finding.code, answers, clock.today())
        assert finding.verdict is outcome.verdict
        assert len(finding.trace) == len(outcome.trace)
    shown = {finding.code for part in (found.open, found.later, found.met, found.not_applicable) for finding in part}
    assert shown | set(found.by_person) == {criterion["code"] for criterion in book.criteria}


def test_what_follows_from_an_answer_is_asked_after_it_and_gone_without_it(browser):
    factories.publish()
    seat = browser.post("/selbstcheck", data={"frage": "based_in", "antwort": "seat_here"})
    assert carried(seat)["frage"] == ["seat_postcode"]
    neither = browser.post("/selbstcheck", data={"frage": "based_in", "antwort": "elsewhere"})
    assert carried(neither)["frage"] == ["majority_in"]


def test_back_asks_the_last_question_again_and_keeps_the_others(browser):
    factories.publish()
    form = {"a.based_in": "seat_here", "a.seat_postcode": "99003", "frage": "majority_in", "schritt": "zurueck"}
    answer = browser.post("/selbstcheck", data=form)

    assert carried(answer) == {"frage": ["seat_postcode"], "a.based_in": ["seat_here"]}


def test_from_the_result_the_last_answer_can_be_changed(browser):
    factories.publish()
    answer = browser.post("/selbstcheck", data=carried(walks(browser, GROUP)) | {"schritt": "zurueck"})

    assert carried(answer)["frage"] == ["cooperates"]


def test_an_empty_answer_is_asked_for_and_everything_else_is_kept(browser):
    factories.publish()
    answer = browser.post("/selbstcheck", data={"a.based_in": "seat_here", "frage": "seat_postcode", "antwort": " "})

    assert answer.status_code == 422
    assert carried(answer) == {"frage": ["seat_postcode"], "a.based_in": ["seat_here"]}
    assert 'href="#antwort"' in answer.text and 'id="antwort-error"' in answer.text
    assert answer.text.index("<title>Fehler:") < answer.text.index("app-errors") < answer.text.index("<h1")


HOSTILE = [
    {"frage": "based_in", "antwort": "nirgendwo"},
    {"frage": "based_in", "antwort": "\u202egnol"},
    {"frage": "based_in", "antwort": "x" * 20_000},
    {"frage": "based_in", "antwort": "\0"},
    {"frage": "organisation_name", "antwort": "Verein"},
    {"frage": "../../etc", "antwort": "x"},
    {"frage": "", "antwort": "x"},
    {},
    {"a.based_in": "\u202e", "frage": "majority_in", "antwort": "board"},
    {"a.based_in": "<script>", "frage": "majority_in", "antwort": "board"},
    {"a.group_size": "-1", "frage": "based_in", "antwort": "elsewhere"},
    {"a.group_size": "9" * 400, "frage": "based_in", "antwort": "elsewhere"},
    {"a.group_size": "²", "frage": "based_in", "antwort": "elsewhere"},
]


@pytest.mark.parametrize("form", HOSTILE)
def test_what_is_no_answer_comes_back_with_a_sentence(browser, form):
    factories.publish()
    answer = browser.post("/selbstcheck", data=form)

    assert answer.status_code == 422
    assert "<script>" not in answer.text and "Traceback" not in answer.text


def test_from_another_site_nothing_is_taken(browser):
    factories.publish()
    answer = browser.post(
        "/selbstcheck", data={"frage": "based_in", "antwort": "elsewhere"}, headers={"Origin": "https://evil.example"}
    )

    assert answer.status_code == 403
