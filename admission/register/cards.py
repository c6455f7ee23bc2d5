"""Writes of the card index, at the end of every transaction that changes what the public may see of an organisation.

Nobody has to think of it: fields, consents and names tell it when they are flushed, `casework.move` when a membership
begins or changes. Written is last of all, behind the log's entries, so that no transaction waits for another one here:
the log's lock, which all of them hold by then, lets them through one after the other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, event, func, insert, or_, select, update
from sqlalchemy.orm import Session, SessionTransaction

from admission.ground import clock
from admission.ground.ids import new_id
from admission.organisations.models import Organisation, OrganisationName
from admission.register import spelling
from admission.register.card_models import Card, CardChange, CardChoice, CardWord, WordPart
from admission.register.models import Consent, Field
from admission.register.public import current, fields_of
from admission.register.rules import FIELDS, PUBLIC, offers_of, parts

LOCK = 6963
"""PostgreSQL's advisory lock of the card index, for writers that had nothing to log; SQLite has one writer anyway."""
CHOICES = ("field", "languages", "districts", "offers")
"""Fields by whose values the register is filtered."""
UNSPOKEN = frozenset({"logo", "website", "links", "mailbox", "mailboxes"})
"""Fields whose words nobody searches for."""
CODE = "field:"
"""A field of work stands among the words with its code; the search knows its titles from the rulebook."""
BATCH = 500
_WAITING = "cards"


@dataclass
class Shown:
    """What the public may see of one organisation now."""

    slug: str
    fields: dict[str, str] = field(default_factory=dict)
    former: list[str] = field(default_factory=list)


def touch(session: Session, organisation: UUID) -> None:
    """What is shown of this organisation may have changed; its card is written anew before the commit."""
    _waiting(session)[organisation]


def install() -> None:
    """Let every session note what is flushed, and write the cards before it commits."""
    for name, listener in (("before_flush", _note), ("before_commit", _write), ("after_transaction_end", _forget)):
        if not event.contains(Session, name, listener):
            event.listen(Session, name, listener)


def mend(session: Session) -> int:
    """Write at most so many cards that are missing (after an upgrade), and take out those that should be gone.

    Returns how many; the caller commits.
    """
    shown = current().subquery()
    missing = select(shown.c.id).where(shown.c.id.not_in(select(Card.organisation_id)))
    beyond = select(Card.organisation_id).where(Card.organisation_id.not_in(select(shown.c.id)))
    some = [*session.scalars(missing.limit(BATCH)), *session.scalars(beyond.limit(BATCH))]
    if some:
        _lock(session)
        _write_some(session, dict.fromkeys(some, ()))
    return len(some)


def rebuild(session: Session) -> None:
    """Write all cards anew, as after an upgrade. Commits each batch."""
    after = None
    while True:
        query = select(Organisation.id).order_by(Organisation.id).limit(BATCH)
        some = session.scalars(query.where(Organisation.id > after) if after else query).all()
        if not some:
            return
        _lock(session)
        _write_some(session, dict.fromkeys(some, ()))
        session.commit()
        after = some[-1]


def words_of(shown: Shown) -> Iterator[tuple[str, str]]:
    """(field, word) by which an organisation is found."""
    for name, value in shown.fields.items():
        if name == "field":
            yield from ((name, CODE + code) for code in parts(name, value))
        elif name not in UNSPOKEN:
            yield from ((name, word) for word in spelling.words(value))
    for former in shown.former:
        yield from (("name", word) for word in spelling.words(former))


def choices_of(shown: Shown) -> Iterator[tuple[str, str, str]]:
    """(kind, value as addresses name it, title) by which an organisation is filtered."""
    for kind in CHOICES:
        value = shown.fields.get(kind, "")
        titles = [what for what, _, _ in offers_of(value)] if kind == "offers" else parts(kind, value)
        for title in titles:
            if named := title if kind == "field" else spelling.key(title):
                yield kind, named, title[:200]


def _waiting(session: Session) -> dict[UUID, set[tuple[str, str]]]:
    """Organisation -> what was touched of it in this transaction: (value or consent, name of the field)."""
    found: dict[UUID, set[tuple[str, str]]] = session.info.setdefault(_WAITING, defaultdict(set))
    return found


def _note(session: Session, _context: object, _instances: object) -> None:
    for row in (*session.new, *(row for row in session.dirty if session.is_modified(row)), *session.deleted):
        if isinstance(row, Field):
            _waiting(session)[row.organisation_id].add(("value", row.name))
        elif isinstance(row, Consent) and row.purpose == PUBLIC:
            _waiting(session)[row.organisation_id].add(("consent", row.field))
        elif isinstance(row, OrganisationName):
            touch(session, row.organisation_id)


def _write(session: Session) -> None:
    """Write the cards of all that was touched; of an organisation that is not shown and was not, one statement."""
    if session.in_nested_transaction():
        return
    session.flush()
    waiting = session.info.pop(_WAITING, {})
    for some in _batches(sorted(waiting)):
        if _are_or_were_shown(session, some):
            _lock(session)
            _write_some(session, {organisation: waiting[organisation] for organisation in some})


def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_WAITING, None)


def _lock(session: Session) -> None:
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _are_or_were_shown(session: Session, ids: Sequence[UUID]) -> bool:
    """Whether any of these organisations stands in the register, or did until now."""
    shown = current().where(Organisation.id.in_(ids)).exists()
    carded = select(Card.organisation_id).where(Card.organisation_id.in_(ids)).exists()
    return bool(session.scalar(select(or_(shown, carded))))


def _seen(session: Session, ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """What the public may see of these organisations; nothing of those that do not stand in the register."""
    found: dict[UUID, Shown] = {}
    for row in session.execute(fields_of(current().where(Organisation.id.in_(ids)))):
        found.setdefault(row.id, Shown(row.slug)).fields[row.name] = row.value
    return found


def _former(session: Session, ids: Sequence[UUID]) -> Iterator[tuple[UUID, str]]:
    """Names that everybody read until the organisation changed them: the consent to its name is older than the change.

    What only the office ever called it is nobody else's business.
    """
    held = and_(
        Consent.organisation_id == OrganisationName.organisation_id,
        Consent.field == "name",
        Consent.purpose == PUBLIC,
        Consent.withdrawn_at.is_(None),
        Consent.given_at <= OrganisationName.noted_at,
    )
    query = select(OrganisationName.organisation_id, OrganisationName.name).join(Consent, held)
    rows = session.execute(query.where(OrganisationName.kind == "former", OrganisationName.organisation_id.in_(ids)))
    yield from ((row.organisation_id, row.name) for row in rows)


def _write_some(session: Session, touched: Mapping[UUID, Collection[tuple[str, str]]]) -> None:
    ids = list(touched)
    shown = _seen(session, ids)
    for organisation, name in _former(session, list(shown)) if shown else ():
        shown[organisation].former.append(name)
    before = dict(
        session.execute(select(Card.organisation_id, Card.made_at).where(Card.organisation_id.in_(ids))).all()
    )
    now = clock.now()
    _write_words(session, ids, shown)
    _tell(session, shown, set(before), touched, now)
    session.execute(delete(CardChoice).where(CardChoice.organisation_id.in_(ids)))
    _insert(session, CardChoice, {
        (organisation, kind, value): {"organisation_id": organisation, "kind": kind, "value": value, "title": title}
        for organisation, one in shown.items() for kind, value, title in choices_of(one)
    }.values())  # fmt: skip
    if gone := [organisation for organisation in before if organisation not in shown]:
        session.execute(delete(Card).where(Card.organisation_id.in_(gone)))
    if stay := [organisation for organisation in before if organisation in shown]:
        session.execute(update(Card).where(Card.organisation_id.in_(stay)).values(made_at=now))
    _insert(session, Card, (
        {"organisation_id": organisation, "slug": one.slug, "made_at": now}
        for organisation, one in shown.items() if organisation not in before
    ))  # fmt: skip


def _write_words(session: Session, ids: Sequence[UUID], shown: Mapping[UUID, Shown]) -> None:
    """Replace the words of these cards; parts of words that stand on no card any more go with them."""
    held = select(CardWord.organisation_id, CardWord.field, CardWord.word).where(CardWord.organisation_id.in_(ids))
    before = {(row.organisation_id, row.field, row.word) for row in session.execute(held)}
    wanted = {(organisation, name, word) for organisation, one in shown.items() for name, word in words_of(one)}
    if gone := before - wanted:
        by_field = defaultdict(set)
        for organisation, name, word in gone:
            by_field[organisation, name].add(word)
        for (organisation, name), some in by_field.items():
            here = CardWord.organisation_id == organisation, CardWord.field == name
            session.execute(delete(CardWord).where(*here, CardWord.word.in_(some)))
    new = wanted - before
    _insert(session, CardWord, ({"organisation_id": one, "field": name, "word": word} for one, name, word in new))
    _learn(session, {word for _, _, word in new if not word.startswith(CODE)})
    _unlearn(session, {word for _, _, word in gone})


def _learn(session: Session, words: Iterable[str]) -> None:
    for some in _batches(sorted(words)):
        known = set(session.scalars(select(WordPart.word).where(WordPart.part == "", WordPart.word.in_(some))))
        _insert(session, WordPart, (
            {"part": part, "word": word}
            for word in some if word not in known for part in ("", *spelling.pairs(word))
        ))  # fmt: skip


def _unlearn(session: Session, words: Iterable[str]) -> None:
    for some in _batches(sorted(words)):
        still = set(session.scalars(select(CardWord.word).where(CardWord.word.in_(some)).distinct()))
        if nowhere := set(some) - still:
            session.execute(delete(WordPart).where(WordPart.word.in_(nowhere)))


def _tell(
    session: Session,
    shown: Mapping[UUID, Shown],
    before: Collection[UUID],
    touched: Mapping[UUID, Collection[tuple[str, str]]],
    now: datetime,
) -> None:
    """Note what everybody can see change; of an entry that left, nothing but that is kept.

    A value that is not shown changes for nobody; a consent that came or went does.
    """
    rows = [_change(one, "appeared", now) for one in shown if one not in before]
    if left := [one for one in before if one not in shown]:
        session.execute(delete(CardChange).where(CardChange.organisation_id.in_(left)))
    rows += [_change(one, "left", now) for one in left]
    for one in (one for one in shown if one in before):
        seen = {name for what, name in touched[one] if what == "consent" or name in shown[one].fields}
        if seen:
            rows.append(_change(one, "changed", now, ",".join(name for name in FIELDS if name in seen)))
    _insert(session, CardChange, rows)


def _change(organisation: UUID, what: str, at: datetime, fields: str = "") -> dict[str, Any]:
    return {"id": new_id(), "organisation_id": organisation, "at": at, "what": what, "fields": fields}


def _insert(session: Session, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    if found := [dict(row) for row in rows]:
        session.execute(insert(table), found)


def _batches(found: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(found), BATCH):
        yield found[at : at + BATCH]
