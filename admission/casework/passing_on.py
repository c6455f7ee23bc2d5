"""Somebody writes to an organisation through the office: the mails that confirm it, pass it on, and tell the writer.

The mail that confirms holds nothing of what was written: nobody sends words of their own to a stranger through us.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from admission.casework.inviting import Reach, reach
from admission.correspondence import messages, rules
from admission.correspondence.models import Message
from admission.ground import clock
from admission.ground.errors import Reason, Refused
from admission.ground.mail import queue
from admission.organisations.models import Organisation

CONFIRM, PASSED, DECIDED = "message_confirm", "message_passed", "message_decided"


def receive(session: Session, organisation: UUID, name: str, address: str, text: str, language: str) -> None:
    """Keep the message and mail its writer a link; nobody reads it before that link was used. The caller commits."""
    id_, made = messages.write(session, organisation, name, address, text, language)
    values = {"organisation": session.get_one(Organisation, organisation).name, "path": f"/nachricht/{made}"}
    queue(
        session, CONFIRM, key=f"message/{id_}/confirm", address=address, language=rules.frame_of(language),
        values=values, expires_at=clock.now() + rules.CONFIRMED_WITHIN,
    )  # fmt: skip


def way_to(session: Session, row: Message) -> Reach:
    """How the organisation of a message is reached now; who wants no invitations may be written to all the same."""
    return reach(session, [row.organisation_id], inviting=False)[row.organisation_id]


def pass_on(session: Session, row: Message, way: str, *, by: UUID, role: str) -> None:
    """Mail it to the organisation, or record by which other way it has it; the writer is told. The caller commits.

    Raises `Refused` (`message.not_now`, `message.not_by_mail`).
    """
    messages.pass_on(session, row, way, by=by, role=role)
    if way == rules.MAIL:
        to = way_to(session, row)
        if to.way != rules.MAIL:
            raise Refused((Reason("message.not_by_mail"),))
        values = {
            "organisation": session.get_one(Organisation, row.organisation_id).name,
            "name": row.name,
            "address": row.address,
            "text": row.text,
            "reply_to": row.address,
        }
        queue(
            session, PASSED, key=f"message/{row.id}/passed", to=to.account, address=to.address or None,
            language=rules.frame_of(to.language), values=values,
        )  # fmt: skip
    _tell(session, row, "")


def decline(session: Session, row: Message, reason: str, *, by: UUID, role: str) -> None:
    """It is not passed on, and the writer reads why. The caller commits."""
    messages.decline(session, row, reason, by=by, role=role)
    _tell(session, row, reason)


def _tell(session: Session, row: Message, reason: str) -> None:
    """What became of it, to the mailbox that was confirmed."""
    values = {"organisation": session.get_one(Organisation, row.organisation_id).name, "reason": reason}
    queue(
        session, DECIDED, key=f"message/{row.id}/decided", address=row.address,
        language=rules.frame_of(row.language), values=values,
    )  # fmt: skip
