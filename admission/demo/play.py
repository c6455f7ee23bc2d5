"""Loading the demo: all events of all cases sorted by simulated time and played once, with daily checkpoints.

Order, numbers and days of the log then agree. The clock is set here alone, on an empty database alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from flask import current_app
from pyotp import TOTP
from sqlalchemy import func, select

from admission.casework import overdue
from admission.casework.notices import Sender
from admission.city.actions import change, load_preset
from admission.city.queries import settings
from admission.demo import listing, network
from admission.demo.asking import acts
from admission.demo.office import Matter
from admission.demo.stories import KNOWN, Story, stories
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.ids import secret
from admission.log.checkpoint import Signer, begin_log, sign_checkpoint, signer
from admission.log.models import Entry
from admission.organisations import actions as organisations
from admission.people.actions import accept_invitation, invite
from admission.people.entering import make_account
from admission.people.passwords import hashed
from admission.people.queries import invitation_of
from admission.people.roles import Role
from admission.register import releases, sets
from admission.register.events import note
from admission.register.models import Source
from admission.rulebook import publish
from admission.rulebook.edition import Rulebook
from admission.rulebook.load import load as load_edition
from admission.rulebook.queries import rulebook

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "demo.musterfeld.example/log1"
IN_FORCE = 420
RESOLUTION = "0087/2025-2030"
STAFF = (
    ("falk@musterfeld.example", "Jorinde Falk", (Role.CASEWORKER,)),
    ("brandt-mokri@musterfeld.example", "Ilse Brandt-Mokri", (Role.CASEWORKER,)),
    ("sommerfeld@musterfeld.example", "Tarik Sommerfeld", (Role.APPROVER,)),
    ("rat@musterfeld.example", "Renate Vogelsang", (Role.COUNCIL,)),
    ("geschaeftsstelle@musterfeld.example", "Udo Kranich", (Role.SECRETARIAT,)),
    ("verwaltung@musterfeld.example", "Petra Lindholm", (Role.ADMIN,)),
    ("zweite-verwaltung@musterfeld.example", "Ansgar Weidmann", (Role.ADMIN,)),
    ("gutachten@musterfeld.example", "Hanne Isfort", (Role.EXTERNAL_REVIEWER,)),
)


class NotEmpty(RuntimeError):
    """The demo is played on an empty database alone."""


@dataclass(frozen=True)
class Event:
    """Something that happens at a simulated instant."""

    at: datetime
    what: Callable[[], None]


def load() -> int:
    """Play the fictional city up to today; returns how many events were played. Raises `NotEmpty`."""
    if db.session.scalar(select(func.count()).select_from(Entry)):
        raise NotEmpty
    today = clock.today()
    start = today - timedelta(days=IN_FORCE)
    with clock.at(_instant(start, 8)):
        book, people = _found_city(start)
    events = sorted(
        [
            *_stories(book, people, today), *_known(today), _release(book, people, today),
            *_asked(book, people, today), *_listed(book, people, today), *_kept(book, people, today),
        ],
        key=lambda event: event.at,
    )  # fmt: skip
    _play(events, start, today)
    return len(events)


def _found_city(day: date) -> tuple[Rulebook, dict[str, UUID]]:
    writing()
    load_preset(ROOT / "presets" / "musterfeld" / "city.toml")
    change("origin", ORIGIN, by=None)
    change("base_url", current_app.config["BASE_URL"], by=None)
    begin_log(db.session(), _signer())
    db.session.commit()
    people = {name: _joins(address, name, roles) for address, name, roles in STAFF}
    writing()
    edition = load_edition(ROOT / "editions" / "2026-1")
    db.session.commit()
    writing()
    publication = publish.propose(edition.digest, in_force_from=day, resolution=RESOLUTION, by=people["Petra Lindholm"])
    db.session.commit()
    writing()
    publish.confirm(publication.id, by=people["Tarik Sommerfeld"], role="approver")
    db.session.commit()
    return rulebook(edition.digest), people


def _joins(address: str, name: str, roles: tuple[Role, ...]) -> UUID:
    """Somebody of the city is invited and accepts, with a password that nobody knows: the demo signs in by a button."""
    lent = clock.now() + timedelta(days=900) if Role.EXTERNAL_REVIEWER in roles else None
    password = hashed(secret())
    writing()
    invited = invite(address, name, roles, by=None, until=lent)
    db.session.commit()
    writing()
    asked = invitation_of(invited.token)
    assert asked is not None
    code = TOTP(asked.factor).at(clock.now())
    joined = accept_invitation(invited.token, name, device="Demo", password_hash=password, code=code)
    assert joined is not None
    db.session.commit()
    return joined.account


def _stories(book: Rulebook, people: dict[str, UUID], today: date) -> Iterator[Event]:
    city = settings(today)
    assert city is not None
    sender = Sender(
        city.name, city.office, city.office_address, city.return_line, "Jorinde Falk", city.phone, city.mail
    )
    for number, story in enumerate(stories()):
        clerk = ("Jorinde Falk", "Ilse Brandt-Mokri")[number % 3 == 2]
        matter = Matter(book, people[clerk], people[clerk], people["Tarik Sommerfeld"], sender, clerk)
        matter.story = story
        before = _instant(today - timedelta(days=IN_FORCE), 9)
        for days_ago, hour, deed in story.deeds:
            at = _instant(_working_day(book, today - timedelta(days=days_ago)), hour)
            if at <= before:  # two days that fall on one weekend must not change places
                at = _instant(_working_day_after(book, clock.berlin_day(before)), hour)
            before = at
            yield Event(at, _deed(matter, story, deed))


def _deed(matter: Matter, story: Story, deed: Callable[[Matter, date], None]) -> Callable[[], None]:
    def play() -> None:
        if matter.case_id is None:  # the account is made when its person first signs in
            writing()
            matter.applicant = make_account(story.address, language="de", name=story.person, roles=(Role.APPLICANT,))
            db.session.commit()
        deed(matter, clock.today())

    return play


def _known(today: date) -> Iterator[Event]:
    for number, (name, kind, says) in enumerate(KNOWN):
        at = _instant(today - timedelta(days=380 - 25 * number), 11)
        yield Event(at, lambda name=name, kind=kind, says=says: _note_known(name, kind, says))  # type: ignore[misc]


def _note_known(name: str, kind: str, says: str) -> None:
    writing()
    row = organisations.found(db.session(), name)
    db.session.add(Source(organisation_id=row.id, kind=kind, says=says, known_on=clock.today()))
    note(db.session(), row, sets.KNOWN, clock.today(), kind, by=None, role="system")
    db.session.commit()


def _release(book: Rulebook, people: dict[str, UUID], today: date) -> Event:
    """Two people release the figures, a good while ago: from then on everybody reads them."""

    def release() -> None:
        writing()
        proposed = releases.propose(db.session(), by=people["Jorinde Falk"])
        db.session.commit()
        writing()
        releases.confirm(
            db.session(), proposed.id, sets.rules_of(book.register), by=people["Tarik Sommerfeld"], role="approver"
        )
        db.session.commit()

    return Event(_instant(_working_day(book, today - timedelta(days=60)), 15), release)


def _asked(book: Rulebook, people: dict[str, UUID], today: date) -> Iterator[Event]:
    """The council asks, the office answers."""
    yield from _in_order(book, today, acts(book, RESOLUTION, people))


def _listed(book: Rulebook, people: dict[str, UUID], today: date) -> Iterator[Event]:
    """The office uploads a list that it keeps."""
    yield from _in_order(book, today, listing.acts(people))


def _kept(book: Rulebook, people: dict[str, UUID], today: date) -> Iterator[Event]:
    """The office keeps its register: what its lists say, who was visited, who has confirmed, who is shown."""
    for strand in network.acts(book, people):
        yield from _in_order(book, today, strand)


def _in_order(book: Rulebook, today: date, told: Iterable[tuple[int, int, Callable[[], None]]]) -> Iterator[Event]:
    """(days ago, hour, act) on working days; acts whose days fall on one holiday keep their order, hour by hour."""
    before: datetime | None = None
    for days_ago, hour, act in told:
        at = _instant(_working_day(book, today - timedelta(days=days_ago)), hour)
        if before is not None and at <= before:
            at = before + timedelta(minutes=5)
        before = at
        yield Event(at, act)


def _play(events: list[Event], start: date, today: date) -> None:
    """Day by day: deadlines pass in the morning, people act, in the evening the log is signed."""
    waiting = iter(events)
    event = next(waiting, None)
    day = start
    while day <= today:
        with clock.at(min(_instant(day, 6), clock.now())):  # loaded before the morning of its last day
            _pass_deadlines()
        while event is not None and clock.berlin_day(event.at) == day:
            with clock.at(event.at):
                event.what()
            event = next(waiting, None)
        if day < today:
            with clock.at(_instant(day, 21)):
                _sign()
        day += timedelta(days=1)
    _sign()


def _pass_deadlines() -> None:
    session = db.session()
    for deadline, case in overdue.overdue(session):
        overdue.pass_deadline(session, deadline, case)
    overdue.warn(session)
    session.rollback()


def _sign() -> None:
    writing()
    sign_checkpoint(db.session(), _signer())
    db.session.commit()


def _signer() -> Signer:
    return signer(ORIGIN, Path(current_app.config["LOG_KEY_FILE"]))


def _instant(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 12), tzinfo=clock.BERLIN).astimezone(UTC)


def _working_day(book: Rulebook, day: date) -> date:
    while not book.calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


def _working_day_after(book: Rulebook, day: date) -> date:
    day += timedelta(days=1)
    while not book.calendar.is_working_day(day):
        day += timedelta(days=1)
    return day
