"""Letters at the office's desk: what goes by post on which day, and how its delivery is recorded."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admission.cases.models import Case, Deadline
from admission.decisions.models import Notice
from admission.ground import clock
from admission.ground.db import db
from tests.web.browser import page

EMPTY = "Heute geht nichts zur Post."


@pytest.fixture
def admitted(desk) -> Case:
    """An admission of an organisation that opens its letters at the desk."""
    case_id = desk.office.receives()
    desk.office.finds_complete(case_id)
    desk.office.assesses(case_id, K04="open")
    due_on = (clock.today() + timedelta(days=365)).isoformat()
    desk.office.proposes(case_id, "admit_with_obligations", [{"criterion": "K04", "text": "Regeln.", "due_on": due_on}])
    desk.office.signs(case_id)
    return desk.case(case_id)


def notice_of(case):
    db.session.rollback()
    return db.session.scalars(select(Notice).where(Notice.case_id == case.id)).one()


def test_a_letter_that_nobody_opens_goes_by_post_after_ten_days(desk, admitted):
    assert EMPTY in page(desk.clerk.opens("/post"))
    with clock.at(clock.now() + timedelta(days=10, minutes=5)):
        shown = page(desk.clerk.opens("/post"))
    assert admitted.number in shown
    assert "nicht rechtzeitig geöffnet" in shown


def test_by_post_it_counts_as_given_four_days_later_and_the_time_to_sue_begins(desk, admitted):
    path = f"/schreiben/{notice_of(admitted).id}"
    shown = page(desk.clerk.opens(path, admitted))
    assert "Tarik Sommerfeld, Kommunales Integrationszentrum" in shown
    today = clock.today()
    assert desk.clerk.fills(path, admitted, way="post", on=today.isoformat()).status_code == 303
    row = notice_of(admitted)
    assert (row.way, row.posted_on, row.given_on) == ("post", today, today + timedelta(days=4))
    remedy = db.session.scalars(
        select(Deadline).where(Deadline.case_id == admitted.id, Deadline.kind == "remedy")
    ).one()
    assert remedy.begun_on == row.given_on


def test_nothing_is_delivered_before_it_was_signed_or_tomorrow(desk, admitted):
    path = f"/schreiben/{notice_of(admitted).id}"
    for days in (-1, 1):
        day = clock.today() + timedelta(days=days)
        answer = desk.clerk.fills(path, admitted, way="post", on=day.isoformat())
        assert answer.status_code == 422
        assert day.isoformat() in answer.get_data(as_text=True)
    assert notice_of(admitted).given_on is None


def test_a_letter_of_another_case_is_not_found(desk, admitted):
    desk.office.applicant = desk.office.head
    other = desk.case(desk.office.receives())
    assert desk.clerk.opens(f"/schreiben/{notice_of(admitted).id}", other).status_code == 404


def test_the_desk_speaks_english_and_the_letter_german(desk, admitted):
    desk.browser.set_cookie(desk.browser.application.config["LANGUAGE_COOKIE_NAME"], "en")
    assert "How it reaches the organisation" in page(desk.clerk.opens(f"/schreiben/{notice_of(admitted).id}", admitted))
    shown = page(desk.clerk.opens(f"/schreiben/{notice_of(admitted).id}", admitted))
    assert "Rechtsbehelfsbelehrung" in shown
    assert "Nothing waits here." in page(desk.clerk.opens())
