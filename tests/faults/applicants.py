"""People who submit over HTTP, one application after the other, and send the same form again when no answer comes."""

import re
import threading
import time
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select

from admission.ground.db import db, writing
from admission.log.models import Entry
from admission.people.sessions import open_session
from admission.rulebook.edition import Rulebook
from admission.web.access import TOKEN
from tests import factories
from tests.faults.house import BASE_URL, House

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
PATIENCE = 60
"""Seconds after which somebody gives up: then the house did not come back."""
A_MOMENT = 0.05
ANSWERED, BROKEN, REFUSED = "answered", "broken", "refused"


@dataclass
class Attempt:
    """One sending of a form, from the first byte to the answer or the end of the connection (`time.time`)."""

    begun: float
    ended: float
    how: str


@dataclass
class Submission:
    """One application that somebody submits."""

    case: UUID
    account: UUID
    command: UUID
    attempts: list[Attempt] = field(default_factory=list)
    number: str = ""
    was_done: bool = False
    """It was done, and the answer was lost on its way."""


@dataclass(frozen=True)
class Answer:
    """Status, place to go on to, text."""

    status: int
    location: str
    text: str


class NoAnswer(Exception):
    """The connection broke (`BROKEN`) or there was none (`REFUSED`)."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Applicant(threading.Thread):
    """One person after the other at one desk, each from a network address of its own, until told to stop."""

    def __init__(self, house: House, book: Rulebook, desk: int, stopping: threading.Event) -> None:
        super().__init__(name=f"desk {desk}", daemon=True)
        self.house, self.book, self.desk, self.stopping = house, book, desk, stopping
        self.submissions: list[Submission] = []
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            with self.house.app.app_context():
                while not self.stopping.is_set():
                    self._applies()
        except BaseException as error:  # the main thread looks
            self.fault = error

    @property
    def acknowledged(self) -> int:
        """How many submissions were answered with a number."""
        return sum(1 for one in list(self.submissions) if one.number)

    def _applies(self) -> None:
        """A draft is ready; open the page that checks it, submit it, read the confirmation."""
        account = factories.account(None, "applicant")
        case = factories.draft(self.book, account, organisation_name=f"Verein {account.hex[:12]}")
        visit = _Visit(self, account)
        page = visit.insists("GET", f"/antrag/entwurf/{case}/pruefen")
        assert page.status == 200, page
        form = _hidden(page.text) | {"name": "Selin Aydar"}
        submission = Submission(case, account, UUID(form["command"]))
        self.submissions.append(submission)
        answer = visit.insists("POST", f"/antrag/entwurf/{case}/pruefen", form, submission)
        assert answer.status == 303, answer
        number = answer.location.split("/")[2]
        assert answer.location == f"/antrag/{number}/eingegangen", answer
        submission.number = number
        assert number in visit.insists("GET", answer.location).text


class _Visit:
    """A signed-in browser."""

    def __init__(self, applicant: Applicant, account: UUID) -> None:
        self.house = applicant.house
        self.network = f"127.0.{applicant.desk}.{len(applicant.submissions) % 254 + 1}"
        app = self.house.app
        self.name = app.config["SESSION_COOKIE_NAME"]
        writing()
        token = open_session(account, "test")
        db.session.commit()
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        self.cookie = serializer.dumps({TOKEN: token})

    def insists(
        self, method: str, path: str, form: dict[str, str] | None = None, notes: Submission | None = None
    ) -> Answer:
        """Send until an answer comes, always the same; each sending is noted in `notes`."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            begun = time.time()
            try:
                answer = self._asks(method, path, form)
            except NoAnswer as none:
                _note(notes, begun, none.how)
                time.sleep(A_MOMENT)
            else:
                _note(notes, begun, ANSWERED)
                return answer
        raise TimeoutError(f"{method} {path}: no answer for {PATIENCE} seconds")

    def _asks(self, method: str, path: str, form: dict[str, str] | None) -> Answer:
        line = self.house.line()
        try:
            line.connect()
        except OSError as error:
            raise NoAnswer(REFUSED) from error
        try:
            line.request(method, path, urlencode(form) if form else None, self._headers())
            found = line.getresponse()
            text = found.read().decode()
        except (OSError, HTTPException) as error:
            raise NoAnswer(BROKEN) from error
        finally:
            line.close()
        kept = SimpleCookie(found.getheader("Set-Cookie") or "").get(self.name)
        self.cookie = kept.value if kept else self.cookie
        return Answer(found.status, found.getheader("Location") or "", text)

    def _headers(self) -> dict[str, str]:
        return {
            "Host": BASE_URL.removeprefix("https://"),
            "X-Forwarded-For": self.network,
            "X-Forwarded-Proto": "https",
            "Origin": BASE_URL,
            "Cookie": f"{self.name}={self.cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
        }


def _note(notes: Submission | None, begun: float, how: str) -> None:
    if notes is None:
        return
    notes.attempts.append(Attempt(begun, time.time(), how))
    if how == BROKEN and not notes.was_done:
        done = select(Entry.idx).where(Entry.command == notes.command)
        notes.was_done = db.session.scalar(done) is not None
        db.session.rollback()


def _hidden(page: str) -> dict[str, str]:
    """The hidden inputs of the page's only form with a command."""
    rows = [dict(ATTRIBUTE.findall(control)) for control in HIDDEN.findall(page)]
    found = {row["name"]: unescape(row.get("value", "")) for row in rows}
    assert {"csrf_token", "command", "seen", "edition"} <= found.keys(), found
    return found
