"""One application on its way through the real engine."""

from sqlalchemy import select

from admission.cases.models import Case
from admission.casework import applications
from admission.ground.db import db
from admission.log.models import Entry
from admission.log.verifier import verify
from tests import factories


def test_a_submitted_application_has_its_number_and_the_log_is_sound(app):
    book = factories.publish()
    applicant = factories.account("selin@example.org")
    case_id = factories.draft(book, applicant)
    command = factories.command(case_id)
    case = factories.locked(case_id)
    moved = applications.submit(
        db.session, case, book, "Selin Aydar", by=factories.as_("applicant", applicant, case_id), command=command
    )
    db.session.commit()
    row = db.session.get(Case, case_id)
    assert (moved.state, row.state, row.revision) == ("received", "received", 1)
    assert row.number.startswith("MSO-")
    types = db.session.scalars(select(Entry.type).order_by(Entry.idx)).all()
    assert types == ["draft.opened", "step.submit"]
    assert verify(db.session).faults == ()
