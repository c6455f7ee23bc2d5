"""Writes of invitations, their answers, and who wants none; the caller has locked the row and commits."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from admission.correspondence import queries, rules
from admission.correspondence.models import AddressExport, Invitation, InvitationText, OptOut, Recipient
from admission.ground import clock, crypto
from admission.ground.errors import NotFound, Reason, Refused, Stale
from admission.ground.ids import base64url
from admission.log.append import append, append_house
from admission.log.entry import Draft
from admission.log.pseudonyms import HOUSE, SYSTEM, pseudonym


@dataclass(frozen=True)
class Words:
    """What an invitation says in one language."""

    subject: str
    text: str


@dataclass(frozen=True)
class Written:
    """An invitation as somebody wrote it: `texts` by language, the German one always."""

    texts: Mapping[str, Words]
    within: str = ""
    fields: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    event_on: date | None = None
    place: str = ""
    reply_until: date | None = None
    reply_to: str = ""


@dataclass(frozen=True)
class Addressed:
    """One organisation of an invitation as it is about to be sent."""

    id: UUID
    organisation: UUID
    way: str
    language: str = rules.GERMAN
    basis: str = ""
    why_not: str = ""


def lock(session: Session, invitation_id: UUID) -> Invitation:
    """Lock the invitation's row, as a statement of its own; raises `NotFound`."""
    query = select(Invitation).where(Invitation.id == invitation_id).with_for_update()
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


def check_seen(row: Invitation, seen: int | None) -> None:
    """Raise `Stale` if somebody acted since the form was shown."""
    if seen != row.revision:
        raise Stale(seen or 0, row.revision)


def write(session: Session, audience: str, written: Written, *, by: UUID) -> Invitation:
    """Keep a new invitation; nobody is written to yet."""
    row = Invitation(audience=audience, state=rules.DRAFT, made_by=by, made_at=clock.now())
    _fill(row, written)
    session.add(row)
    session.flush()
    _keep_texts(session, row, written.texts)
    return row


def change(session: Session, row: Invitation, written: Written) -> None:
    """Write it anew; one that waited for approval waits no more."""
    _go(row, "change")
    _fill(row, written)
    session.flush()
    _keep_texts(session, row, written.texts)


def hand_over(session: Session, row: Invitation) -> None:
    """The council's invitation goes to its secretariat, which enters who approved."""
    _go(row, "hand_over")
    session.flush()


def send(
    session: Session, row: Invitation, addressed: Sequence[Addressed], *, by: UUID, role: str,
    approved_by: str = "", approved_on: date | None = None,
) -> None:  # fmt: skip
    """Record whom it goes to; one entry with the numbers. `approved_by`: for the council, in the secretariat's words.

    Raises `Refused` (`invitation.not_now`, `invitation.not_approved`, `invitation.nobody`).
    """
    if not any(one.way != rules.NONE for one in addressed):
        raise Refused((Reason("invitation.nobody"),))
    _go(row, "send", approved=bool(approved_by))
    row.approved_by, row.approved_on = approved_by, approved_on
    row.sent_by, row.sent_at = by, clock.now()
    session.flush()
    session.execute(insert(Recipient), [_recipient(row, one) for one in addressed])
    data = {"invitation": row.id, "audience": row.audience} | _numbers(addressed)
    private = {"approved_by": approved_by} if approved_by else {}
    append_house(session, "invitation.sent", actor=by, role=role, data=data, private=private)


def stop(session: Session, row: Invitation, *, by: UUID, role: str) -> None:
    """What has not left yet never leaves; the caller stops the mails."""
    _go(row, "stop")
    session.flush()
    append_house(session, "invitation.stopped", actor=by, role=role, data={"invitation": row.id})


def secret_of(recipient: UUID) -> str:
    """The secret of a recipient's link: made anew from the master key, so that a letter can be printed twice."""
    return base64url(hmac.new(crypto.master_key(), f"invitation/{recipient}".encode(), sha256).digest())


def posted(session: Session, row: Invitation, on: date) -> int:
    """Record that the letters which wait are in the post since that day; returns how many."""
    waiting = [one for one in queries.recipients(session, row.id) if one.way == rules.POST and one.posted_on is None]
    for one in waiting:
        one.posted_on = on
    session.flush()
    return len(waiting)


def answer(session: Session, one: Recipient, people: int, *, by: UUID | None = None) -> None:
    """Record what an organisation answered: so many come, or nobody (0); the last answer counts."""
    one.answer = rules.COMES if people else rules.DECLINES
    one.people, one.answered_at, one.answered_by = people, clock.now(), by
    session.flush()


def attended(session: Session, row: Invitation, people: Mapping[UUID, int | None], *, by: UUID, role: str) -> None:
    """Record how many of each organisation were there; `people`: recipient -> number, None: not recorded."""
    there = 0
    for one in queries.recipients(session, row.id):
        if one.id in people:
            one.attended = people[one.id]
        there += one.attended or 0
    session.flush()
    data = {"invitation": row.id, "people": there}
    append_house(session, "attendance.recorded", actor=by, role=role, data=data)


def opt_out(session: Session, organisation: UUID, name: str, way: str, *, by: UUID | None, role: str) -> bool:
    """From now on this organisation gets no invitations; False if that held already. `name`: its pseudonym."""
    if organisation in queries.opted_out(session, [organisation]):
        return False
    session.add(OptOut(organisation_id=organisation, kind=rules.INVITATIONS, way=way, since_at=clock.now()))
    _log_choice(session, "organisation.opted_out", name, way, by, role)
    return True


def opt_in(session: Session, organisation: UUID, name: str, way: str, *, by: UUID | None, role: str) -> bool:
    """It wants invitations again; False if it never said otherwise."""
    held = session.scalar(
        select(OptOut).where(
            OptOut.organisation_id == organisation, OptOut.kind == rules.INVITATIONS, OptOut.withdrawn_at.is_(None)
        )
    )
    if held is None:
        return False
    held.withdrawn_at = clock.now()
    _log_choice(session, "organisation.opted_in", name, way, by, role)
    return True


def note_export(session: Session, row: Invitation, purpose: str, rows: int, *, by: UUID, role: str) -> None:
    """Record that addresses leave the house: who, when, what for, how many; the entry holds none of them."""
    session.add(
        AddressExport(invitation_id=row.id, purpose=purpose, rows=rows, exported_by=by, exported_at=clock.now())
    )
    session.flush()
    data = {"invitation": row.id, "count": rows}
    append_house(session, "addresses.exported", actor=by, role=role, data=data, private={"purpose": purpose})


def _go(row: Invitation, act: str, *, approved: bool = True) -> None:
    if reasons := rules.why_not(act, row.state, row.audience, approved=approved):
        raise Refused(reasons)
    row.state = rules.WAY[act][1]
    row.revision += 1


def _fill(row: Invitation, written: Written) -> None:
    row.within = written.within
    row.fields, row.districts = "\n".join(written.fields), "\n".join(written.districts)
    row.languages = "\n".join(written.languages)
    row.event_on, row.place = written.event_on, written.place
    row.reply_until, row.reply_to = written.reply_until, written.reply_to


def _keep_texts(session: Session, row: Invitation, texts: Mapping[str, Words]) -> None:
    session.execute(delete(InvitationText).where(InvitationText.invitation_id == row.id))
    session.execute(
        insert(InvitationText),
        [
            {"invitation_id": row.id, "language": language, "subject": words.subject, "text": words.text}
            for language, words in texts.items()
        ],
    )


def _recipient(row: Invitation, one: Addressed) -> dict[str, object]:
    return {
        "id": one.id,
        "invitation_id": row.id,
        "organisation_id": one.organisation,
        "way": one.way,
        "language": one.language,
        "basis": one.basis,
        "why_not": one.why_not,
        "token_digest": queries.digest(secret_of(one.id)),
    }


def _numbers(addressed: Sequence[Addressed]) -> dict[str, int]:
    return {way: sum(one.way == way for one in addressed) for way in (rules.MAIL, rules.POST, rules.NONE)}


def _log_choice(session: Session, type_: str, name: str, way: str, by: UUID | None, role: str) -> None:
    session.flush()
    who = pseudonym(session, by, HOUSE) if by else SYSTEM
    append(session, Draft(type_, who, role, organisation=name, data={"post": rules.INVITATIONS, "way": way}))
