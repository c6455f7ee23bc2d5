"""The worker: sends mail, lets deadlines pass, signs checkpoints, draws pages, prints answers, sweeps what is left."""

import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import structlog
from flask import Flask, current_app
from flask_mail import Mail as Postman
from flask_mail import Message
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admission.cases.pictures import make_pictures
from admission.cases.sweeping import sweep
from admission.casework import outbox, overdue
from admission.casework.confirming import catch_up, write_due
from admission.casework.list_work import work_on_lists
from admission.casework.replay import replay
from admission.city.queries import settings
from admission.confirmation.queries import is_anything_open
from admission.correspondence.messages import forget as forget_closed
from admission.correspondence.rules import KEPT_MONTHS
from admission.ground import clock
from admission.ground.db import db, writing
from admission.ground.jobs import Heartbeat, beat
from admission.ground.mail import Mail
from admission.inquiries.actions import keep_files
from admission.inquiries.models import Released
from admission.inquiries.queries import document, without_files
from admission.lists.actions import forget as forget_rows
from admission.log import checks
from admission.log.checkpoint import LogDiffers, begin_log, keys, latest, sign_checkpoint, signer
from admission.log.models import Entry
from admission.log.verifier import Fault
from admission.people.entering import forget_expired
from admission.people.rules import on_the_wire
from admission.register import cards
from admission.register.events import condense, fold, fold_is_due
from admission.register.informing import lapse
from admission.register.sets import rules_of
from admission.reports.papers import files
from admission.rulebook.queries import in_force

log = structlog.get_logger("worker")
PAUSE = 2.0
FORGETS, SWEEPS, CARDS = "doors", "files", "cards"
"""Signs of life of what is done once a day."""
PATIENCE = timedelta(hours=24)
MOST_A_ROUND = 200


def run(app: Flask, *, once: bool = False, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Work until told to stop; with `once` one round, for a cron host."""
    if "mail" not in app.extensions:
        Postman(app)  # here alone: the web process never talks to a mail server
    while True:
        with app.app_context():
            round_of_work()
        if once or should_stop():
            return
        time.sleep(PAUSE)


def round_of_work() -> None:
    """Everything that is due now; one thing that fails keeps nothing else from being done."""
    for name, work in WORK.items():
        try:
            work()
        except Exception as error:
            db.session.rollback()
            log.error("work failed", work=name, error=type(error).__name__)
        finally:
            db.session.remove()


def note_alive() -> None:
    """The sign of life that `/buero` looks at."""
    writing()
    beat(db.session())
    db.session.commit()


def send_mails() -> None:
    """Send what waits, at most 200 a round."""
    for _ in range(MOST_A_ROUND):
        writing()  # else SQLite refuses the claim whenever a desk has written since its select
        found = outbox.claim(db.session())
        if found is None:
            return
        send(found)


def send(mail_id: UUID) -> None:
    """Send one claimed mail and note it; a refused one waits, a refused one for good fails with the relay's words."""
    mail = db.session.get_one(Mail, mail_id)
    if mail.expires_at is not None and mail.expires_at <= clock.now():
        return _note(mail_id, "expired")
    if mail.audience is not None:
        writing()
        outbox.spread(db.session(), db.session.get_one(Mail, mail_id, populate_existing=True))
        db.session.commit()
        return None
    try:
        ready = outbox.letter(db.session(), mail)
        message_id = f"<{mail.message_id}@{_host()}>"
        db.session.rollback()
        if ready is None:
            return _note(mail_id, "expired")
        _hand_over(ready, message_id)
    except smtplib.SMTPRecipientsRefused as error:
        return _note_refused(mail_id, next(iter(error.recipients.values()), (0, b"")))
    except smtplib.SMTPResponseException as error:
        return _note_refused(mail_id, (error.smtp_code, error.smtp_error))
    except (OSError, smtplib.SMTPException) as error:
        return _note_refused(mail_id, (0, str(error).encode()))
    except Exception as error:  # one that cannot be written or addressed must not keep all behind it waiting
        return _note_refused(mail_id, (0, type(error).__name__))
    return _note(mail_id, "sent")


def pass_deadlines() -> None:
    """Let every deadline whose last day is over do what the edition says."""
    session = db.session()
    for deadline, case in overdue.overdue(session):
        overdue.pass_deadline(session, deadline, case)
    session.rollback()
    overdue.warn(session)


def sign() -> None:
    """A checkpoint after each submission and once a day; none if the log no longer continues the last one."""
    session = db.session()
    file = current_app.config["LOG_KEY_FILE"]
    if not file or not Path(file).is_file():
        return
    if not _checkpoint_is_due():
        session.rollback()
        return
    city = settings(clock.today())
    if city is None or not city.origin:
        session.rollback()
        return
    writing()
    signs = signer(city.origin, Path(file))
    if not keys(session):
        begin_log(session, signs)
    try:
        sign_checkpoint(session, signs)
    except LogDiffers as difference:
        session.rollback()
        log.error("checkpoint refused", reason=str(difference))
        return
    session.commit()


def read_log() -> None:
    """Once a day the whole log is read and every step judged again; the council's desk shows what was found."""
    session = db.session()
    if not checks.check_is_due(session):
        session.rollback()
        return
    found = checks.check(session, _not_allowed)
    if not found.sound:
        log.error("log does not fit", faults=found.faults, places=found.places)


def _not_allowed(session: Session) -> list[Fault]:
    """Steps that their rulebook does not allow; a forged one may fit in every column."""
    _judged, differences = replay(session)
    return [Fault(f"entry {found.idx}", ", ".join(found.says)) for found in differences]


def forget() -> None:
    """Once a day, drop what no longer opens, counts or proves anything at the doors."""
    if not _is_first_today(FORGETS):
        return
    writing()
    forget_expired()
    beat(db.session(), FORGETS)
    db.session.commit()


def sweep_files() -> None:
    """Once a day, remove uploaded files that nothing names."""
    if not _is_first_today(SWEEPS):
        return
    gone = sweep(db.session())
    db.session.rollback()
    writing()
    beat(db.session(), SWEEPS)
    db.session.commit()
    if gone:
        log.info("files swept", files=gone)


def mend_cards() -> None:
    """Once a day, and when the worker meets a register without an index: write the cards that are missing."""
    if not _is_first_today(CARDS):
        return
    writing()
    while mended := cards.mend(db.session()):
        db.session.commit()
        log.info("cards of the register mended", cards=mended)
        writing()
    beat(db.session(), CARDS)
    db.session.commit()


def _is_first_today(name: str) -> bool:
    last = db.session.get(Heartbeat, name)
    done = last is not None and clock.berlin_day(last.seen_at) >= clock.today()
    db.session.rollback()
    return not done


def draw_pages() -> None:
    """Page pictures of a few documents a round."""
    for _ in range(5):
        if not make_pictures(db.session()):
            return


def count() -> None:
    """Bring the kept sums of the register up to date; what is not folded yet is counted by each reader meanwhile."""
    current = in_force(clock.today())
    rules = rules_of(current.rulebook.register) if current else ()
    if not fold_is_due(db.session(), rules):
        db.session.rollback()
        return
    writing()
    while fold(db.session(), rules):
        db.session.commit()
        writing()
    condense(db.session())
    db.session.commit()


def lists() -> None:
    """Read, judge, take over and take back the office's lists; blank whom a list named and nobody reached in time."""
    work_on_lists(db.session())
    writing()
    while lapse(db.session()) + forget_rows(db.session()):
        db.session.commit()
        writing()
    db.session.rollback()


def print_answers() -> None:
    """Make the files of every frozen answer that has none yet."""
    session = db.session()
    waiting = without_files(session)
    for released_id in waiting:
        answer = session.get_one(Released, released_id)
        made = files(document(answer), answer.digest, answer.place)
        session.rollback()  # nothing is typeset while anybody waits for a lock
        writing()
        keep_files(session, session.get_one(Released, released_id), made)
        session.commit()
    session.rollback()


def confirmations() -> None:
    """Write the mails of the yearly confirmation that are due; whoever confirmed in another way gets none."""
    current = in_force(clock.today())
    if current is None or not is_anything_open(db.session()):
        db.session.rollback()
        return
    db.session.rollback()
    writing()
    while catch_up(db.session()) + write_due(db.session(), current.rulebook):
        db.session.commit()
        writing()
    db.session.rollback()


def forget_messages() -> None:
    """Erase messages to organisations once their time is over, and what nobody confirmed."""
    current = in_force(clock.today())
    kept = current.rulebook.retention.get("message", {}) if current else {}
    writing()
    while forget_closed(db.session(), kept.get("months", KEPT_MONTHS)):
        db.session.commit()
        writing()
    db.session.rollback()


def _checkpoint_is_due() -> bool:
    session = db.session()
    last = latest(session)
    known = last.size if last else 0
    fresh = session.scalar(select(func.count()).select_from(Entry).where(Entry.idx >= known)) or 0
    if not fresh:
        return False
    if last is None or clock.berlin_day(last.signed_at) < clock.today():
        return True
    submitted = select(Entry.idx).where(Entry.idx >= known, Entry.type == "step.submit").limit(1)
    return session.scalar(submitted) is not None


def _hand_over(ready: outbox.Letter, message_id: str) -> None:
    postman: Postman = current_app.extensions["mail"]
    message = Message(subject=ready.subject, recipients=[on_the_wire(ready.address)], body=ready.body)
    message.msgId = message_id
    message.extra_headers = {"Auto-Submitted": "auto-generated", **ready.headers}
    postman.send(message)


def _note(mail_id: UUID, state: str) -> None:
    writing()
    mail = db.session.get_one(Mail, mail_id, populate_existing=True)
    mail.state, mail.values, mail.lease_until = state, None, None
    mail.address = None
    mail.sent_at = clock.now() if state == "sent" else None
    db.session.commit()


def _note_refused(mail_id: UUID, answer: tuple[int, bytes | str]) -> None:
    """5xx is final; anything else is tried again, later each time, for a day."""
    code, words = answer
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    writing()
    mail = db.session.get_one(Mail, mail_id, populate_existing=True)
    mail.attempts += 1
    mail.error = f"{code} {text}"[:500]
    mail.lease_until = None
    final = 500 <= code < 600 or clock.now() - mail.queued_at > PATIENCE
    mail.state = "failed" if final else "queued"
    mail.run_at = clock.now() + min(timedelta(seconds=15 * 2**mail.attempts), timedelta(hours=1))
    db.session.commit()
    log.warning("mail refused", code=code, final=final)


def _host() -> str:
    sender = current_app.config.get("MAIL_DEFAULT_SENDER") or "mso@localhost"
    return str(sender).rpartition("@")[2].rstrip(">") or "localhost"


WORK: dict[str, Callable[[], None]] = {
    "alive": note_alive,
    "mail": send_mails,
    "deadlines": pass_deadlines,
    "checkpoint": sign,
    "reading": read_log,
    "doors": forget,
    "files": sweep_files,
    "pages": draw_pages,
    "lists": lists,
    "messages": forget_messages,
    "confirmations": confirmations,
    "answers": print_answers,
    "count": count,
    "cards": mend_cards,
}
