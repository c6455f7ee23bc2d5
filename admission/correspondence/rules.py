"""When an invitation may be changed, handed on, sent or stopped, and where one of its mails stands. Pure."""

from collections.abc import Mapping
from datetime import timedelta

from admission.ground.errors import Reason

OFFICE, COUNCIL = "office", "council"
DRAFT, WAITING, SENT, STOPPED = "draft", "waiting", "sent", "stopped"
MAIL, POST, NONE = "mail", "post", "none"
COMES, DECLINES = "comes", "declines"
INVITATIONS = "invitations"
"""The kind of post that an organisation may opt out of."""
OPTED_OUT = "opted_out"
GERMAN = "de"
GRACE = timedelta(minutes=10)
"""How long a mail of an invitation waits, so that whoever sent it may still stop it."""
MOST_PEOPLE = 500
LANGUAGES = ("de", "en", "ar", "fr", "ru", "tr", "uk")
"""Languages in which an invitation may be written; the frame around it speaks `FRAMES`."""
FRAMES = ("de", "en")
WAY: Mapping[str, tuple[frozenset[str], str]] = {
    "change": (frozenset({DRAFT, WAITING}), DRAFT),
    "hand_over": (frozenset({DRAFT}), WAITING),
    "send": (frozenset({DRAFT, WAITING}), SENT),
    "stop": (frozenset({SENT}), STOPPED),
}
"""Act -> the states from which it is possible, and the state to which it leads."""


def why_not(act: str, state: str, audience: str, *, approved: bool = True) -> tuple[Reason, ...]:
    """Every reason why this may not be done now; none: it is possible."""
    if state not in WAY[act][0]:
        return (Reason("invitation.not_now"),)
    if act == "send" and audience == COUNCIL and not approved:
        return (Reason("invitation.not_approved"),)
    return ()


def lines(values: str) -> tuple[str, ...]:
    """What is kept a line each."""
    return tuple(filter(None, values.split("\n")))


def frame_of(language: str) -> str:
    """The language of the words around a text; German where there are none of its own."""
    return language if language in FRAMES else GERMAN


def delivery(way: str, posted: bool, mail_state: str | None, attempts: int = 0) -> str:
    """Where a recipient's post stands: none, to_post, posted, queued, retried, sent, failed, stopped."""
    if way == NONE:
        return NONE
    if way == POST:
        return "posted" if posted else "to_post"
    if mail_state == "queued":
        return "retried" if attempts else "queued"
    return {"sent": "sent", "failed": "failed"}.get(mail_state or "", "stopped")


UNCONFIRMED, READ, PASSED_ON, DECLINED, ANSWERED, CLOSED = (
    "unconfirmed", "waiting", "passed_on", "declined", "answered", "closed",
)  # fmt: skip
MESSAGE_WAY: Mapping[str, tuple[frozenset[str], str]] = {
    "confirm": (frozenset({UNCONFIRMED}), READ),
    "pass_on": (frozenset({READ}), PASSED_ON),
    "decline": (frozenset({READ}), DECLINED),
    "note_answer": (frozenset({PASSED_ON, CLOSED}), ANSWERED),
    "close": (frozenset({PASSED_ON}), CLOSED),
}
"""What is done with a message -> the states from which it is possible, and the state to which it leads."""
CONFIRMED_WITHIN = timedelta(days=3)
"""A message that nobody confirmed by then is deleted unread."""
KEPT_MONTHS = 3
"""How long a message's text is kept after it was closed, where the edition does not say."""
