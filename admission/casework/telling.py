"""The people of a list are told by mail what is held of them; each gets a link with which to answer."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from admission.ground.ids import new_id
from admission.ground.mail import Mail, mail_row
from admission.register import informing
from admission.register.contacts import MAIL
from admission.register.informing import ToTell

TEMPLATE = "told"
LANGUAGES = ("de", "en")
AT_ONCE = 200
"""Mails of one click; more take another one, so that no request takes too long."""


def tell_by_mail(session: Session, waiting: Sequence[ToTell], *, by: UUID, role: str) -> int:
    """Queue a mail to everybody who can be told by mail, at most `AT_ONCE`; returns how many. The caller commits."""
    told = [one for one in waiting if one.reach == MAIL and one.information.told_on is None][:AT_ONCE]
    rows = []
    secrets = informing.fresh_secrets(told)
    for one in told:
        mail = one.mail
        assert mail is not None
        rows.append(
            mail_row(
                TEMPLATE,
                key=f"{TEMPLATE}/{one.information.id}/{new_id()}",
                address=mail.value,
                language=mail.language if mail.language in LANGUAGES else LANGUAGES[0],
                values={
                    "person": one.person,
                    "organisation": one.organisation.name,
                    "source": one.source,
                    "path": f"/mitteilung/{secrets[one.information.id]}",
                },
            )
        )
    if rows:
        session.execute(insert(Mail), rows)
    informing.tell(session, told, MAIL, by=by, role=role, secrets=secrets)
    return len(told)
