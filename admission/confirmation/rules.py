"""When who is asked again, how an organisation can be asked, when a trial has come back, and printed codes. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from admission.procedure.deadlines import months_after

TRIAL = 3
"""So many organisations are asked first: a mistake in the mail then meets few."""
TRIAL_DAYS = 7
"""After so many days one answer of the trial is enough; before, all of them have to be there."""
EARLY = timedelta(weeks=4)
"""So long before its reference day a round may begin."""
KEY_LIFE = timedelta(weeks=26)
MAIL, LETTER, PHONE, NOBODY = "mail", "letter", "phone", "none"
WAYS = (MAIL, LETTER, PHONE, NOBODY)
WRITTEN = (MAIL, LETTER)
CONFIRMED, GONE, OBJECTED = "confirmed", "gone", "objected"
LINK, CODE, TYPED = "link", "code", "typed"
CHANNELS = {LINK: "link", TYPED: "code"}
"""Kind of key -> channel of what it confirms."""
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
"""23 characters that nobody confuses: no 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U and V."""
LENGTH, GROUP = 12, 4
_SIGNS = str.maketrans("", "", " -–—.\u00a0")


@dataclass(frozen=True)
class Way:
    """One contact as far as asking needs it."""

    id: UUID
    kind: str
    may_be_written_to: bool
    is_personal: bool
    objected: bool
    blanked: bool
    confirmed_on: date | None
    language: str = "de"


@dataclass(frozen=True)
class Speaker:
    """Somebody with an account who speaks for the organisation."""

    account: UUID
    language: str


@dataclass(frozen=True)
class Reach:
    """How an organisation is asked; `why_not` only where it cannot be."""

    way: str
    contact: UUID | None = None
    account: UUID | None = None
    language: str = "de"
    why_not: str = ""


def reach(ways: Iterable[Way], speakers: Sequence[Speaker]) -> Reach:
    """How this organisation can be asked: by mail, else by letter, else by phone; else why not.

    A letter to the organisation itself, at an address that names nobody, needs no basis; whoever objected gets nothing.
    """
    known = sorted(ways, key=lambda way: (way.confirmed_on is None, -(way.confirmed_on or date.min).toordinal()))
    open_ = [way for way in known if not way.objected and not way.blanked]
    for way in open_:
        if way.kind == "mail" and way.may_be_written_to:
            return Reach(MAIL, contact=way.id, language=way.language)
    if speakers:
        return Reach(MAIL, account=speakers[0].account, language=speakers[0].language)
    for way in open_:
        if way.kind == "post" and (way.may_be_written_to or not way.is_personal):
            return Reach(LETTER, contact=way.id, language=way.language)
    for way in open_:
        if way.kind == "phone":
            return Reach(PHONE, contact=way.id, language=way.language)
    return Reach(NOBODY, why_not=_why_not(known))


def _why_not(ways: Sequence[Way]) -> str:
    if any(way.objected for way in ways):
        return "objected"
    if any(way.kind == "mail" and not way.blanked for way in ways):
        return "no_basis"
    return "blanked" if any(way.blanked for way in ways) else "no_contact"


def reference_day(confirmation: Mapping[str, Any], today: date) -> date:
    """The reference day of a round that begins today: the last one, or one that comes within four weeks."""
    month, day = map(int, str(confirmation["reference_day"]).split("-"))
    days = [date(year, month, day) for year in (today.year - 1, today.year, today.year + 1)]
    return max(found for found in days if found <= today + EARLY)


def next_on(confirmation: Mapping[str, Any], begun_on: date, times: int) -> date | None:
    """The day on which an organisation that was written to so many times is written to again; None: no more."""
    weeks: Sequence[int] = confirmation["remind_after_weeks"]
    return begun_on + timedelta(weeks=weeks[times]) if times < len(weeks) else None


def is_called(confirmation: Mapping[str, Any], way: str, begun_on: date, today: date, *, failed: bool) -> bool:
    """Whether an organisation that has not answered is called: its weeks are over, or nothing written reaches it."""
    if way not in WRITTEN or failed:
        return True
    return begun_on + timedelta(weeks=confirmation["call_after_weeks"]) <= today


def trial_is_back(answered: Sequence[bool], begun_on: date, today: date) -> bool:
    """All of the trial have answered, or a week has passed and one of them has."""
    return all(answered) or (any(answered) and begun_on + timedelta(days=TRIAL_DAYS) <= today)


def unconfirmed_since(
    confirmation: Mapping[str, Any], confirmed_on: date | None, known_on: date, today: date
) -> date | None:
    """The first day on which the last confirmation no longer held, if that day has come; None: it holds.

    Without any confirmation: since the organisation is known.
    """
    if confirmed_on is None:
        return known_on
    over: date = months_after(confirmed_on, confirmation["every_months"])
    return over if over <= today else None


def code_of(number: int) -> str:
    """The printed code of a large number: eleven characters and one that checks them."""
    drawn = []
    for _ in range(LENGTH - 1):
        number, rest = divmod(number, len(ALPHABET))
        drawn.append(rest)
    return "".join(ALPHABET[value] for value in [*drawn, _check(drawn)])


def grouped(code: str) -> str:
    """As it is printed, in groups of four."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def code_from(typed: str) -> str | None:
    """The code that was typed, however it was grouped and in small letters too; None: it cannot be one.

    One wrong character and two that changed places are always noticed: the check character is a weighted sum modulo a
    prime (as ISO 7064 has it in spirit).
    """
    text = typed.translate(_SIGNS).upper()
    if len(text) != LENGTH or any(char not in ALPHABET for char in text):
        return None
    values = [ALPHABET.index(char) for char in text]
    return text if values[-1] == _check(values[:-1]) else None


def _check(values: Sequence[int]) -> int:
    return sum(weight * value for weight, value in enumerate(values, start=2)) % len(ALPHABET)
