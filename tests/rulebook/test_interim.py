"""Until the council has resolved, the register's part of an edition holds alone: nothing of an admission can begin."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from admission.cases.models import Case
from admission.casework import applications
from admission.casework.facts import SYSTEM_ACTOR
from admission.casework.move import begin
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import Reason, Refused
from admission.ground.ids import new_id
from admission.log.append import write
from admission.log.entry import Draft
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.rulebook import publish, queries
from admission.rulebook.edition import Rulebook
from admission.rulebook.models import Edition
from tests.factories import DAY, account, edition_bytes

PROPOSAL = Rulebook(edition_bytes())
BIRTHS = [(kind, state) for kind in PROPOSAL.kinds for state in PROPOSAL.procedure(kind).begins_in]


@pytest.fixture(autouse=True)
def the_day(app):
    queries.forget()
    with clock.at(DAY):
        yield
    queries.forget()


@pytest.fixture
def book(app):
    """The proposal, loaded, its register's part set provisionally by one person."""
    loaded(edition_bytes())
    provisional(PROPOSAL.digest)
    return queries.rulebook(PROPOSAL.digest)


def loaded(body):
    made = Rulebook(body)
    writing()
    db.session.add(Edition(digest=made.digest, name=made.name, body=body.decode(), loaded_at=clock.now()))
    db.session.commit()
    return made


def provisional(digest, by=None):
    by = by or account(None, "admin")
    writing()
    publish.set_provisionally(digest, by=by, role="admin")
    db.session.commit()
    return by


def resolved(digest, day=None):
    first, second = account(None, "admin"), account(None, "admin")
    writing()
    made = publish.propose(digest, in_force_from=day or clock.today(), resolution="0087/2025-2030", by=first)
    db.session.commit()
    writing()
    publish.confirm(made.id, by=second, role="admin")
    db.session.commit()


def refusal(call, *args, **kwargs):
    writing()
    with pytest.raises(Refused) as error:
        call(*args, **kwargs)
    db.session.rollback()
    return error.value.reasons


def test_one_person_sets_it_and_the_log_says_who_and_which_part(book):
    now = queries.in_force(clock.today())
    newest = json.loads(db.session.scalars(select(Entry.body).order_by(Entry.idx.desc())).first())

    assert (now.rulebook, now.is_interim, now.takes_applications) == (book, True, False)
    assert (newest["type"], newest["role"], newest["edition"]) == ("edition.set_provisionally", "admin", book.digest)
    assert newest["data"] == {"name": "2026-1", "in_force_from": "2026-11-24", "part": "register"}
    assert verify(db.session).faults == ()


def test_its_sets_count_and_its_aims_hold(book):
    assert queries.in_force(clock.today()).rulebook.register["confirmation"]["every_months"] == 12
    assert queries.in_force(clock.today() - timedelta(days=1)) is None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    birth=st.sampled_from(BIRTHS), days=st.integers(0, 900), way=st.sampled_from(["engine", "draft", "past all code"])
)
def test_nothing_of_any_procedure_begins_under_it(book, birth, days, way):
    kind, state = birth
    person = account(None, "applicant")
    with clock.at(DAY + timedelta(days=days)):
        if way == "engine":
            assert refusal(begin, db.session(), kind, state, book=book, by=SYSTEM_ACTOR) == (Reason("edition.interim"),)
        elif way == "draft":
            assert refusal(applications.open_draft, db.session(), book, person) == (Reason("edition.interim"),)
        else:
            _bears(book, kind, state)
    assert db.session.scalars(select(Case.id)).all() == []


def _bears(book, kind, state):
    """Whoever goes past the code is stopped by the database itself."""
    writing()
    case = uuid4()
    draft = Draft("draft.opened", "system", "system", case=case, kind=kind, edition=book.digest, facts={})
    draft.revision, draft.to = 0, state
    write(db.session(), [draft.seal()])
    row = {"id": case, "kind": kind, "edition": book.digest, "state": state, "revision": 0, "opened_at": clock.now()}
    with pytest.raises(DBAPIError, match="an interim edition begins no case"):
        db.session.execute(insert(Case), [{**row, "state_since": clock.today()}])
    db.session.rollback()


def test_an_edition_without_any_procedure_may_be_set_provisionally(app):
    compiled = json.loads(edition_bytes())
    compiled["procedures"], compiled["guards"] = {}, {}
    bare = loaded(json.dumps(compiled, ensure_ascii=False).encode())
    provisional(bare.digest)

    assert queries.in_force(clock.today()).rulebook == bare
    assert not queries.in_force(clock.today()).takes_applications


def test_the_resolved_edition_replaces_it_on_the_same_day_and_then_admissions_begin(book):
    resolved(book.digest)
    now = queries.in_force(clock.today())

    assert (now.is_interim, now.takes_applications, now.publication.resolution) == (False, True, "0087/2025-2030")
    writing()
    applications.open_draft(db.session(), book, account(None, "applicant"))
    db.session.commit()


def test_a_resolution_that_was_confirmed_late_still_goes_before_it(app):
    loaded(edition_bytes())
    first, second = account(None, "admin"), account(None, "admin")
    writing()
    made = publish.propose(PROPOSAL.digest, in_force_from=clock.today(), resolution="0087/2025-2030", by=first)
    db.session.commit()
    with clock.at(DAY + timedelta(days=3)):
        provisional(PROPOSAL.digest)
        writing()
        publish.confirm(made.id, by=second, role="admin")
        db.session.commit()
        assert not queries.in_force(clock.today()).is_interim


def test_a_coming_resolution_leaves_it_in_force_until_its_day(book):
    resolved(book.digest, clock.today() + timedelta(days=7))

    assert queries.in_force(clock.today()).is_interim
    assert refusal(applications.open_draft, db.session(), book, account(None, "applicant")) == (
        Reason("edition.interim"),
    )
    assert not queries.in_force(clock.today() + timedelta(days=7)).is_interim


def test_once_resolved_nothing_is_set_provisionally_any_more(book):
    assert refusal(publish.set_provisionally, book.digest, by=new_id(), role="admin") == (Reason("publication.exists"),)
    resolved(book.digest, clock.today() + timedelta(days=7))
    assert refusal(publish.set_provisionally, book.digest, by=new_id(), role="admin") == (
        Reason("publication.is_resolved"),
    )
