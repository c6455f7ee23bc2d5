"""Messages of others to an organisation: written, confirmed, passed on or declined, answered, forgotten.

Nobody reads one before its writer has confirmed the mailbox. The caller has locked the row and commits.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from admission.correspondence import rules
from admission.correspondence.models import Message
from admission.correspondence.queries import digest
from admission.ground import clock
from admission.ground.errors import NotFound, Reason, Refused
from admission.ground.ids import secret
from admission.log.append import append, append_house
from admission.log.entry import Draft
from admission.log.pseudonyms import HOUSE, pseudonym
from admission.organisations.models import Organisation
from admission.procedure.deadlines import months_after


def write(session: Session, organisation: UUID, name: str, address: str, text: str, language: str) -> tuple[UUID, str]:
    """Keep a message until its writer confirms it; returns its id and the secret of the confirming link."""
    made = secret()
    row = Message(
        organisation_id=organisation, state=rules.UNCONFIRMED, name=name, address=address, text=text,
        language=language, token_digest=digest(made), written_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id, made


def found(session: Session, secret_: str, *, locked: bool = False) -> Message | None:
    """The message that a confirming link belongs to; none once its days are over."""
    query = select(Message).where(
        Message.token_digest == digest(secret_),
        or_(Message.confirmed_at.is_not(None), Message.written_at > clock.now() - rules.CONFIRMED_WITHIN),
    )
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def message(session: Session, message_id: UUID, *, locked: bool = False) -> Message:
    """A message that the office may read; raises `NotFound`."""
    query = select(Message).where(Message.id == message_id, Message.state != rules.UNCONFIRMED)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        raise NotFound
    return row


def listed(session: Session, most: int = 200) -> Sequence[tuple[Message, str]]:
    """(message, organisation): those to be read first, the oldest first; then the others, the newest first."""
    query = (
        select(Message, Organisation.name)
        .join(Organisation, Organisation.id == Message.organisation_id)
        .where(Message.state != rules.UNCONFIRMED)
        .order_by(Message.written_at.desc())
        .limit(most)
    )
    rows = [(row, name) for row, name in session.execute(query)]
    unread = [one for one in rows if one[0].state == rules.READ]
    return [*reversed(unread), *(one for one in rows if one[0].state != rules.READ)]


def confirm(session: Session, row: Message) -> bool:
    """The mailbox is the writer's; False if that was known already."""
    if row.state != rules.UNCONFIRMED:
        return False
    _go(row, "confirm")
    row.confirmed_at = clock.now()
    session.flush()
    return True


def pass_on(session: Session, row: Message, way: str, *, by: UUID, role: str) -> None:
    """The organisation has it: by mail of ours, or by the hand of whoever does it."""
    _go(row, "pass_on")
    row.decided_by, row.decided_at, row.passed_way = by, clock.now(), way
    _log(session, row, "message.passed_on", by, role, {"way": way})


def decline(session: Session, row: Message, reason: str, *, by: UUID, role: str) -> None:
    """It is not passed on; the writer reads why."""
    if not reason.strip():
        raise Refused((Reason("message.reason_is_missing"),))
    _go(row, "decline")
    row.decided_by, row.decided_at, row.reason = by, clock.now(), reason
    row.closed_at = clock.now()
    _log(session, row, "message.declined", by, role, {}, reason)


def note_answer(session: Session, row: Message, way: str, on: date, *, by: UUID, role: str) -> None:
    """The organisation has answered, by this way and on this day."""
    _go(row, "note_answer")
    row.answer_way, row.answered_on = way, on
    row.closed_at = row.closed_at or clock.now()
    _log(session, row, "message.answered", by, role, {"way": way, "on": on})


def close(session: Session, row: Message) -> None:
    """No answer is known, and nobody waits for one any more."""
    _go(row, "close")
    row.closed_at = clock.now()
    session.flush()


def forget(session: Session, months: int, most: int = 500) -> int:
    """Delete what nobody confirmed, erase what has been closed so many months ago; returns how many.

    A message that was passed on counts from that day: the organisation has it, and nobody needs ours.
    """
    before = clock.now() - rules.CONFIRMED_WITHIN
    unread = select(Message.id).where(Message.state == rules.UNCONFIRMED, Message.written_at <= before).limit(most)
    gone = session.scalars(unread).all()
    session.execute(delete(Message).where(Message.id.in_(gone)))
    ended = func.coalesce(Message.closed_at, Message.decided_at)
    rows = session.scalars(
        select(Message).where(Message.erased_at.is_(None), ended.is_not(None)).order_by(ended).limit(most)
    ).all()
    today, erased = clock.today(), 0
    for row in rows:
        last = row.closed_at or row.decided_at
        assert last is not None
        if months_after(clock.berlin_day(last), months) <= today:
            row.name = row.address = row.text = None
            row.reason, row.erased_at = "", clock.now()
            erased += 1
    session.flush()
    if erased:
        data = {"what": "message", "count": erased}
        append_house(session, "erasure.executed", actor=None, role="system", data=data)
    return erased + len(gone)


def _go(row: Message, act: str) -> None:
    if row.state not in rules.MESSAGE_WAY[act][0]:
        raise Refused((Reason("message.not_now"),))
    row.state = rules.MESSAGE_WAY[act][1]


def _log(
    session: Session, row: Message, type_: str, by: UUID, role: str, data: dict[str, object], reason: str = ""
) -> None:
    session.flush()
    name = session.get_one(Organisation, row.organisation_id).pseudonym
    who = pseudonym(session, by, HOUSE)
    private = {"reason": reason} if reason else {}
    append(session, Draft(type_, who, role, organisation=name, data=data, private=private))
