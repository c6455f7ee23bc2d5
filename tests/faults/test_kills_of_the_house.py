"""Server and worker are killed while people submit: what was acknowledged stands, whole, with its entry and its mail.

With PROOF=1 ten times as often. What is counted is counted before anything is judged, so that a failure has figures.
"""

import json
import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from admission import worker
from admission.cases.models import Case, Deadline
from admission.casework.outbox import LEASE
from admission.casework.replay import replay
from admission.ground import clock
from admission.ground.db import db
from admission.ground.mail import Mail
from admission.log.checkpoint import latest
from admission.log.models import DisclosureRow, Entry
from admission.log.verifier import verify
from admission.organisations.models import Organisation, Representative
from admission.rulebook.edition import Rulebook
from tests.faults.applicants import ANSWERED, BROKEN, Applicant, Submission
from tests.faults.house import House

pytestmark = pytest.mark.fault

PROOF = os.environ.get("PROOF") == "1"
KILLS, A_KILL, MINUTES = (200, 5, 20) if PROOF else (20, 2, 3)
"""On each database: kills, acknowledged submissions for each of them, and after how many minutes it has failed."""
DESKS = 6
BETWEEN = (0.05, 0.3)
"""Seconds until the next kill, once enough was acknowledged."""
WORKER, WHOLE_SERVER, FIRST_PROCESS = "the worker", "the whole server", "the server's first process"
IN_TEN = {"one process of the server": 5, WHOLE_SERVER: 1, FIRST_PROCESS: 1, WORKER: 3}
"""Of ten kills."""
SENDER_HOST = "musterfeld.example"


@dataclass
class Kill:
    """One kill: of which kind, when, and whether the worker had a mail at the mail server just then."""

    kind: str
    at: float
    mail_in_hand: bool = False


@dataclass
class Load:
    """What was killed, and what the people at the desks saw of it."""

    kills: list[Kill] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)

    def hits(self, kind: str = "") -> int:
        """Kills during which a submission was open that never got its answer."""
        broken = [sending for one in self.submissions for sending in one.attempts if sending.how == BROKEN]
        return sum(
            any(sending.begun <= kill.at <= sending.ended for sending in broken)
            for kill in self.kills
            if not kind or kill.kind == kind
        )


@pytest.fixture
def house(address: str) -> Iterator[House]:
    """The city at work, in a folder whose name is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="mso-house-"))
    house = House(address, folder)
    with house.app.app_context():
        try:
            yield house
        finally:
            house.closes()
            db.session.remove()
            db.engine.dispose()
            shutil.rmtree(folder, ignore_errors=True)


def test_what_was_acknowledged_stands_whoever_is_killed(
    house: House, record_property: Callable[[str, object], None]
) -> None:
    book = house.founds_the_city()
    db.session.remove()
    house.opens()
    load = _load_and_kill(house, book)
    _drain(house)
    house.web.stop()
    house.worker.stop()
    with clock.at(clock.now() + LEASE):  # what a killed worker held is free again
        worker.run(house.app, once=True)

    seen = _seen(house, load)
    wrong = _wrong(house, book, load)
    for name, count in (seen | wrong).items():
        record_property(name, count)
    print(db.engine.dialect.name, json.dumps(seen | wrong, indent=1))

    assert {name: count for name, count in wrong.items() if count} == {}
    assert house.complaints() == ""
    assert verify(db.session()).faults == ()
    assert replay(db.session()) == (len(load.submissions), [])
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
    assert seen["kills"] >= KILLS and seen["acknowledged submissions"] >= A_KILL * KILLS
    assert seen["kills that hit a submission in flight"] >= 0.2 * seen["kills"]
    assert seen["checkpoints signed"] > 1


def _load_and_kill(house: House, book: Rulebook) -> Load:
    """People submit at all desks; every now and then something that is at work is killed."""
    stopping = threading.Event()
    desks = [Applicant(house, book, number, stopping) for number in range(DESKS)]
    for desk in desks:
        desk.start()
    load, killer = Load(), _Killer(house, desks)
    until = time.monotonic() + 60 * MINUTES
    try:
        while time.monotonic() < until and not any(desk.fault for desk in desks):
            if sum(desk.acknowledged for desk in desks) < A_KILL * (len(load.kills) + 1):
                time.sleep(0.02)
                continue
            if len(load.kills) == KILLS:
                break
            time.sleep(killer.chance.uniform(*BETWEEN))
            if kill := killer.strikes():
                load.kills.append(kill)
    finally:
        stopping.set()
        for desk in desks:
            desk.join(90)
    load.submissions = [one for desk in desks for one in desk.submissions]
    assert [desk.fault for desk in desks if desk.fault] == [], house.complaints()
    return load


class _Killer:
    """Kills what has been at work since it was last started: what comes first in a shuffled stack, as far as it has."""

    def __init__(self, house: House, desks: list[Applicant]) -> None:
        self.house, self.desks = house, desks
        self.chance = random.Random(7)
        self._stack: list[str] = []
        self._answered, self._sent = 0, 0
        self._let_send()

    def strikes(self) -> Kill | None:
        """Kill something; None if what is next has not been at work yet."""
        if not self._stack:
            self._stack = [kind for kind, count in IN_TEN.items() for _ in range(count)]
            self.chance.shuffle(self._stack)
        serves = sum(desk.acknowledged for desk in self.desks) > self._answered and bool(self.house.web.children())
        sends = len(self.house.relay.taken) > self._sent
        kind = next((kind for kind in self._stack if (sends if kind == WORKER else serves)), None)
        if kind is None:
            return None
        self._stack.remove(kind)
        kill = Kill(kind, time.time(), kind == WORKER and self.house.relay.in_hand > 0)
        self._kills(kind)
        if kind == WORKER:
            self._let_send()
        else:
            self._answered = sum(desk.acknowledged for desk in self.desks)
        return kill

    def _let_send(self) -> None:
        """The next worker dies after one mail, or after some more; when, is chance."""
        self._sent = len(self.house.relay.taken) + self.chance.randrange(2 * A_KILL)

    def _kills(self, kind: str) -> None:
        if kind == WORKER:
            self.house.worker.dies()
        elif kind == WHOLE_SERVER:
            self.house.web.dies()
        elif kind == FIRST_PROCESS:
            self.house.web.loses_its_head()
        else:
            os.kill(self.chance.choice(self.house.web.children()), signal.SIGKILL)


def _drain(house: House) -> None:
    """Let the worker send everything that no killed worker still holds."""
    waiting = select(func.count()).select_from(Mail).where(Mail.state == "queued", Mail.lease_until.is_(None))
    until = time.monotonic() + 60
    while time.monotonic() < until and db.session.scalar(waiting):
        db.session.rollback()
        time.sleep(0.2)
    db.session.rollback()


def _seen(house: House, load: Load) -> dict[str, int]:
    """What happened."""
    kinds = Counter(kill.kind for kill in load.kills)
    attempts = Counter(sending.how for one in load.submissions for sending in one.attempts)
    sent = Counter(house.relay.taken)
    found = verify(db.session())
    return {
        "kills": len(load.kills),
        **{f"kills of {kind}": count for kind, count in sorted(kinds.items())},
        "kills that hit a submission in flight": load.hits(),
        "kills of the worker with a mail at the mail server": sum(kill.mail_in_hand for kill in load.kills),
        "submissions sent": attempts[ANSWERED] + attempts[BROKEN],
        "connections that broke": attempts[BROKEN],
        "acknowledged submissions": sum(1 for one in load.submissions if one.number),
        "of them sent again, because no answer had come": sum(_was_sent_again(one) for one in load.submissions),
        "of them done before, the answer alone was lost": sum(one.was_done for one in load.submissions),
        "mails taken by the mail server": len(house.relay.taken),
        "of them a second time, with the same Message-ID": sum(count - 1 for count in sent.values()),
        "entries of the log": found.size,
        "checkpoints signed": found.checkpoints,
    }


def _wrong(house: House, book: Rulebook, load: Load) -> dict[str, int]:
    """What must not have happened; every figure is nought."""
    cases = {case.id: case for case in db.session.scalars(select(Case))}
    entries: dict[Any, list[Entry]] = {}
    for entry in db.session.scalars(select(Entry).where(Entry.case_id.is_not(None)).order_by(Entry.idx)):
        entries.setdefault(entry.case_id, []).append(entry)
    mails = {mail.key: mail for mail in db.session.scalars(select(Mail))}
    disclosed = set(db.session.scalars(select(DisclosureRow.digest)))
    sent = set(house.relay.taken)
    numbers = sorted(case.number for case in cases.values() if case.number)
    letters = [mail for mail in mails.values() if mail.audience is None]
    found = verify(db.session())
    last = latest(db.session())
    return {
        "lost": sum(not _stands(cases.get(one.case), one) for one in load.submissions if one.number),
        "never answered": sum(not one.number for one in load.submissions),
        "half": sum(not _is_whole(cases[case], book) for case in cases) + _left_over(len(numbers)),
        "without its entry": sum(
            not _has_entries(entries.get(one.case, []), one, disclosed) for one in load.submissions
        ),
        "without its mail": sum(not _has_mails(mails, one) for one in load.submissions),
        "gaps in the numbers": int(numbers[-1].rpartition("-")[2]) - len(numbers) if numbers else 0,
        "mails never sent": sum(mail.state != "sent" or _message_id(mail) not in sent for mail in letters),
        "mails that nobody queued": len(sent - {_message_id(mail) for mail in letters}),
        "faults of the log": len(found.faults),
        "entries after the last checkpoint": found.size - (last.size if last else 0),
    }


def _was_sent_again(told: Submission) -> bool:
    return any(sending.how == BROKEN for sending in told.attempts)


def _stands(case: Case | None, told: Submission) -> bool:
    return case is not None and (case.number, case.applicant_id) == (told.number, told.account)


def _is_whole(case: Case, book: Rulebook) -> bool:
    """Number, day, organisation, who speaks for it, deadlines: all of it, as the edition says."""
    step = book.procedure("admission").step("draft", "submit")
    assert step is not None
    deadlines = db.session.execute(select(Deadline.kind, Deadline.state).where(Deadline.case_id == case.id)).all()
    running = sorted(kind for kind, state in deadlines if state == "running")
    represents = select(Representative).where(
        Representative.organisation_id == case.organisation_id, Representative.account_id == case.applicant_id
    )
    return (
        (case.state, case.revision) == ("received", 1)
        and None not in (case.number, case.submitted_at, case.confirmed_on, case.confirmed_by)
        and running == sorted(step.begins_deadline)
        and len(db.session.scalars(represents).all()) == 1
    )


def _left_over(submitted: int) -> int:
    """Organisations and their people beyond the submitted applications."""
    tables = (Organisation, Representative)
    return sum(abs((db.session.scalar(select(func.count()).select_from(table)) or 0) - submitted) for table in tables)


def _has_entries(entries: list[Entry], told: Submission, disclosed: set[str]) -> bool:
    """The draft's and the submission's entry, each once, with what they disclose; the second carries the command."""
    digests = [digest for entry in entries for digest in json.loads(entry.body).get("_sd", ())]
    return (
        [(entry.type, entry.revision) for entry in entries] == [("draft.opened", 0), ("step.submit", 1)]
        and entries[1].command == told.command
        and set(digests) <= disclosed
    )


def _has_mails(mails: dict[str, Mail], told: Submission) -> bool:
    """The mail of the submission, and from it one to the person."""
    cause = f"{told.case}/1/received/applicant"
    return {key for key in mails if key.startswith(f"{told.case}/")} == {cause, f"{cause}/{told.account}"}


def _message_id(mail: Mail) -> str:
    return f"<{mail.message_id}@{SENDER_HOST}>"
