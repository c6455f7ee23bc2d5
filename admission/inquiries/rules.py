"""How a question is split, which act is possible when and for whom, and what differs between two texts. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from uuid import UUID

from admission.ground.errors import Reason

PREPARED, FILED, DRAFTING, SIGNING = "prepared", "filed", "drafting", "signing"
RETURNED, SIGNED, ANSWERED = "returned", "signed", "answered"
WAY: Mapping[str, tuple[frozenset[str], str]] = {
    "file": (frozenset({PREPARED}), FILED),
    "begin": (frozenset({FILED}), DRAFTING),
    "write": (frozenset({DRAFTING, RETURNED}), DRAFTING),
    "hand_over": (frozenset({DRAFTING}), SIGNING),
    "sign": (frozenset({SIGNING}), SIGNED),
    "return": (frozenset({SIGNING, SIGNED}), RETURNED),
    "release": (frozenset({SIGNED}), ANSWERED),
    "reopen": (frozenset({ANSWERED}), DRAFTING),
}
"""Act -> the states from which it is possible, and the state to which it leads."""
OFFICE, HOUSE = "office", "house"
NUMBERED = re.compile(r"^\s*(?:\d{1,2}[.)]|[a-h]\)|[-–•])\s+", re.MULTILINE)
PAPER_NUMBER = re.compile(r"(?=.*\d)[0-9A-Z][0-9A-Za-z./-]{0,29}")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
MOST_PARTS = 12
KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "care": ("besuch", "berät", "berat"),
    "procedure": ("kriteri", "maßst", "massst", "verfahren", "aufnahme", "aufgenommen"),
    "number": ("zahl", "wie viele", "ermittelt", "anzahl", "aktuell"),
}
"""Template -> beginnings of words by which a part of a question asks for it."""


@dataclass(frozen=True)
class Stand:
    """Where an answer stands: its state, who wrote since the last release, and parts without an answer."""

    state: str
    authors: frozenset[UUID] = frozenset()
    empty_parts: tuple[int, ...] = ()
    says_what_changed: bool = True
    names: tuple[str, ...] = field(default=())
    """Organisations named in the text that have not agreed to be named."""


def why_not(act: str, stand: Stand, by: UUID, *, approver: bool = False) -> tuple[Reason, ...]:
    """Every reason why this person may not do this now; none: it is possible."""
    return tuple(_reasons(act, stand, by, approver))


def _reasons(act: str, stand: Stand, by: UUID, approver: bool) -> Iterator[Reason]:
    if stand.state not in WAY[act][0]:
        yield Reason("inquiry.not_signed" if act == "release" else "inquiry.not_now")
    if act in ("sign", "release") and by in stand.authors:
        yield Reason(f"inquiry.drafted.{act}")
    if act == "release" and not approver:
        yield Reason("inquiry.not_an_approver")
    if act in ("hand_over", "release"):
        for position in stand.empty_parts:
            yield Reason("inquiry.part_is_empty", {"part": position})
        if not stand.says_what_changed:
            yield Reason("inquiry.change_is_not_said")
        for name in stand.names:
            yield Reason("inquiry.names_without_consent", {"name": name})


def split(question: str) -> list[str]:
    """The parts of a question, word for word: its numbered items, else its paragraphs, else itself."""
    marks = list(NUMBERED.finditer(question))
    if len(marks) > 1:
        ends = [mark.start() for mark in marks[1:]] + [len(question)]
        found = [question[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    else:
        found = re.split(r"\n\s*\n", question)
    return [part.strip() for part in found if part.strip()][:MOST_PARTS] or [question.strip()]


def is_excerpt(part: str, question: str) -> bool:
    """Whether a part stands in the question word for word; white space apart."""
    return bool(part.strip()) and " ".join(part.split()) in " ".join(question.split())


def template_for(part: str) -> str:
    """Which of the templates answers this part: number, procedure, care; or none."""
    text = part.lower()
    return next((name for name, words in KEYWORDS.items() if any(word in text for word in words)), "")


def changes(before: str, after: str) -> list[tuple[str, str]]:
    """Two texts word by word: (kept | gone | new, text), in the order of reading."""
    was, now = _words(before), _words(after)
    found: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(a=was, b=now, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("kept", "".join(was[a:b])))
            continue
        if a < b:
            found.append(("gone", "".join(was[a:b])))
        if c < d:
            found.append(("new", "".join(now[c:d])))
    return found


def changed_numbers(before: str, after: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Numbers that only the older text names, and those that only the newer one names, in the order of reading."""
    was, now = NUMBER.findall(before), NUMBER.findall(after)
    return tuple(_without(was, now)), tuple(_without(now, was))


def _without(some: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    left = Counter(others)
    for one in some:
        if left[one]:
            left[one] -= 1
        else:
            yield one


def _words(text: str) -> Sequence[str]:
    """Words, each with the white space behind it."""
    return re.findall(r"\S+\s*|^\s+", text)
