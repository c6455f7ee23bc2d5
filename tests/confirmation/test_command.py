"""`flask register confirm`: the round that the office's page starts, said in lines."""

import pytest
from sqlalchemy import select

from admission.cli import register
from admission.confirmation.models import Asked, Round
from admission.ground import clock
from admission.ground.db import db
from admission.people.models import Account
from tests.confirmation.asking import Round_
from tests.factories import account


@pytest.fixture
def town(sqlite_app):
    made = Round_()
    made.knows("Lichthof", ("mail", "kontakt@lichthof.example", None, "public"))
    made.knows("Segelschule", ("phone", "0221 4710-111", None, None))
    made.knows("Tintenfass")
    return made


@pytest.fixture
def asks(sqlite_app, town):
    """Run the command in the name of the clerk; gives back what it printed."""
    address = db.session.scalars(select(Account.address).where(Account.id == town.clerk)).one()

    def run(*more: str, by: str = address):
        done = sqlite_app.test_cli_runner().invoke(register, ["confirm", "--by", by, *more])
        db.session.rollback()
        return done

    return run


def test_it_says_who_would_be_asked_and_how_and_asks_nobody(asks):
    done = asks()

    assert done.exit_code == 0, done.output
    assert "lichthof: per E-Mail" in done.output
    assert "tintenfass: gar nicht (no_contact)" in done.output
    assert "per E-Mail 1, per Brief 0, nur telefonisch 1, gar nicht 1." in done.output
    assert db.session.scalars(select(Round)).all() == []


def test_the_rest_waits_for_the_trial_here_too(asks, town):
    assert asks("--rest").exit_code == 1
    assert asks("--trial", "lichthof").exit_code == 0

    refused = asks("--rest")
    assert refused.exit_code == 1 and "Die Probe ist noch nicht zurück" in refused.output
    (row,) = db.session.scalars(select(Asked)).all()
    town.confirms(row.organisation_id, clock.today())
    town.works()

    assert "2 weitere gefragt" in asks("--rest").output
    assert len(db.session.scalars(select(Asked)).all()) == 3


def test_only_somebody_of_the_office_asks_and_only_whom_it_knows(asks):
    stranger = account(None, "applicant")
    address = db.session.scalars(select(Account.address).where(Account.id == stranger)).one()

    assert "gehört niemandem aus dem Büro" in asks("--trial", "lichthof", by=address).output
    assert "ist keine Organisation" in asks("--trial", "nachtzug").output
