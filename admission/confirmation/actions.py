"""Writes of the yearly confirmation; the caller has opened the write transaction and commits."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from admission.confirmation import keys
from admission.confirmation.models import Asked, Key, Round
from admission.confirmation.queries import everybody, round_of
from admission.confirmation.rules import TRIAL, Reach, next_on, trial_is_back
from admission.ground import clock
from admission.ground.errors import NotFound, Reason, Refused
from admission.ground.ids import new_id, secret


def begin(session: Session, reference_on: date, *, by: UUID) -> Round:
    """A round for this reference day, under this person's name; raises `Refused` (`confirmation.begun`)."""
    if round_of(session, reference_on) is not None:
        raise Refused((Reason("confirmation.begun"),))
    row = Round(reference_on=reference_on, started_by=by, started_at=clock.now())
    session.add(row)
    session.flush()
    return row


def ask(
    session: Session, round_: Round, reached: Mapping[UUID, Reach], confirmation: Mapping[str, Any], *, trial: bool
) -> list[UUID]:
    """From today these organisations (id -> how) are asked; each gets its printed code. Returns the new rows' ids.

    Raises `Refused` (`confirmation.trial_size`).
    """
    if trial and not 1 <= len(reached) <= TRIAL:
        raise Refused((Reason("confirmation.trial_size", {"most": TRIAL}),))
    begun = max(clock.today(), round_.reference_on)
    rows = [_row(round_.id, organisation, how, begun, confirmation, trial) for organisation, how in reached.items()]
    if rows:
        session.execute(insert(Asked), rows)
        session.execute(insert(Key), [_printed(row["id"]) for row in rows])
    return [row["id"] for row in rows]


def go_on(session: Session, round_: Round, *, by: UUID) -> None:
    """The rest may be asked from now on; raises `Refused` (`confirmation.trial_is_out`) while the trial is out."""
    trial_has_to_be_back(round_, [row for row in everybody(session, round_.id) if row.trial])
    if round_.rest_at is None:
        round_.rest_at, round_.rest_by = clock.now(), by
    session.flush()


def trial_has_to_be_back(round_: Round, trial: Sequence[Asked]) -> None:
    """Raise `Refused` (`confirmation.trial_is_out`) as long as too few of the trial have answered."""
    begun = min((row.begun_on for row in trial), default=round_.reference_on)
    if not trial_is_back([row.answer is not None for row in trial], begun, clock.today()):
        raise Refused((Reason("confirmation.trial_is_out"),))


def lock(session: Session, asked_id: UUID) -> Asked:
    """The row, locked and read anew; raises `NotFound`."""
    found = session.scalar(
        select(Asked).where(Asked.id == asked_id).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def new_link(session: Session, asked_id: UUID, kind: str = keys.LINK) -> str:
    """The secret of a fresh link; older ones go on opening the same page."""
    made = secret()
    row = {"id": new_id(), "asked_id": asked_id, "kind": kind, "digest": keys.digest_of_secret(made)}
    session.execute(insert(Key), [row | {"made_at": clock.now()}])
    return made


def note_sent(rows: Sequence[Asked], confirmation: Mapping[str, Any]) -> None:
    """One more mail or letter went to these today."""
    for row in rows:
        row.times += 1
        row.last_on = clock.today()
        row.next_on = next_on(confirmation, row.begun_on, row.times)


def reach_otherwise(row: Asked, how: Reach) -> None:
    """What it was asked at is not right any more; it is asked in another way from now on."""
    row.way, row.why_not, row.contact_id = how.way, how.why_not, how.contact
    row.account_id, row.language = how.account, how.language


def answer(row: Asked, said: str, channel: str, person: str | None, *, resting: bool = False, note: str = "") -> None:
    """What the organisation answered, by which channel, and who did; raises `Refused` (`confirmation.answered`)."""
    if row.answer is not None:
        raise Refused((Reason("confirmation.answered"),))
    row.answer, row.answered_at, row.channel = said, clock.now(), channel
    row.person, row.resting = person, resting
    row.note = f"{row.note}\n{note}".strip()


def add_note(row: Asked, text: str) -> None:
    """Something for the office to see to, below what stands there already."""
    row.note = f"{row.note}\n{text}".strip()
    row.settled_at = row.settled_by = None


def note_call(row: Asked, on: date, note: str = "") -> None:
    """A call reached nobody that day."""
    row.calls += 1
    row.called_on = on
    if note:
        add_note(row, note)


def settle(row: Asked, *, by: UUID) -> None:
    """The office has seen to what was said."""
    row.settled_at, row.settled_by = clock.now(), by


def _row(
    round_id: UUID, organisation: UUID, how: Reach, begun: date, confirmation: Mapping[str, Any], trial: bool
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "round_id": round_id,
        "organisation_id": organisation,
        "trial": trial,
        "way": how.way,
        "why_not": how.why_not,
        "contact_id": how.contact,
        "account_id": how.account,
        "language": how.language,
        "begun_on": begun,
        "next_on": next_on(confirmation, begun, 0),
    }


def _printed(asked_id: UUID) -> dict[str, Any]:
    digest = keys.digest_of_code(keys.printed_code(asked_id))
    return {"id": new_id(), "asked_id": asked_id, "kind": keys.CODE, "digest": digest, "made_at": clock.now()}
