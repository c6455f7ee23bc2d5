"""Putting editions in force: one account proposes a day and a resolution, another one confirms.

Until the council has resolved, one account may set the register's part of an edition provisionally.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from admission.ground import clock
from admission.ground.db import db
from admission.ground.errors import NotFound, Reason, Refused
from admission.log.append import append_house
from admission.log.pseudonyms import pseudonym
from admission.procedure.guards import GUARDS, frozen, misjudged
from admission.rulebook import queries
from admission.rulebook.edition import Rulebook
from admission.rulebook.models import Edition, Publication


class GuardsChanged(RuntimeError):
    """This program judges a guard's frozen rows otherwise than the edition was resolved with: it must not start."""


def propose(edition: str, *, in_force_from: date, resolution: str, by: UUID) -> Publication:
    """Propose to put an edition in force from a day on, by a resolution of the council. The caller commits.

    Raises `NotFound`, or `Refused` for a past day, a missing number, or if the edition is in force or proposed already.
    """
    found = db.session.get(Edition, edition)
    if found is None:
        raise NotFound
    reasons = []
    if in_force_from < clock.today():
        reasons.append(Reason("publication.day_is_past", {"today": clock.today()}))
    if not resolution.strip():
        reasons.append(Reason("publication.resolution_is_missing"))
    if any(row.kind == queries.RESOLVED for row in queries.publications(edition)):
        reasons.append(Reason("publication.exists"))
    if reasons:
        raise Refused(reasons)
    publication = Publication(
        edition=edition,
        in_force_from=in_force_from,
        resolution=resolution.strip(),
        kind=queries.RESOLVED,
        proposed_by=by,
        proposed_at=clock.now(),
    )
    db.session.add(publication)
    db.session.flush()
    return publication


def confirm(publication_id: UUID, *, by: UUID, role: str) -> Publication:
    """Put a proposed edition in force: somebody else than who proposed it. The caller commits.

    Call after `writing()`. Raises `NotFound`, or `Refused` if it is the same account or was confirmed already.
    """
    publication = db.session.scalar(
        select(Publication).where(Publication.id == publication_id).with_for_update(key_share=True)
    )
    if publication is None:
        raise NotFound
    reasons = []
    if publication.proposed_by == by:
        reasons.append(Reason("four_eyes", {"act": "propose_edition"}))
    if publication.confirmed_at is not None:
        reasons.append(Reason("publication.exists"))
    if reasons:
        raise Refused(reasons)
    publication.confirmed_by = by
    publication.confirmed_at = clock.now()
    db.session.flush()
    edition = queries.rulebook(publication.edition)
    data = {
        "name": edition.name,
        "in_force_from": publication.in_force_from,
        "resolution": publication.resolution,
        "proposed_by": pseudonym(db.session(), publication.proposed_by),
    }
    append_house(db.session(), "edition.published", actor=by, role=role, data=data, edition=publication.edition)
    return publication


def set_provisionally(edition: str, *, by: UUID, role: str) -> Publication:
    """Put the register's part of an edition in force from today on, by one person: sets, confirmation, advice.

    Nothing of its procedures holds. Call after `writing()`; the caller commits. Raises `NotFound`, or `Refused` once
    the council has resolved any edition, or if this one holds provisionally already.
    """
    if db.session.get(Edition, edition) is None:
        raise NotFound
    now = queries.in_force(clock.today())
    reasons = []
    if queries.any_is_resolved():
        reasons.append(Reason("publication.is_resolved"))
    elif now is not None and now.publication.edition == edition:
        reasons.append(Reason("publication.exists"))
    if reasons:
        raise Refused(reasons)
    publication = Publication(
        edition=edition,
        in_force_from=clock.today(),
        resolution="",
        kind=queries.INTERIM,
        proposed_by=by,
        proposed_at=clock.now(),
        confirmed_by=by,
        confirmed_at=clock.now(),
    )
    db.session.add(publication)
    db.session.flush()
    data = {"name": queries.rulebook(edition).name, "in_force_from": publication.in_force_from, "part": "register"}
    append_house(db.session(), "edition.set_provisionally", actor=by, role=role, data=data, edition=edition)
    return publication


def discard(publication_id: UUID) -> None:
    """Take back a proposal that nobody has confirmed. Raises `NotFound`, or `Refused` once it is confirmed."""
    publication = db.session.get(Publication, publication_id)
    if publication is None:
        raise NotFound
    if publication.confirmed_at is not None:
        raise Refused([Reason("publication.exists")])
    db.session.delete(publication)
    db.session.flush()


def verify_guards(rulebook: Rulebook) -> None:
    """Make sure that this program means by each guard what the edition was resolved with; raises `GuardsChanged`."""
    for name, guard in rulebook.guards.items():
        examples = guard["examples"]
        if name not in GUARDS:
            raise GuardsChanged(f"{rulebook.name}: this program has no guard {name}")
        if frozen(name, examples["rows"]) != examples:
            raise GuardsChanged(f"{rulebook.name}: the frozen rows of {name} are others")
        if rows := misjudged(name, examples["rows"]):
            raise GuardsChanged(f"{rulebook.name}: {name} judges otherwise: {rows[0]['name']}")


def verify_loaded_editions() -> None:
    """`verify_guards` for every edition in the database; called at start, raises `GuardsChanged`."""
    for edition in queries.editions():
        verify_guards(queries.rulebook(edition.digest))
