"""The card index: it holds what may be shown now, from the same transaction on, and not a word more."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from admission import worker
from admission.cases.models import Case
from admission.casework.move import move
from admission.ground import clock
from admission.ground.db import db, writing
from admission.organisations.actions import found, note_name, rename
from admission.organisations.models import Organisation
from admission.register import actions, cards
from admission.register.card_models import Card, CardChange, CardChoice, CardWord, WordPart
from admission.register.finding import Asked, find
from tests import factories
from tests.office import Office
from tests.web.public import members

FIELDS = {
    "name": "Nähstube Wolkenfaden",
    "districts": "Altstadt",
    "phone": "0221 4710-177",
    "offers": "Nähen; freitags",
}
INDEX = (Card, CardWord, CardChoice, WordPart)


class Hand:
    """Whoever acts for the organisation; each act is a transaction of its own."""

    def __init__(self) -> None:
        self.by = factories.account()

    def withdraws(self, *names: str) -> None:
        self._does(lambda session, row: actions.withdraw_consents(session, row, names, by=self.by, role="applicant"))

    def gives(self, *names: str) -> None:
        for name in names:
            self._does(lambda session, row, n=name: actions.give_consent(session, row, n, by=self.by, role="applicant"))

    def saves(self, name: str, value: str) -> None:
        self._does(lambda session, row: actions.save_field(session, row, name, value))

    def is_renamed(self, name: str) -> None:
        self._does(lambda session, row: rename(session, row, name))
        self.saves("name", name)

    def _does(self, act) -> None:
        writing()
        act(db.session(), db.session.scalars(select(Organisation)).one())
        db.session.commit()


@pytest.fixture
def hand(app) -> Hand:
    """One organisation that shows everything of FIELDS."""
    members.add(app, factories.publish(), FIELDS)
    return Hand()


def size() -> list[int]:
    counted = [db.session.scalar(select(func.count()).select_from(table)) for table in INDEX]
    db.session.rollback()
    return counted


def finds(text: str) -> bool:
    entries = find(db.session(), Asked(text)).entries
    db.session.rollback()
    return bool(entries)


def told() -> list[tuple[str, str]]:
    rows = db.session.execute(select(CardChange.what, CardChange.fields).order_by(CardChange.id)).all()
    db.session.rollback()
    return sorted(tuple(row) for row in rows)


def test_a_withdrawn_field_is_found_no_more_and_its_words_are_gone(hand):
    assert finds("4710") and finds("nähen")
    hand.withdraws("phone", "offers")

    assert not finds("4710") and not finds("naehen") and finds("wolkenfaden")
    assert db.session.scalars(select(WordPart.word).where(WordPart.part == "").order_by(WordPart.word)).all() == [
        "altstadt", "nahstube", "wolkenfaden",
    ]  # fmt: skip
    assert [row.kind for row in db.session.scalars(select(CardChoice))] == ["districts"]


def test_with_the_consent_to_the_name_the_whole_card_goes_and_comes_back(hand):
    before = size()
    hand.withdraws("name")
    assert size() == [0, 0, 0, 0] and not finds("wolkenfaden")

    hand.gives("name")
    assert size() == before and finds("wolkenfaden")


def test_what_was_not_committed_is_not_in_the_index(hand):
    before = size()
    writing()
    actions.withdraw_consents(
        db.session(), db.session.scalars(select(Organisation)).one(), ["name"], by=hand.by, role="applicant"
    )
    db.session.rollback()
    writing()
    db.session.commit()

    assert size() == before


def test_with_its_membership_an_organisation_comes_into_the_index_and_goes_with_it(app):
    office = Office()
    case_id = office.receives(organisation_name=FIELDS["name"])
    hand = Hand()
    hand.saves("name", FIELDS["name"])
    hand.gives("name")
    assert size() == [0, 0, 0, 0]

    office.finds_complete(case_id)
    office.assesses(case_id)
    office.proposes(case_id, "admit")
    office.signs(case_id)
    assert finds("wolkenfaden") and size()[0] == 1

    membership = db.session.scalars(select(Case.id).where(Case.kind == "membership")).one()
    command = factories.command(membership)
    factories.locked(membership)
    by = factories.as_("applicant", office.applicant, membership)
    move(db.session, membership, "resign", by=by, command=command)
    db.session.commit()
    assert size() == [0, 0, 0, 0]


def test_a_name_that_everybody_read_goes_on_finding_its_organisation(hand):
    hand.is_renamed("Werkstatt Abendstern")
    assert finds("abendstern") and finds("wolkenfaden")

    hand.withdraws("name")
    with clock.at(datetime.now(UTC) + timedelta(minutes=1)):
        hand.gives("name")
    assert finds("abendstern") and not finds("wolkenfaden")  # nobody agreed to that name being known again


def test_a_name_that_only_the_office_knows_finds_nothing(hand):
    hand._does(lambda session, row: note_name(session, row, "Geheimer Faden", "also"))

    assert not finds("geheimer")


def test_what_everybody_saw_change_is_kept_without_values(hand):
    hand.saves("phone", "0221 4710-178")
    hand.saves("contact", "Nur für das Büro")  # nobody agreed to show it
    hand.withdraws("offers")
    assert told() == [("appeared", ""), ("changed", "offers"), ("changed", "phone")]

    hand.withdraws("name")
    assert told() == [("left", "")]


def test_the_worker_writes_cards_that_are_missing_and_takes_out_those_that_should_be_gone(hand):
    before = size()
    writing()
    for table in INDEX:
        db.session.execute(delete(table))
    stranger = found(db.session(), "Fremde Karte").id
    db.session.add(Card(organisation_id=stranger, slug="fremde-karte", made_at=clock.now()))
    db.session.commit()
    worker.mend_cards()

    assert size() == before and finds("wolkenfaden")
    assert db.session.scalars(select(Card.slug)).all() == ["naehstube-wolkenfaden"]


def test_the_index_can_be_made_anew(hand):
    before = size()
    writing()
    for table in INDEX:
        db.session.execute(delete(table))
    db.session.commit()
    writing()
    cards.rebuild(db.session())

    assert size() == before and finds("wolkenfaden")
