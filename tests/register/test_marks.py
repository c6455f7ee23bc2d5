"""Marks of the office: counted apart, and what is protected is shown to nobody, on both databases."""

from datetime import timedelta

from admission.ground import clock
from admission.ground.db import db, writing
from admission.organisations import actions as organisations
from admission.organisations.models import Organisation
from admission.register.actions import give_consent, mark
from admission.register.counting import tally
from admission.register.events import note
from admission.register.queries import consents_held, flags
from tests.factories import DAY, account
from tests.register.recount import recount
from tests.register.test_counting import RULES, groups


def noted(by):
    row = organisations.found(db.session(), "Chor Kieselstein")
    note(db.session(), row, "known", clock.today(), "list", by=by, role="caseworker")
    return row.id


def test_a_hosted_group_counts_with_the_others_and_is_named(app):
    with clock.at(DAY):
        writing()
        by = account(None, "caseworker")
        key = noted(by)
        db.session.commit()
    with clock.at(DAY + timedelta(days=2)):
        writing()
        for _twice in range(2):
            mark(db.session(), db.session.get_one(Organisation, key), "hosted", True, by=by, role="caseworker")
        db.session.commit()
        counted = tally(db.session(), RULES, clock.today())
        before = tally(db.session(), RULES, clock.today() - timedelta(days=1))

        assert (counted.size("known"), counted.size("hosted"), before.size("hosted")) == (1, 1, 0)
        assert groups(counted) == recount(clock.today())


def test_what_is_protected_is_open_to_nobody_and_stays_so(app):
    with clock.at(DAY):
        writing()
        by = account(None, "caseworker")
        row = db.session.get_one(Organisation, noted(by))
        for purpose in ("public", "network", "council"):
            give_consent(db.session(), row, "name", by=by, role="applicant", purpose=purpose)
        mark(db.session(), row, "protected", True, by=by, role="caseworker")
        key = row.id
        db.session.commit()

        assert consents_held(db.session(), key) == {} and flags(db.session(), key) == {"protected"}
        writing()
        row = db.session.get_one(Organisation, key)
        assert give_consent(db.session(), row, "name", by=by, role="applicant") is False
        mark(db.session(), row, "protected", False, by=by, role="caseworker")
        assert give_consent(db.session(), row, "name", by=by, role="applicant") is True
        db.session.commit()
        assert flags(db.session(), key) == set()
