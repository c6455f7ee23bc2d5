"""Who has a case on the desk, when somebody leaves the office in the same moment."""

from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from admission.cases.models import Case
from admission.casework import claims
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import NotAllowed
from admission.people.models import Account, RoleGrant
from admission.people.roles import Role
from tests import factories
from tests.casework.test_rivals import ready, together, until_somebody_waits
from tests.casework.way import Way


@pytest.fixture
def way(app) -> Way:
    found = ready(app)
    factories.account(None, "admin")
    return found


def anna_claims(way: Way) -> None:
    command, case = way.command(), way.locked()
    claims.claim(db.session(), case, by=way.by("anna"), command=command)


def anna_leaves(way: Way) -> list[Any]:
    writing()
    given_back = claims.deactivate(db.session(), way.people["anna"], by=None)
    db.session.commit()
    return given_back


def test_what_somebody_claimed_goes_back_when_she_leaves(way):
    anna_claims(way)
    db.session.commit()
    assert way.case.assigned_to == way.people["anna"]

    assert anna_leaves(way) == [way.id]
    assert way.case.assigned_to is None


def test_it_goes_back_when_she_loses_the_role(way):
    anna_claims(way)
    db.session.commit()

    writing()
    claims.withdraw_role(db.session(), way.people["anna"], Role.CASEWORKER, by=None)
    db.session.commit()
    assert way.case.assigned_to is None


def test_a_claim_that_commits_while_the_account_is_being_closed_goes_back_too(app, way):
    """The closing has found no claims and waits for the account, which the claim holds."""
    claimed = Event()

    def work(at: int) -> Any:
        if at == 0:
            anna_claims(way)
            claimed.set()
            until_somebody_waits(app)
            db.session.commit()
            return None
        claimed.wait(10)
        return anna_leaves(way)

    assert together(app, 2, work) == [None, [way.id]]
    assert way.case.assigned_to is None
    assert db.session.get_one(Account, way.people["anna"]).deactivated_at is not None


def test_a_claim_that_comes_after_the_closing_is_turned_away(app, way):
    """The claim was let in while the account was open, and stands before the case while it is closed."""
    admitted, closed = Event(), Event()

    def work(at: int) -> Any:
        if at == 1:
            admitted.wait(10)
            anna_leaves(way)
            closed.set()
            return None
        command = way.command()
        admitted.set()
        closed.wait(10)
        case = way.locked()
        return claims.claim(db.session(), case, by=way.by("anna"), command=command)

    turned_away, _ = together(app, 2, work)
    assert isinstance(turned_away, NotAllowed)
    assert way.case.assigned_to is None


def test_whoever_lost_the_role_claims_nothing(way):
    writing()
    db.session.execute(
        RoleGrant.__table__.update().where(RoleGrant.account_id == way.people["anna"]).values(until_at=clock.now())
    )
    db.session.commit()

    with pytest.raises(NotAllowed):
        anna_claims(way)
    db.session.rollback()
    assert db.session.scalars(select(Case.assigned_to).where(Case.id == way.id)).one() is None
