"""The register of the fictional city beside its cases: lists, the former network, visits, confirmations, consents.

Each act goes through the same actions as at the desks, on the simulated day on which somebody did it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from admission.casework import confirmed, confirming, taking_over
from admission.casework.list_work import work_on_lists
from admission.confirmation import queries
from admission.confirmation.rules import TRIAL, WRITTEN
from admission.demo import roster
from admission.ground import clock
from admission.ground.db import db, writing
from admission.lists import actions as lists
from admission.organisations import actions as organisations
from admission.organisations.models import Organisation
from admission.organisations.rules import slug
from admission.people.entering import make_account
from admission.people.roles import Role
from admission.register import actions as register
from admission.register import informing
from admission.register.events import note
from admission.rulebook.edition import Rulebook

Act = tuple[int, int, Callable[[], None]]
RESOLUTION = "0093/2025-2030"
HEADING = "Verein;Ansprechperson;E-Mail;Stadtbezirk;Schwerpunkt;Rechtsform;Gegründet;Sprachen;Netzwerk"
UNTIL_LAPSED = 35
OVERDUE = "SV Morgenstern-Kegel e. V."


@dataclass
class Keeping:
    """What the office does with its register; `clerk` works, `head` confirms."""

    book: Rulebook
    clerk: UUID
    head: UUID
    uploaded: UUID | None = None

    def takes_in(self, name: str, rows: Sequence[roster.Organisation]) -> None:
        """A list is uploaded, its columns confirmed, its rows taken over."""
        text = "\r\n".join([HEADING, *(self._line(row) for row in rows)])
        writing()
        day = clock.today() - timedelta(days=30)
        kept = lists.receive(db.session(), name, text.encode("cp1252"), day, by=self.clerk)
        self.uploaded = kept.id
        db.session.commit()
        work_on_lists(db.session())
        writing()
        lists.map_columns(db.session(), lists.lock(db.session(), self.uploaded), {}, {}, self.clerk)
        db.session.commit()
        work_on_lists(db.session())
        writing()
        held = lists.lock(db.session(), self.uploaded)
        lists.ask_to_take(db.session(), held, by=self.clerk, role="caseworker")
        db.session.commit()
        work_on_lists(db.session())

    def tells_everybody(self, list_id: UUID) -> None:
        """Whoever stands in the list by name gets a letter that says so."""
        writing()
        people = informing.people(db.session(), list_id)
        informing.tell(db.session(), people, informing.LETTER, by=self.clerk, role="caseworker")
        db.session.commit()

    def hears_back(self, list_id: UUID) -> None:
        """Those who are there today agree to be written to; the others do not answer."""
        writing()
        for one in informing.people(db.session(), list_id):
            if roster.organisations()[one.organisation.name].confirmed:
                informing.agree(db.session(), one, "phone", by=self.clerk, role="caseworker")
        db.session.commit()

    def forgets(self) -> None:
        """A month is over: of those who did not answer only a trace remains."""
        writing()
        informing.lapse(db.session())
        db.session.commit()

    def proposes_to_take_over(self) -> None:
        """The council has resolved on the former network; two organisations rest and wait."""
        writing()
        names = [one.name for one in roster.of_the_network() if one.state == "member"]
        ids = list(db.session.scalars(select(Organisation.id).where(Organisation.name.in_(names))))
        day = clock.today() - timedelta(days=4)
        taking_over.propose(db.session(), ids, RESOLUTION, day, by=self.clerk)
        db.session.commit()

    def takes_over(self) -> None:
        """The second person opens the memberships."""
        writing()
        waiting = taking_over.waiting(db.session())
        assert waiting is not None
        taking_over.confirm(db.session(), waiting.id, self.book, by=self.head, role="approver")
        db.session.commit()

    def visits(self, name: str) -> None:
        """Somebody of the office was there."""
        self._notes(name, "contact", "visit")

    def confirms(self, name: str) -> None:
        """The organisation says on the phone that everything is still right."""
        self._notes(name, "confirmed", "phone")

    def asks_first(self) -> None:
        """The yearly confirmation begins with a trial: the sports club, which is overdue, and at most two more."""
        writing()
        found = confirming.candidates(db.session(), self.book)
        written = [one for one in found if one.reach.way in WRITTEN]
        overdue = [one.id for one in written if one.name == OVERDUE]
        others = [one.id for one in written if one.name != OVERDUE and roster.organisations()[one.name].confirmed]
        confirming.begin_trial(db.session(), self.book, [*overdue, *others[: TRIAL - len(overdue)]], by=self.clerk)
        confirming.write_due(db.session(), self.book)
        db.session.commit()

    def is_answered(self) -> None:
        """Everybody of the trial but the sports club has confirmed by the mailed link."""
        writing()
        round_ = queries.last_round(db.session())
        assert round_ is not None
        for asked in queries.everybody(db.session(), round_.id):
            if db.session.get_one(Organisation, asked.organisation_id).name != OVERDUE:
                confirmed.confirm(db.session(), asked.id, "link", "", by=None, role="system")
        db.session.commit()

    def shows(self, one: roster.Organisation) -> None:
        """Its contact person gets an account, fills in the entry and agrees that everybody reads it."""
        address = f"{slug(one.name)}@example.org"
        row = self._row(one.name)
        account = make_account(address, language="de", name=one.person, roles=(Role.APPLICANT,))
        organisations.represent(db.session(), row.id, account)
        shown = {"name": one.name, "field": one.field, "districts": one.district, "languages": one.languages}
        for name, value in shown.items():
            register.save_field(db.session(), row, name, value)
            register.give_consent(db.session(), row, name, by=account, role="applicant")
        db.session.commit()

    def _notes(self, name: str, kind: str, code: str) -> None:
        row = self._row(name)
        if kind == "confirmed":
            confirmed.confirm_contacts(db.session(), row.id, clock.today())
        note(db.session(), row, kind, clock.today(), code, by=self.clerk, role="caseworker")
        db.session.commit()

    def _row(self, name: str) -> Organisation:
        writing()
        return db.session.scalars(select(Organisation).where(Organisation.name == name)).one()

    def _line(self, row: roster.Organisation) -> str:
        mail = f"kontakt@{slug(row.name)}.example"
        work = self.book.text(f"fact.field.option.{row.field}")
        of_the_network = "ja" if row.is_of_the_network else "nein"
        cells = (row.name, row.person, mail, row.district, work, row.form, row.founded, row.languages, of_the_network)
        return ";".join(str(cell) for cell in cells)


def acts(book: Rulebook, people: Mapping[str, UUID]) -> Iterator[Iterator[Act]]:
    """(days ago, hour, what somebody does), in strands that each keep their own order."""
    office = Keeping(book, people["Jorinde Falk"], people["Tarik Sommerfeld"])
    yield _former_network(office)
    yield _others_known(office)
    yield _confirmed(office)
    yield _visited(office)
    yield _published(office)
    yield iter([(12, 10, office.asks_first), (8, 17, office.is_answered)])


def _former_network(office: Keeping) -> Iterator[Act]:
    known: list[UUID] = []

    def first() -> None:
        office.takes_in("Netzwerkliste_2025.csv", roster.of_the_network())
        assert office.uploaded is not None
        known.append(office.uploaded)

    yield 415, 10, first
    yield 412, 11, lambda: office.tells_everybody(known[0])
    yield 398, 15, lambda: office.hears_back(known[0])
    yield 412 - UNTIL_LAPSED, 8, office.forgets
    yield 374, 10, office.proposes_to_take_over
    yield 371, 14, office.takes_over


def _others_known(office: Keeping) -> Iterator[Act]:
    """The list of the districts' conference names those again of whom the office knew, and two whose drafts wait."""
    yield 95, 9, lambda: office.takes_in("Stadtteilkonferenz.csv", roster.never_applied())


def _confirmed(office: Keeping) -> Iterator[Act]:
    """Once a year everybody of the network is asked by phone; two who are about to apply, and one besides, confirm."""
    names = [one.name for one in roster.of_the_network() if one.confirmed]
    for at, name in enumerate(names):
        yield 340 - 11 * at, 9 + at % 7, _of(office.confirms, name)
    for at, one in enumerate(one for one in roster.never_applied() if one.confirmed):
        yield 34 - at, 10 + at, _of(office.confirms, one.name)


def _visited(office: Keeping) -> Iterator[Act]:
    seen = [one for one in roster.organisations().values() if one.visited]
    early = [one.name for one in seen if one.is_of_the_network]
    for at, name in enumerate(early):
        yield 360 - 16 * at, 14, _of(office.visits, name)
    for at, one in enumerate(one for one in seen if not one.is_of_the_network):
        yield 42 - 2 * at, 16, _of(office.visits, one.name)


def _published(office: Keeping) -> Iterator[Act]:
    shown = [one for one in roster.of_the_network() if one.published]
    for at, one in enumerate(shown):
        yield 250 - 15 * at, 18, lambda one=one: office.shows(one)  # type: ignore[misc]


def _of(deed: Callable[[str], None], name: str) -> Callable[[], None]:
    return lambda: deed(name)
