"""kill -9 among people who submit: what was acknowledged is there, whole; what was not is there whole or not at all."""

import contextlib
import os
import random
import signal
import time
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from admission.cases.models import Case, Deadline
from admission.ground.db import db
from admission.ground.mail import Mail
from admission.log.models import Entry
from admission.log.verifier import verify
from tests.office import Office

pytestmark = pytest.mark.fault
KILLS = 200 if os.environ.get("PROOF") else 20
WRITERS = 3
SEED = 6962


def test_nothing_acknowledged_is_lost_and_nothing_is_half(app, tmp_path):
    office = Office()
    db.session.remove()
    acknowledged, begun = tmp_path / "acknowledged", tmp_path / "begun"
    dice = random.Random(SEED)
    writers = [_writer(app, office, acknowledged, begun) for _ in range(WRITERS)]
    in_flight = 0
    for _ in range(KILLS):
        _wait_for(acknowledged, len(_lines(acknowledged)) + 2)
        time.sleep(dice.uniform(0, 0.1))
        at = dice.randrange(WRITERS)
        os.kill(writers[at], signal.SIGKILL)
        os.waitpid(writers[at], 0)
        in_flight += _of(begun, writers[at]) > _of(acknowledged, writers[at])
        writers[at] = _writer(app, office, acknowledged, begun)
    for pid in writers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    told = [UUID(line.split("/")[1]) for line in _lines(acknowledged)]
    print(f"{KILLS} kills, {len(told)} acknowledged, {in_flight} kills inside a submission")
    assert len(told) >= 2 * KILLS
    assert in_flight >= KILLS / 5, "the kills would otherwise hit nothing"
    submitted = set(db.session.scalars(select(Case.id).where(Case.state == "received")))
    assert set(told) <= submitted
    for model, where in (
        (Entry, Entry.type == "step.submit"),
        (Mail, Mail.template == "received"),
        (Deadline, Deadline.kind == "acknowledgement"),
    ):
        counted = db.session.execute(select(model.case_id, func.count()).where(where).group_by(model.case_id)).all()
        assert {case for case, _ in counted} == submitted
        assert {times for _, times in counted} == {1}
    numbers = sorted(db.session.scalars(select(Case.number).where(Case.number.is_not(None))))
    assert [int(number[-4:]) for number in numbers] == list(range(1, len(numbers) + 1)), "no number is lost"
    assert verify(db.session()).faults == ()


def _writer(app, office: Office, acknowledged: Path, begun: Path) -> int:
    """A process of its own that submits until it is killed; its id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        random.seed()
        with app.app_context():
            db.engine.dispose(close=False)  # the parent's connections stay the parent's
            with contextlib.suppress(KeyboardInterrupt):
                while True:
                    _note(begun, "begun")
                    case_id = office.draft_and_submit()
                    _note(acknowledged, case_id)
    finally:
        os._exit(1)


def _note(file: Path, what: object) -> None:
    """One line, written in one piece."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(descriptor, f"{os.getpid()}/{what}\n".encode())
    os.close(descriptor)


def _of(file: Path, pid: int) -> int:
    """How many lines a process has written."""
    return sum(line.startswith(f"{pid}/") for line in _lines(file))


def _wait_for(file: Path, count: int) -> None:
    """Until so many lines are there; a machine that does not get that far in a minute is no place for this test."""
    for _ in range(1200):
        if len(_lines(file)) >= count:
            return
        time.sleep(0.05)
    pytest.fail("the writers make no progress")


def _lines(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []
