"""A whole case through the office's desk: to the admission, and to a refusal after a hearing."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from admission.cases import rules
from admission.cases.queries import answers
from admission.casework.notices import german_day
from admission.decisions.models import Notice
from admission.ground import clock
from admission.ground.db import db
from admission.log.verifier import verify
from admission.onboarding.models import Task
from tests import factories
from tests.web.browser import Browser, page, title
from tests.web.office.desk import Desk

TWO_DAYS = [{"on": "2026-05-09", "what": "Hafenfest", "where": "here"}]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Whole ways are walked on both databases."""
    app.test_client_class = Browser
    client = app.test_client()
    assert isinstance(client, Browser)
    return Desk(client)


def received(desk, **given):
    """An application that nobody has looked at yet, declared free of conflicts by both."""
    case_id = factories.draft(desk.office.book, desk.office.applicant, **given)
    desk.office.submits(case_id)
    case = desk.case(case_id)
    for person in (desk.clerk, desk.head):
        assert desk.declares(person, case).status_code == 303
    return case


def to_assessment(desk, case):
    assert desk.clerk.fills("/schritte/acknowledge", case, at="").status_code == 303
    case = desk.case(case.id)
    found = {f"{item}__verdict": "there" for item in desk.office.items(case.id)}
    assert desk.clerk.fills("/vollstaendigkeit", case, **found).status_code == 303
    assert desk.clerk.fills("/vollstaendigkeit/bestaetigen", case, at="/vollstaendigkeit").status_code == 303
    return desk.case(case.id)


def assessed(desk, case, **outcomes):
    for code in rules.applicable(desk.office.book, answers(db.session, case.id)):
        outcome = outcomes.get(code, "met")
        reason = "" if outcome == "met" else f"Zu {code} fehlt der Nachweis."
        sent = desk.clerk.fills(f"/pruefung/{code}", case, outcome=outcome, reason=reason)
        assert sent.status_code == 303, page(sent)
    return desk.case(case.id)


def test_admitted_at_the_desk(desk):
    case = assessed(desk, to_assessment(desk, received(desk)))
    shown = desk.clerk.fills("/vorschlag", case, outcome="admit", reasons="Alles liegt vor.", danach="vorschau")
    assert (shown.status_code, desk.case(case.id).state) == (200, "assessment")
    assert "Aufnahme in das Netzwerk: Aufnahme" in page(shown)
    assert desk.clerk.fills("/vorschlag", case, outcome="admit", reasons="Alles liegt vor.").status_code == 303
    case = desk.case(case.id)
    letter = desk.head.opens("/mitzeichnung", case)
    assert "Tarik Sommerfeld, Kommunales Integrationszentrum" in page(letter)
    assert desk.head.fills("/mitzeichnung", case, decision="sign").status_code == 303
    case = desk.case(case.id)
    assert case.state == "admitted"
    assert "Die Organisation ist aufgenommen." in page(desk.clerk.opens("", case))
    assert verify(db.session).faults == ()


def test_refused_at_the_desk_after_a_hearing_by_somebody_else(desk):
    case = received(desk, seat_postcode="12345", activities=TWO_DAYS, portal_consent=False)
    case = assessed(desk, to_assessment(desk, case), K01="not_met", K07="not_met")
    desk.clerk.fills("/vorschlag", case, outcome="refuse", reasons="Zwei Kriterien sind nicht erfüllt.")
    case = desk.case(case.id)
    assert "Zuerst wird die Organisation gehört" in page(desk.head.opens("/mitzeichnung", case))
    assert desk.clerk.fills("/anhoerung/beginnen", case, at="/anhoerung").status_code == 303
    case = desk.case(case.id)
    heard = db.session.scalars(select(Notice).where(Notice.issued_at.is_not(None))).one()
    today = f"{clock.today():%d.%m.%Y}"
    assert case.title in page(desk.clerk.opens("/post"))
    sent = desk.clerk.fills(f"/schreiben/{heard.id}", case, way="office", on=today)
    assert sent.status_code == 303
    assert "Heute geht nichts zur Post." in page(desk.clerk.opens("/post"))
    said = {"K01__says": "Wir suchen Räume.", "K07__says": "Es waren mehr Termine.", "text": ""}
    came = desk.clerk.fills("/anhoerung/stellungnahme", case, at="/anhoerung", channel="phone", on=today, **said)
    assert came.status_code == 303
    answered = {"K01__weighing": "Ein Raum ist nicht belegt.", "K07__weighing": "Genannt wurde einer."}
    weighed = desk.clerk.fills(
        "/anhoerung/wuerdigung", case, at="/anhoerung", outcome="refuse", reasons="Es bleibt dabei.", **answered
    )
    assert weighed.status_code == 303, page(weighed)
    case = desk.case(case.id)
    assert "Es waren mehr Termine." in page(desk.head.opens("/mitzeichnung", case))
    assert desk.head.fills("/mitzeichnung", case, decision="sign").status_code == 303
    assert desk.case(case.id).state == "refused"
    assert verify(db.session).faults == ()


def test_a_supplement_asks_for_everything_at_once(desk):
    case = received(desk)
    desk.clerk.fills("/schritte/acknowledge", case, at="")
    case = desk.case(case.id)
    found = {f"{item}__verdict": "there" for item in desk.office.items(case.id)}
    found |= {"K04__verdict": "missing", "K04__note": "Die Satzung fehlt noch."}
    desk.clerk.fills("/vollstaendigkeit", case, **found)
    shown = desk.clerk.opens("/vollstaendigkeit", case)
    assert "Ihre Regeln : Die Satzung fehlt noch." in page(shown)
    assert "Es fehlt noch etwas. Fehlende Punkte: 1." in page(shown)
    assert desk.clerk.fills("/vollstaendigkeit/nachfordern", case, at="/vollstaendigkeit").status_code == 303
    case = desk.case(case.id)
    assert case.state == "supplement"
    before = page(desk.clerk.opens("", case))
    assert "Frist verlängern jetzt möglich" in before
    assert desk.clerk.fills("/frist", case, at="").status_code == 303
    assert "Die Frist wurde schon einmal verlängert" in page(desk.clerk.opens("", case))


def test_returned_with_a_reason_and_not_without(desk):
    case = assessed(desk, to_assessment(desk, received(desk)))
    desk.clerk.fills("/vorschlag", case, outcome="admit", reasons="Alles liegt vor.")
    case = desk.case(case.id)
    silent = desk.head.fills("/mitzeichnung", case, decision="return")
    assert (silent.status_code, desk.case(case.id).state) == (422, "proposed")
    assert desk.head.fills("/mitzeichnung", case, decision="return", reason="K10 bitte begründen.").status_code == 303
    assert desk.case(case.id).state == "assessment"
    assert "„K10 bitte begründen.“" in page(desk.clerk.opens("", case))


def test_obligations_have_a_text_and_a_day(desk):
    case = assessed(desk, to_assessment(desk, received(desk)), K04="open")
    due = clock.today() + timedelta(days=365)
    entries = {"outcome": "admit_with_obligations", "reasons": "Nur der Austritt fehlt."}
    assert desk.clerk.fills("/vorschlag", case, **entries).status_code == 422
    whole = entries | {"K04__obligation": "Den Austritt regeln.", "K04__due": f"{due:%d.%m.%Y}"}
    assert desk.clerk.fills("/vorschlag", case, **whole).status_code == 303
    assert f"Bis zum {german_day(due)}: Den Austritt regeln." in page(desk.head.opens("/mitzeichnung", case))
    desk.head.fills("/mitzeichnung", desk.case(case.id), decision="sign")
    assert desk.case(case.id).state == "admitted_with_obligations"


def test_tasks_after_an_admission_are_ticked_once(desk):
    case = assessed(desk, to_assessment(desk, received(desk)))
    desk.clerk.fills("/vorschlag", case, outcome="admit", reasons="Alles liegt vor.")
    desk.head.fills("/mitzeichnung", desk.case(case.id), decision="sign")
    case = desk.case(case.id)
    first = db.session.scalars(select(Task).order_by(Task.due_on)).first()
    path = f"/vorgaenge/{case.number}/aufgaben/{first.id}"
    assert desk.clerk.fills(path, at="/aufgaben").status_code == 303
    db.session.rollback()
    done = db.session.get_one(Task, first.id, populate_existing=True)
    assert (done.done_on, done.done_by) == (clock.today(), desk.office.clerk)
    assert title(desk.clerk.opens("/aufgaben")) == "Aufgaben nach Aufnahmen"


def test_what_rests_goes_on(desk):
    case = to_assessment(desk, received(desk))
    silent = desk.clerk.fills("/schritte/rest", case, at="", reason="")
    assert (silent.status_code, "Es fehlt ein Grund." in page(silent)) == (409, True)
    assert desk.clerk.fills("/schritte/rest", case, at="", reason="Das Register ist geschlossen.").status_code == 303
    case = desk.case(case.id)
    assert "Das Verfahren ruht. Zuerst muss es fortgesetzt werden." in page(desk.clerk.opens("", case))
    with clock.at(clock.now() + timedelta(days=2)):
        assert desk.clerk.fills("/schritte/resume", case, at="").status_code == 303
