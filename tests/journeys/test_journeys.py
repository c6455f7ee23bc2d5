"""Five ways through the whole house, each walked by people in browsers: on a phone or at a desk, in German or English,
with script or without, in light or dark.

Every way is walked in one manner, and every manner occurs; with PROOF=1 every way is walked in all of them.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from admission.cases.models import Case
from admission.demo import roster
from admission.demo.stories import Story, activities, answers_of
from admission.ground import clock
from admission.ground.db import db
from admission.log.verifier import verify
from admission.rulebook.queries import rulebook
from tests.journeys.conftest import City
from tests.journeys.people import Applicant, Person, Staff
from tests.journeys.visitor import MANNERS, Manner

pytestmark = pytest.mark.journey

OUTSIDE = "Ihr Sitz liegt nicht in Musterfeld. Nötig sind dann drei Termine hier; belegt sind zwei."
ASKED = "Bitte reichen Sie Ihre Satzung oder eine Seite Regeln nach."
SAMPLE = {"admitted": 0, "supplemented": 2, "refused": 3, "returned": 1, "withdrawn": 2}
"""Journey -> which of the four manners it is walked in when there is no time for all."""


@dataclass
class Cast:
    """Who takes part in one journey."""

    applicant: Applicant
    clerk: Staff
    head: Staff

    def everybody(self) -> tuple[Person, ...]:
        """All of them."""
        return (self.applicant, self.clerk, self.head)

    def applies(self, *, papers_come_later: bool = False, on_another_day: bool = False) -> str:
        """From the first mail to the submission; gives the number."""
        self.applicant.signs_in()
        self.applicant.begins()
        if on_another_day:
            self.applicant.comes_back()
        self.applicant.fills_in_everything(papers_come_later=papers_come_later)
        return self.applicant.submits()


def admitted(cast: Cast) -> str:
    """Everything is there and met, and a second person signs."""
    number = cast.applies()
    cast.clerk.takes_on(number)
    cast.clerk.finds_complete(number)
    cast.clerk.assesses(number)
    cast.clerk.proposes(number, "admit", "Alle Kriterien, die gelten, sind erfüllt.")
    assert cast.clerk.cannot_sign(number), "nobody signs what they have proposed"
    cast.head.signs(number)
    assert "Rechtsbehelf" not in cast.applicant.looks_up(), "not a word of the notice before it is opened"
    cast.applicant.opens_the_letter()
    return "admitted"


def supplemented(cast: Cast) -> str:
    """A paper comes later: it is asked for once, handed in, and the organisation is admitted."""
    number = cast.applies(papers_come_later=True)
    cast.clerk.takes_on(number)
    cast.clerk.asks_for(number, K04=ASKED)
    cast.applicant.hands_in("K04", "satzung", "Die Satzung liegt bei.")
    cast.clerk.finds_complete(number)
    cast.clerk.assesses(number)
    cast.clerk.proposes(number, "admit", "Alle Kriterien, die gelten, sind erfüllt.")
    cast.head.signs(number)
    cast.applicant.opens_the_letter()
    return "admitted"


def refused(cast: Cast) -> str:
    """One criterion is not met: the organisation is heard, answered point by point, and refused."""
    number = cast.applies()
    cast.clerk.takes_on(number)
    cast.clerk.finds_complete(number)
    cast.clerk.assesses(number, K01=("not_met", OUTSIDE))
    cast.clerk.proposes(number, "refuse", "Ein Kriterium ist nicht erfüllt.")
    cast.clerk.opens_the_hearing(number)
    assert OUTSIDE in cast.applicant.opens_the_letter()
    cast.applicant.states(K01="Unsere Mitglieder wohnen überwiegend in Musterfeld.")
    answer = "Der Wohnort der Mitglieder ist kein Kriterium."
    cast.clerk.weighs(number, "refuse", "Es bleibt bei zwei Terminen.", K01=answer)
    cast.head.opens_case(number)
    assert not cast.head.page.locator('main a[href^="/verwaltung"]').count(), (
        "who can sign is not told to invite somebody"
    )
    cast.head.signs(number)
    notice = cast.applicant.opens_the_letter()
    assert OUTSIDE in notice and answer in notice
    assert OUTSIDE in cast.applicant.looks_up()
    return "refused"


def returned(cast: Cast) -> str:
    """The second person sends the proposal back; it is made anew with better reasons, and signed."""
    number = cast.applies(on_another_day=True)
    cast.clerk.takes_on(number)
    cast.clerk.finds_complete(number)
    cast.clerk.assesses(number)
    cast.clerk.proposes(number, "admit", "Passt.")
    cast.head.sends_back(number, "Bitte sagen Sie, worauf sich der Vorschlag stützt.")
    cast.clerk.opens_case(number)
    assert "Bitte sagen Sie, worauf sich der Vorschlag stützt." in cast.clerk.reads()
    cast.clerk.proposes(number, "admit", "Alle Kriterien, die gelten, sind nach den Angaben und der Satzung erfüllt.")
    cast.head.signs(number)
    cast.applicant.opens_the_letter()
    return "admitted"


def withdrawn(cast: Cast) -> str:
    """A draft is submitted on another day, and withdrawn while the office looks at its papers."""
    number = cast.applies(on_another_day=True)
    cast.clerk.takes_on(number)
    cast.applicant.withdraws()
    return "withdrawn"


LIKE = "Kulturverein Sieben Laternen e. V."
"""Their field, district and year are those of this organisation of the roster."""
JOURNEYS: tuple[Callable[[Cast], str], ...] = (admitted, supplemented, refused, returned, withdrawn)
EVERY_WAY = tuple((journey, manner) for journey in JOURNEYS for manner in MANNERS)
WAYS = (
    EVERY_WAY
    if os.environ.get("PROOF") == "1"
    else tuple((journey, MANNERS[SAMPLE[journey.__name__]]) for journey in JOURNEYS)
)


@pytest.fixture
def cast(city: City, chromium: Browser, journey: Callable[[Cast], str], manner: Manner) -> Iterator[Cast]:
    """An applicant of this journey's own and two people of the office, all in the same manner."""
    slug = f"{journey.__name__}-{manner.name}"
    story = Story(f"Verein {slug} e. V.", "Mina Okafor", slug)
    if journey is refused:
        story.answers = {
            "based_in": "elsewhere",
            "seat_postcode": None,
            "postal_address": "Deichweg 9, 99901 Nachbarstadt",
            "activities": lambda day: activities(day, "here", 30, 95) + activities(day, "elsewhere", 150),
        }
    answers = answers_of(story, clock.today(), roster.organisations()[LIKE])
    # each at home: together they would ask for more mails an hour than one network address may
    network = f"127.0.1.{1 + EVERY_WAY.index((journey, manner))}"
    people = Cast(
        Applicant(chromium, city, manner, network, f"{slug}@example.org", story.person, answers),
        Staff(chromium, city, manner, "Jorinde Falk"),
        Staff(chromium, city, manner, "Tarik Sommerfeld"),
    )
    yield people
    for person in people.everybody():
        person.leaves()


@pytest.mark.parametrize(
    ("journey", "manner"), WAYS, ids=[f"{journey.__name__}-{manner.name}" for journey, manner in WAYS]
)
def test_the_whole_way(cast: Cast, city: City, journey: Callable[[Cast], str], manner: Manner) -> None:
    outcome = journey(cast)

    words = cast.applicant.looks_up()
    with city.app.app_context():
        case = db.session.scalars(select(Case).where(Case.number == cast.applicant.number)).one()
        says = rulebook(case.edition).text(f"state.admission.{outcome}.applicant", manner.language)
        memberships = select(Case.state).where(
            Case.kind == "membership", Case.organisation_id == case.organisation_id, Case.organisation_id.is_not(None)
        )
        opened = db.session.scalars(memberships).all()
        assert case.state == outcome
        assert opened == (["member"] if outcome == "admitted" else [])
        assert verify(db.session()).faults == ()
    assert says in words
    assert [fault for person in cast.everybody() for fault in person.faults] == []


def test_every_manner_occurs() -> None:
    assert {manner for _journey, manner in WAYS} == set(MANNERS)
