"""What happened lately, where the applications stand, and whether the log holds."""

from dataclasses import dataclass

from flask import render_template

from admission.casework.histories import Happened, happened_lately, numbers_by_state
from admission.ground import clock
from admission.ground.db import db
from admission.log.checkpoint import keys, latest, size
from admission.log.checks import LogCheck, latest_check
from admission.log.models import Checkpoint
from admission.people.roles import Role
from admission.rulebook.queries import rulebook
from admission.web.access import access
from admission.web.council import bp
from admission.web.council.words import in_order, state_title
from admission.web.page import language

MOST_NEWS = 15
LATE = 2
"""Days after which a reading of the log is called old: the worker reads it daily."""


@dataclass(frozen=True)
class LogState:
    """What is known of the log without reading it: length, last signature, last reading."""

    size: int
    origin: str
    checkpoint: Checkpoint | None
    check: LogCheck | None

    @property
    def old(self) -> bool:
        """Whether the last reading is older than it should be."""
        return self.check is not None and (clock.today() - clock.berlin_day(self.check.checked_at)).days >= LATE


@bp.get("")
@access(Role.COUNCIL, Role.SECRETARIAT)
def news() -> str:
    """The first page of the desk."""
    session = db.session()
    counts = numbers_by_state(session)
    told = [(row, _sentence(row)) for row in happened_lately(session, MOST_NEWS)]
    return render_template("council/neues.html", counts=_titled(counts), told=told, log=log_state())


def log_state() -> LogState:
    """The state of the log, for this desk's pages."""
    session = db.session()
    known = keys(session)
    return LogState(size(session), known[-1].origin if known else "", latest(session), latest_check(session))


def _sentence(row: Happened) -> str:
    book = rulebook(row.digest)
    return book.text(f"step.{row.step}.done", language())


def _titled(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """(state, its title, how many) in the order of the procedure."""
    return [(state, state_title(state), counts[state]) for state in in_order(counts)]
