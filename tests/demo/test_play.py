"""The fictional city goes through the real engine."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from admission.cases.models import Case, Deadline
from admission.cases.queries import answers
from admission.casework.likeness import likeness
from admission.casework.replay import replay
from admission.demo import pages, play
from admission.ground import clock
from admission.ground.db import db
from admission.log.checkpoint import keys, latest
from admission.log.models import Checkpoint, Entry
from admission.log.verifier import verify
from admission.register.counting import tally
from admission.register.sets import rules_of
from admission.rulebook import queries as rulebooks
from admission.rulebook.queries import in_force
from tests.web.browser import Browser

STATES = {
    "draft", "received", "completeness", "supplement", "assessment", "proposed", "hearing", "weighed",
    "admitted", "admitted_with_obligations", "admitted_as_guest", "refused", "withdrawn", "closed",
}  # fmt: skip

FIGURES = {
    "known": 70, "verified_active": 59, "reachable": 52, "member": 38, "guest": 4, "published": 23, "taken_over": 29,
    "kept_as_network": 2, "umbrella": 0, "hosted": 0, "protected": 0,
}  # fmt: skip


def test_it_shows_every_state_and_its_log_is_sound_and_replays(city):
    states = set(db.session.scalars(select(Case.state).where(Case.kind == "admission")))
    judged, differences = replay(db.session())
    result = verify(db.session())

    assert states == STATES
    assert result.faults == ()
    assert result.size == latest(db.session()).size
    assert differences == [] and judged >= 90
    assert keys(db.session())[0].origin.startswith("demo.")


def test_every_case_says_when_the_next_of_its_deadlines_is_due(city):
    counted = Deadline.state.in_(("running", "passed"))
    query = select(Deadline.case_id, func.min(Deadline.due_on)).where(counted).group_by(Deadline.case_id)
    due = {case_id: due_on for case_id, due_on in db.session.execute(query)}

    said = {case_id: due_on for case_id, due_on in db.session.execute(select(Case.id, Case.due_on))}

    assert len(due) > 8 and len(set(due.values())) > 8
    assert said == {case_id: due.get(case_id, date.max) for case_id in said}


def test_order_and_days_of_the_log_agree(city):
    instants = [body.partition('"at":"')[2][:20] for body in db.session.scalars(select(Entry.body).order_by(Entry.idx))]

    assert instants == sorted(instants)
    assert instants[0][:10] < (clock.today() - timedelta(days=400)).isoformat()


def test_25_organisations_have_applied_two_more_have_a_draft_and_the_log_was_signed_each_day(city):
    applied = db.session.scalars(select(Case.title).where(Case.kind == "admission", Case.number.is_not(None))).all()
    drafts = db.session.scalars(select(Case.title).where(Case.state == "draft")).all()

    assert len(set(applied)) == 25 and len(applied) == 28, "three of them applied again"
    assert sorted(drafts) == ["Lesekreis Tintenfisch", "Sprachbrücke Kiesel"]
    assert db.session.scalar(select(func.count()).select_from(Checkpoint)) > 50
    assert in_force(clock.today()) is not None


def test_the_closure_waits_out_a_christmas_and_nothing_lies_in_the_future(sqlite_app: Flask):
    loaded_at = datetime(2027, 1, 6, 0, 30, tzinfo=clock.BERLIN)  # a period of December ended on the 4th, at last
    rulebooks.forget()
    with clock.at(loaded_at):
        play.load()

    assert set(db.session.scalars(select(Case.state).where(Case.kind == "admission"))) == STATES
    assert sizes(loaded_at.date()) == FIGURES, "the figures are the same whatever the day"
    instants = [body.partition('"at":"')[2][:20] for body in db.session.scalars(select(Entry.body))]
    assert max(instants) == f"{loaded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "deadlines of this morning have passed"


def test_it_is_never_played_twice(city):
    with pytest.raises(play.NotEmpty):
        play.load()


def test_the_hard_cases_are_named_on_the_demos_page_and_are_there_to_be_found(city):
    shown = {name: case_of(name) for name, _says in pages.HARD}
    ended = {"Postmigrantische Werkstatt Querfunk", "Bündnis Bunte Segel e. V.", "Brückenchor Seegras"}

    assert {name for name, case in shown.items() if case.state == "admitted"} == ended
    assert answer(shown["Postmigrantische Werkstatt Querfunk"], "form") == "group"
    assert answer(shown["Bündnis Bunte Segel e. V."], "field") == "umbrella"
    assert answer(shown["Brückenchor Seegras"], "based_in") == "elsewhere"
    assert shown["Nachbarschaftskreis Weidenkorb"].state == "admitted_with_obligations"
    assert shown["Bürgerforum Morgenröte e. V."].state == "proposed"
    (before,) = likeness(db.session(), shown["Papierboot Musterfeld e. V."])
    assert (before.title, before.state, before.person) == ("Freundeskreis Papierboot e. V.", "refused", True)


def test_its_first_page_leads_to_the_hard_cases_and_signs_in_with_one_click(city):
    browser = Browser(city)
    shown = browser.get("/demo").get_data(as_text=True)

    for name, _says in pages.HARD:
        assert f"/buero/vorgaenge/{case_of(name).number}" in shown
    clerk = re.search(r'name="konto" value="([^"]+)">(?:(?!</form>).)*Jorinde Falk', shown, re.S)
    entered = browser.post("/demo/anmelden", data={"konto": clerk[1]})
    assert (entered.status_code, entered.location) == (303, "/buero")
    assert browser.get("/demo/post").status_code == 200


def sizes(day):
    """Set -> how many belong to it on a day."""
    rules = rules_of(in_force(day).rulebook.register)
    counted = tally(db.session(), rules, day)
    return {rule.name: counted.size(rule.name) for rule in rules}


def case_of(title):
    return db.session.scalars(select(Case).where(Case.title == title, Case.number.is_not(None))).one()


def answer(case, code):
    return answers(db.session(), case.id)[code]
