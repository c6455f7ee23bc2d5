"""Several requests in one moment, as browsers send them: one is done, and no other ends in an error of ours."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from admission.cases.models import Case
from admission.casework import applications
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import Refused
from admission.log.verifier import verify
from tests import factories, installation
from tests.web.browser import Browser

TOGETHER = 4


@pytest.fixture
def app(address: str, tmp_path) -> Iterator[Flask]:
    made = installation.application(address, tmp_path, PROPAGATE_EXCEPTIONS=False)
    made.test_client_class = Browser
    with made.app_context():
        yield made
    installation.close(made)


def at_once(app: Flask, person: UUID, *sent: tuple[str, dict[str, str]]) -> Counter[int]:
    """Each of these forms by a browser of its own, all at the same moment; status -> how often."""
    barrier = Barrier(len(sent))

    def sends(path: str, entries: dict[str, str]) -> Callable[[], int]:
        browser = app.test_client().signs_in(person)

        def send() -> int:
            with app.app_context(), clock.at(factories.DAY):
                barrier.wait(30)
                try:
                    return browser.sends(path, entries).status_code
                finally:
                    db.session.remove()

        return send

    with clock.at(factories.DAY):
        deeds = [sends(*one) for one in sent]
    db.session.remove()
    with ThreadPoolExecutor(len(deeds)) as pool:
        return Counter(future.result() for future in [pool.submit(deed) for deed in deeds])


def form() -> dict[str, str]:
    return {"command": str(uuid4()), "seen": "0"}


def test_one_organisation_has_one_application_however_many_drafts_are_sent(app):
    with clock.at(factories.DAY):
        book, person = factories.publish(), factories.account(None, "applicant")
        drafts = [factories.draft(book, person) for _ in range(3)]
    entries = {"name": "Selin Aydar", "edition": book.digest}
    found = at_once(app, person, *((f"/antrag/entwurf/{draft}/pruefen", form() | entries) for draft in drafts))
    assert found[303] >= 1 and set(found) <= {303, 409}
    open_ = select(Case.organisation_id).where(Case.number.is_not(None), Case.ended_at.is_(None))
    organisations = db.session.scalars(open_).all()
    assert len(organisations) == len(set(organisations)) == found[303]
    assert verify(db.session).sound


def test_one_form_for_several_cases_is_carried_out_on_one_of_them(app):
    with clock.at(factories.DAY):
        book, person = factories.publish(), factories.account(None, "applicant")
        drafts = [factories.draft(book, person, organisation_name=f"Verein {n}") for n in range(3)]
    same = form()
    found = at_once(app, person, *((f"/antrag/entwurf/{draft}/loeschen", same) for draft in drafts))
    assert found == {303: 1, 409: 2}
    assert db.session.scalar(select(func.count()).where(Case.state == "withdrawn")) == 1
    assert verify(db.session).sound


def test_one_click_sent_several_times_begins_one_draft(app):
    with clock.at(factories.DAY):
        factories.publish()
        person = factories.account(None, "applicant")
    found = at_once(app, person, *([("/antrag/datenschutz", {})] * TOGETHER))
    assert found == {303: TOGETHER}
    assert db.session.scalar(select(func.count()).where(Case.state == "draft")) == 1
    assert verify(db.session).sound


def test_no_moment_is_short_enough_for_a_fourth_draft(app):
    with clock.at(factories.DAY):
        book, person = factories.publish(), factories.account(None, "applicant")
        factories.draft(book, person)
        factories.draft(book, person)
    barrier = Barrier(TOGETHER)

    def begins(_number: int) -> str:
        with app.app_context(), clock.at(factories.DAY):
            barrier.wait(30)
            writing()
            try:
                applications.open_draft(db.session(), book, person)
                db.session.commit()
                return "begun"
            except Refused as refused:
                return refused.reasons[0].code
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(TOGETHER) as pool:
        assert Counter(pool.map(begins, range(TOGETHER))) == {"begun": 1, "draft.too_many": TOGETHER - 1}
