"""Finding in the public register: by words, however they are spelled, and by choices; page by page, in two statements.

The card index says which organisations fit; what is shown of them is read from fields and consents in the same
statement, so that nothing can be seen that was withdrawn a moment ago.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    String,
    Text,
    Uuid,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from admission.cases.models import Case
from admission.register import spelling
from admission.register.card_models import Card, CardChoice, CardWord, WordPart
from admission.register.cards import CHOICES, CODE
from admission.register.models import Consent, Field
from admission.register.public import Entry, holding

ROWS = 25
MOST_WORDS = 6
"""Words of a search that are looked at."""
CANDIDATES = 80
"""So many known words are compared with each word that was asked for."""
WHOLE, BEGINS, WITHIN, SIMILAR = range(4)
"""How well a word fits: it is one of the entry's, one of them begins so, holds it, or is only spelled alike."""
SHORT = 3
"""Shorter words are looked for at the beginning of words alone."""


@dataclass(frozen=True)
class Asked:
    """What is looked for: words (all of them have to be found), and kind of choice -> value.

    `titles`: code of a field of work -> its titles, in every language in which somebody may ask for it.
    """

    text: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        """The words as they are compared."""
        return spelling.words(self.text)[:MOST_WORDS]

    @property
    def everything(self) -> bool:
        """Whether nothing narrows the register."""
        return not self.words and not self.chosen


@dataclass(frozen=True)
class Choice:
    """One value by which can be filtered, and how many entries that would leave."""

    value: str
    title: str
    count: int


@dataclass(frozen=True)
class Found:
    """Some entries in order, how many fit in all, and the key from which the next page goes on.

    `similar`: nothing was found as it was typed; these are spelled alike. `choices`: kind -> values, each counted as
    if it were the one chosen.
    """

    entries: list[Entry]
    total: int
    similar: bool
    following: str | None
    choices: Mapping[str, list[Choice]]


def find(session: Session, asked: Asked, after: str = "", most: int | None = ROWS) -> Found:
    """The entries that fit, behind the key `after`: exact ones first, then in the order of their addresses.

    One statement; two if words are asked for. `most`: None for all of them at once, without choices.
    """
    hits = _hits(asked, _similar(session, asked.words)) if asked.words else None
    entries: dict[str, dict[str, str]] = {}
    found: dict[str, tuple[int, Entry]] = {}
    choices: dict[str, list[Choice]] = defaultdict(list)
    total = 0
    for row in session.execute(_statement(asked, hits, after, most)):
        match row.what:
            case "entry":
                fields = entries.setdefault(row.key, {})
                fields[row.name] = row.value
                found[row.key] = row.number, Entry(row.id, row.key, row.state, row.since, fields)
            case "choice":
                choices[row.key].append(Choice(row.name, row.value, row.number))
            case _:
                total = row.number
    shown = [one for one in found.values() if "name" in one[1].fields]
    following = None
    if most is not None and len(shown) > most:
        shown = shown[:most]
        rank, last = shown[-1]
        following = f"{rank}~{last.slug}" if rank else last.slug
    similar = bool(shown) and all(rank == SIMILAR for rank, _ in shown)
    return Found([one for _, one in shown], total, similar, following, _ordered(choices))


def _ordered(choices: Mapping[str, list[Choice]]) -> dict[str, list[Choice]]:
    return {kind: sorted(choices.get(kind, ()), key=lambda one: one.title.casefold()) for kind in CHOICES}


def _similar(session: Session, words: Sequence[str]) -> dict[str, list[str]]:
    """Word -> words of some card that are spelled like it. One statement, none if all words are too short."""
    long = [word for word in words if spelling.slips(word)]
    if not long:
        return {}
    rows = session.execute(union_all(*(select(_candidates(word).subquery()) for word in long)))
    found: dict[str, list[str]] = defaultdict(list)
    for asked, word in rows:
        if spelling.alike(asked, word):
            found[asked].append(word)
    return found


def _candidates(word: str) -> Any:
    """(word asked for, known word) for those that share the most pairs of letters with it."""
    shared = func.count()
    return (
        select(literal(word, String).label("asked"), WordPart.word)
        .where(WordPart.part.in_(sorted(spelling.pairs(word))))
        .group_by(WordPart.word)
        .having(shared >= spelling.fewest_shared(word))
        .order_by(shared.desc(), func.length(WordPart.word), WordPart.word)
        .limit(CANDIDATES)
    )


def _hits(asked: Asked, similar: Mapping[str, Sequence[str]]) -> Any:
    """(organisation, rank) of all on whose cards every word is found; what is only alike counts if nothing else fits.

    An organisation's rank is that of the word that fits it least.
    """
    each = [_of_word(word, similar.get(word, ()), asked.titles).subquery() for word in asked.words]
    first, *others = each
    rank = first.c.rank
    for other in others:
        rank = case((other.c.rank > rank, other.c.rank), else_=rank)
    every = select(first.c.organisation_id, rank.label("rank"))
    for other in others:
        every = every.join(other, other.c.organisation_id == first.c.organisation_id)
    hits = every.cte("hits")
    better = exists().where(hits.c.rank < SIMILAR).select_from(hits)
    return select(hits).where(or_(hits.c.rank < SIMILAR, ~better)).cte("best")


def _of_word(word: str, similar: Sequence[str], titles: Mapping[str, Sequence[str]]) -> Any:
    """(organisation, rank) of all on whose cards one word is found."""
    begins = WordPart.word.startswith(word, autoescape=True)
    held = begins if len(word) < SHORT else WordPart.word.contains(word, autoescape=True)
    rank = case((WordPart.word == word, WHOLE), (begins, BEGINS), else_=WITHIN).label("rank")
    ways = [select(WordPart.word, rank).where(WordPart.part == "", held)]
    if similar:
        ways.append(select(WordPart.word, literal(SIMILAR)).where(WordPart.part == "", WordPart.word.in_(similar)))
    ways += [select(literal(CODE + code, String), literal(rank)) for code, rank in _codes(word, titles)]
    known = union_all(*ways).subquery()
    return (
        select(CardWord.organisation_id, func.min(known.c.rank).label("rank"))
        .join(known, known.c.word == CardWord.word)
        .group_by(CardWord.organisation_id)
    )


def _codes(word: str, titles: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, int]]:
    """Fields of work whose title holds the word, and how well."""
    for code, spoken in titles.items():
        ranks = [_rank(word, part) for title in spoken for part in spelling.words(title)]
        if fits := [rank for rank in ranks if rank is not None]:
            yield code, min(fits)


def _rank(asked: str, word: str) -> int | None:
    if word == asked:
        return WHOLE
    if word.startswith(asked):
        return BEGINS
    if len(asked) >= SHORT and asked in word:
        return WITHIN
    return SIMILAR if spelling.alike(asked, word) else None


def _statement(asked: Asked, hits: Any, after: str, most: int | None) -> Any:
    """Entries of the page, the number of all, and the counts of the choices, as rows of one shape."""
    base: Any = Card.__table__ if asked.everything else _fitting(asked, hits).cte("base")
    columns = base.c
    rank = literal(WHOLE).label("rank") if asked.everything else columns.rank
    rows = select(columns.organisation_id, columns.slug, rank).where(_behind(columns.slug, rank, after))
    page = rows.order_by(rank, columns.slug).limit(None if most is None else most + 1).cte("page")
    parts = [_entries(page), _total(base)]
    if most is not None:
        parts += _counts(asked, hits, base)
    return union_all(*parts).order_by("what", "number", "key")


def _behind(slug: Any, rank: Any, after: str) -> Any:
    first, mark, rest = after.partition("~")
    if mark and first in {str(one) for one in (BEGINS, WITHIN, SIMILAR)}:
        return or_(rank > int(first), and_(rank == int(first), slug > rest))
    return or_(rank > WHOLE, slug > after) if after else literal(1) == 1


def _fitting(asked: Asked, hits: Any, but: str = "") -> Any:
    """(organisation, slug, rank) of all cards that fit; `but`: a kind of choice that is not looked at."""
    rank = literal(WHOLE) if hits is None else hits.c.rank
    found = select(Card.organisation_id, Card.slug, rank.label("rank"))
    if hits is not None:
        found = found.join(hits, hits.c.organisation_id == Card.organisation_id)
    for kind, value in asked.chosen.items():
        if kind != but:
            one = aliased(CardChoice)
            here = and_(one.organisation_id == Card.organisation_id, one.kind == kind, one.value == value)
            found = found.join(one, here)
    return found


def _entries(page: Any) -> Any:
    """What may be shown of the organisations of a page, a row each field."""
    return (
        select(
            literal("entry").label("what"), page.c.slug.label("key"), Field.name.label("name"),
            Field.value.label("value"), page.c.rank.label("number"), Case.state.label("state"),
            type_coerce(Case.state_since, Date).label("since"), page.c.organisation_id.label("id"),
        )
        .join(Case, and_(Case.organisation_id == page.c.organisation_id, Case.kind == "membership"))
        .join(Field, Field.organisation_id == page.c.organisation_id)
        .join(Consent, (Consent.organisation_id == Field.organisation_id) & (Consent.field == Field.name))
        .where(Case.ended_at.is_(None), *holding())
    )  # fmt: skip


def _total(base: Any) -> Any:
    nothing = cast(null(), Text)
    number = cast(select(func.count()).select_from(base).scalar_subquery(), Integer)
    return select(literal("total"), nothing, nothing, nothing, number, nothing, cast(null(), Date), cast(null(), Uuid))


def _counts(asked: Asked, hits: Any, base: Any) -> list[Any]:
    """How many entries each value leaves; what is chosen of a kind does not narrow that kind itself."""
    free = [kind for kind in CHOICES if kind not in asked.chosen]
    counted = [_count(base, free)] if free else []
    return counted + [_count(_fitting(asked, hits, kind).subquery(), [kind]) for kind in asked.chosen]


def _count(base: Any, kinds: Sequence[str]) -> Any:
    rows = select(
        literal("choice"), CardChoice.kind, CardChoice.value, func.min(CardChoice.title), cast(func.count(), Integer),
        cast(null(), Text), cast(null(), Date), cast(null(), Uuid),
    )  # fmt: skip
    if base is not Card.__table__:  # else every choice stands on a card
        rows = rows.join(base, base.c.organisation_id == CardChoice.organisation_id)
    return rows.where(CardChoice.kind.in_(kinds)).group_by(CardChoice.kind, CardChoice.value)
