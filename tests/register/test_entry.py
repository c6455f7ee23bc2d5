"""Changes of an entry and consents for a purpose, on both databases."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.errors import Refused
from admission.log.models import Entry
from admission.log.verifier import verify
from admission.organisations import actions as organisations
from admission.organisations.models import Organisation, OrganisationName
from admission.register import entry
from admission.register.actions import give_consent, withdraw_consents
from admission.register.queries import changes, consents_held, fields, public_changes
from admission.register.rules import FIELDS
from admission.rulebook.aloud import ENTRY
from tests.factories import account

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


@pytest.fixture
def chor(app) -> Organisation:
    """An organisation that somebody speaks for."""
    with clock.at(NOON):
        writing()
        app.selin, app.clerk = account(None, "applicant"), account(None, "caseworker")
        row = organisations.found(db.session(), "Chor Kieselstein")
        db.session.commit()
        yield row


def says(app, row: Organisation, name: str, value: str, checks=("name",)) -> bool:
    writing()
    row = db.session.get_one(Organisation, row.id)
    held = entry.change(db.session(), row, name, value, by=app.selin, role="applicant", checks=checks)
    db.session.commit()
    return held


def decides(app, reason: str = "") -> None:
    writing()
    (waits,) = entry.waiting(db.session())
    if reason:
        entry.decline(db.session(), waits, reason, by=app.clerk, role="caseworker")
    else:
        entry.accept(db.session(), waits, by=app.clerk, role="caseworker")
    db.session.commit()


def test_a_change_that_is_looked_at_holds_once_it_is_accepted(app, chor):
    assert says(app, chor, "hours", "montags") is True
    assert says(app, chor, "name", "Chor Feuerstein") is False
    assert fields(db.session(), chor.id) == {"hours": "montags"}

    decides(app)

    assert fields(db.session(), chor.id) == {"hours": "montags", "name": "Chor Feuerstein"}
    assert db.session.get_one(Organisation, chor.id).name == "Chor Feuerstein"
    former = db.session.scalars(select(OrganisationName)).one()
    assert (former.name, former.kind) == ("Chor Kieselstein", "former")
    assert [(row.field, row.by) for row in changes(db.session(), chor.id)] == [
        ("name", "organisation"), ("hours", "organisation"),
    ]  # fmt: skip
    assert entry.checks_of(db.session(), chor.id) == {}


def test_a_declined_change_leaves_the_entry_and_its_reason_to_the_organisation_alone(app, chor):
    says(app, chor, "name", "Chor Feuerstein")

    decides(app, reason="Der Name steht so nicht in der Satzung.")

    assert fields(db.session(), chor.id) == {}
    declined = entry.checks_of(db.session(), chor.id)["name"]
    assert (declined.verdict, declined.reason, declined.value) == (
        "declined", "Der Name steht so nicht in der Satzung.", None,
    )  # fmt: skip
    body = db.session.scalars(select(Entry.body).where(Entry.type == "organisation.declined")).one()
    assert json.loads(body)["data"]["field"] == "name"
    assert "Satzung" not in str(body) and "Feuerstein" not in str(body)
    with pytest.raises(Refused):
        entry.accept(db.session(), declined, by=app.clerk, role="caseworker")
    db.session.rollback()


def test_what_is_said_later_takes_the_place_of_what_waits(app, chor):
    says(app, chor, "name", "Chor Feuerstein")
    says(app, chor, "name", "Chor Bachkiesel")
    assert [row.value for row in entry.waiting(db.session())] == ["Chor Bachkiesel"]

    assert says(app, chor, "name", "Chor Kieselstein") is True  # so it is called already

    assert entry.waiting(db.session()) == []


def test_what_is_taken_out_is_open_to_nobody_at_once_though_changes_are_looked_at(app, chor):
    says(app, chor, "phone", "0221 10000")
    writing()
    row = db.session.get_one(Organisation, chor.id)
    for purpose in ("public", "network", "council"):
        give_consent(db.session(), row, "phone", by=app.selin, role="applicant", purpose=purpose)
    db.session.commit()

    assert says(app, chor, "phone", "", checks=FIELDS) is True

    assert fields(db.session(), chor.id) == {} and consents_held(db.session(), chor.id) == {}
    told = select(Entry.body).where(Entry.type == "consent.withdrawn").order_by(Entry.idx)
    assert [json.loads(body)["data"]["purpose"] for body in db.session.scalars(told)] == [
        "council",
        "network",
        "public",
    ]
    assert verify(db.session).faults == ()


def test_a_consent_is_withdrawn_for_one_purpose_and_holds_for_the_other(app, chor):
    says(app, chor, "phone", "0221 10000")
    writing()
    row = db.session.get_one(Organisation, chor.id)
    for purpose in ("public", "network"):
        assert give_consent(db.session(), row, "phone", by=app.selin, role="applicant", purpose=purpose) is True
        assert give_consent(db.session(), row, "phone", by=app.selin, role="applicant", purpose=purpose) is False

    gone = withdraw_consents(db.session(), row, ["phone"], by=app.selin, role="applicant", purposes=["public"])
    db.session.commit()

    assert gone == ["phone"]
    assert set(consents_held(db.session(), chor.id)) == {("phone", "network")}


def test_others_read_of_a_change_only_while_they_read_the_field(app, chor):
    says(app, chor, "phone", "0221 10000")
    with clock.at(NOON + timedelta(minutes=1)):
        writing()
        give_consent(db.session(), db.session.get_one(Organisation, chor.id), "phone", by=app.selin, role="applicant")
        db.session.commit()
    assert public_changes(db.session(), chor.slug) == []
    with clock.at(NOON + timedelta(minutes=2)):
        says(app, chor, "phone", "0221 20000")
        says(app, chor, "hours", "montags")
    assert [row.field for row in public_changes(db.session(), chor.slug)] == ["phone"]

    writing()
    row = db.session.get_one(Organisation, chor.id)
    withdraw_consents(db.session(), row, ["phone"], by=app.selin, role="applicant")
    db.session.commit()

    assert public_changes(db.session(), chor.slug) == []


def test_the_edition_can_name_every_field_and_no_other():
    schema = json.loads((ROOT / "admission" / "rulebook" / "schema.json").read_text(encoding="utf-8"))
    named = schema["properties"]["register"]["properties"]["entry"]["properties"]["check"]["items"]["enum"]

    assert tuple(named) == FIELDS == tuple(ENTRY)
