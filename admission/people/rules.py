"""What holds at the doors, over plain values: lengths, lifetimes, limits, and which door is whose."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from admission.ground import clock
from admission.people.roles import ALWAYS_ENDS, BY_PASSWORD, NEVER_ENDS, Role

CODE_LIFE = timedelta(minutes=10)
"""Of a mailed code or link (ASVS 6.5.5)."""
FACTOR_LIFE = timedelta(minutes=10)
"""Between a right password and its second factor."""
INVITATION_LIFE = timedelta(days=14)
RESET_LIFE = timedelta(days=7)
"""A lost factor: asked for, confirmed and used within a week."""
SESSION_LIFE = timedelta(hours=12)
PROOF_LIFE = timedelta(minutes=15)
"""How long a full proof is enough to change password or factor."""
DEVICE_LIFE = timedelta(days=180)
SKEW = timedelta(minutes=5)
"""How far two nodes' clocks may differ. A clock set back further ends what it would otherwise prolong."""

TRIES = 5
SHORTEST, LONGEST = 12, 200
"""Characters of a password: every password here has a second factor beside it."""
IDLE_OFFICE, IDLE_OTHERS = 30, 120
"""Minutes without a page; drafts are saved question by question, so two hours cost nobody an answer."""
RECOVERY_CODES = 10


@dataclass(frozen=True)
class Limit:
    """At most `count` knocks `within` a span of time."""

    count: int
    within: timedelta


LIMITS: dict[str, tuple[Limit, ...]] = {
    "password": (Limit(10, timedelta(minutes=5)),),
    "password_network": (Limit(10, timedelta(minutes=5)),),
    "factor": (Limit(5, timedelta(minutes=5)),),
    "mail": (Limit(3, timedelta(minutes=15)), Limit(10, timedelta(days=1))),
    "mail_network": (Limit(20, timedelta(hours=1)),),
    "message": (Limit(3, timedelta(hours=1)), Limit(10, timedelta(days=1))),
    "message_network": (Limit(10, timedelta(hours=1)),),
    "message_organisation": (Limit(20, timedelta(days=1)),),
    "printed_code": (Limit(10, timedelta(minutes=10)), Limit(40, timedelta(days=1))),
}
"""By door. The mail limits also protect third parties: nobody gets more than ten mails a day, whatever is posted."""


def retry_after(knocks: Collection[datetime], limits: Collection[Limit], now: datetime) -> int:
    """Seconds until the next knock is heard; 0: now. A knock dated in the future counts (clocks may step back)."""
    waits = [0]
    for limit in limits:
        recent = sorted(at for at in knocks if at > now - limit.within)
        if len(recent) >= limit.count:
            waits.append(max(1, int((recent[-limit.count] + limit.within - now).total_seconds())))
    return max(waits)


def address(text: str) -> str:
    """The mail address as it is kept and compared, lower case; raises ValueError for what is none.

    Letters outside ASCII may stand behind the @ alone: before it, hardly a relay takes them (RFC 6531).
    """
    found = _parsed(text.strip())
    if found.ascii_email is None:
        raise ValueError("not a mail address")
    return found.normalized.lower()


def on_the_wire(kept: str) -> str:
    """The address as it is handed to a relay, its domain after IDNA 2008; raises ValueError.

    By the older rules, which Python's own codec still follows, `faß.example` is `fass.example`: somebody else's house.
    """
    found = _parsed(kept).ascii_email
    if found is None:
        raise ValueError("not a mail address")
    return found


def _parsed(text: str) -> ValidatedEmail:
    try:
        return validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValueError("not a mail address") from error


def password(text: str) -> str:
    """The same password from every keyboard (NIST SP 800-63B: normalised before it is hashed)."""
    return unicodedata.normalize("NFKC", text)


def password_faults(text: str, own: Collection[str], common: Collection[str]) -> list[str]:
    """What is wrong with a new password: short, long, common, own. No rule about kinds of characters (NIST SP 800-63B).

    `own`: name and address of the person; `common`: what is tried first everywhere, lower case.
    """
    chosen = password(text).casefold()
    faults = []
    if len(chosen) < SHORTEST:
        faults.append("short")
    if len(chosen) > LONGEST:
        faults.append("long")
    stem = _stem(chosen)  # empty: digits and signs alone
    if not stem or chosen in common or stem in common or _repeats(chosen):
        faults.append("common")
    if any(part in chosen for text in own for part in re.split(r"[^\w]+", text.casefold()) if len(part) >= 5):
        faults.append("own")
    return faults


def digits(text: str) -> str:
    """A code as typed or pasted, without spaces and dashes."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def alive(made_at: datetime, until: datetime, now: datetime) -> bool:
    """Whether something made then and good until then is good now; a clock that was set back prolongs nothing."""
    return made_at - SKEW <= now < until


def session_alive(*, seen_at: datetime, idle_minutes: int, ends_at: datetime, now: datetime) -> bool:
    """Whether a session still holds: used recently, and not older than its absolute end."""
    return alive(seen_at, min(seen_at + timedelta(minutes=idle_minutes), ends_at), now)


def idle_minutes(roles: Collection[Role]) -> int:
    """How long a session of this person may rest."""
    return IDLE_OFFICE if by_password(roles) else IDLE_OTHERS


def way_in(roles: Collection[Role], *, has_password: bool, deactivated: bool) -> Literal["code", "office", "closed"]:
    """Which door is this account's. Whoever has a password never comes in by mail alone."""
    if deactivated:
        return "closed"
    return "office" if has_password or by_password(roles) else "code"


def by_password(roles: Collection[Role]) -> bool:
    """Whether these roles ask for a password and a second factor."""
    return bool(BY_PASSWORD & set(roles))


def grant_fault(role: Role, until: datetime | None, now: datetime) -> str | None:
    """Why this role cannot be given so: a reason code, or None."""
    if role in (Role.APPLICANT, Role.SYSTEM):
        return "grant.not_given"
    if role in ALWAYS_ENDS and until is None:
        return "grant.needs_end"
    if role in NEVER_ENDS and until is not None:
        return "grant.has_no_end"
    return "grant.is_over" if until is not None and until <= now else None


def end_of(day: date | None) -> datetime | None:
    """The first instant at which something no longer holds whose last day this is, in Berlin."""
    if day is None:
        return None
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=clock.BERLIN).astimezone(UTC)


def last_day(until: datetime) -> date:
    """The last day on which a grant holds, from its first instant without it."""
    return clock.berlin_day(until - timedelta(seconds=1))


def device_words(user_agent: str) -> str:
    """Browser and system in two words, so that a person knows her own sessions again; the rest is not kept."""
    browsers = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"))
    others = (("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))
    browser = next((word for mark, word in browsers if mark in user_agent), "Browser")
    system = next((word for mark, word in systems + others if mark in user_agent), "")
    return f"{browser}, {system}" if system else browser


def _stem(text: str) -> str:
    return text.strip("0123456789!?.,-_*#+ ").translate(str.maketrans("013457@$!", "oieastasi"))


def _repeats(text: str) -> bool:
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, min(5, len(text))))
