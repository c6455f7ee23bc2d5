"""Changes of an organisation's entry: at once, or after the office has looked at them, as the edition says.

The log names the field that changed and who changed it, never a value. The caller holds the organisation's row and
commits.
"""

import io
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admission.ground import clock
from admission.ground.errors import Reason, Refused
from admission.ground.files import Taken, UnfitFile
from admission.organisations import actions as organisations
from admission.organisations.models import Organisation
from admission.register.actions import save_field, withdraw_consents
from admission.register.events import note
from admission.register.models import EntryCheck, Picture
from admission.register.queries import fields
from admission.register.rules import LOGO
from admission.register.sets import CHANGED

ACCEPTED, DECLINED, REPLACED = "accepted", "declined", "replaced"
ORGANISATION, OFFICE = "organisation", "office"
SIDE = 400
"""Pixels of the longer side of a logo."""


def looked_at(register: Mapping[str, Any]) -> frozenset[str]:
    """The fields whose changes the office looks at before they hold, by an edition's register part."""
    return frozenset(register.get("entry", {}).get("check", ()))


def change(
    session: Session, organisation: Organisation, name: str, value: str, *, by: UUID | None, role: str,
    checks: Collection[str],
) -> bool:  # fmt: skip
    """Let the organisation change a field; False if the change waits for the office.

    An empty value takes the field out, and every consent to it ends with it; that never waits. `by`: none for somebody
    who came by a mailed link or a printed code and has no account; then nothing may have to wait.
    """
    let_go(session, organisation.id, name)  # what it says later takes the place of what waits
    if value == _held(session, organisation, name):
        save_field(session, organisation, name, value)
        return True
    if value and name in checks:
        assert by is not None
        row = EntryCheck(
            organisation_id=organisation.id, field=name, value=value, asked_by=by, asked_at=clock.now(), reason=""
        )
        session.add(row)
        session.flush()
        return False
    if not value:
        withdraw_consents(session, organisation, [name], by=by, role=role)
    if save_field(session, organisation, name, value):
        _note_change(session, organisation, name, ORGANISATION, by, role)
    _drop_pictures(session, organisation.id)
    return True


def accept(session: Session, check: EntryCheck, *, by: UUID, role: str) -> None:
    """The change holds from now on; a new name is that of the organisation, and its former one goes on finding it."""
    value = check.value or ""
    organisation = session.get_one(Organisation, check.organisation_id)
    _decide(check, ACCEPTED, by)
    save_field(session, organisation, check.field, value)
    if check.field == "name" and value != organisation.name:
        organisations.rename(session, organisation, value)
    _drop_pictures(session, organisation.id)
    _note_change(session, organisation, check.field, ORGANISATION, by, role)


def decline(session: Session, check: EntryCheck, reason: str, *, by: UUID, role: str) -> None:
    """The entry stays as it was; the organisation reads why."""
    organisation = session.get_one(Organisation, check.organisation_id)
    _decide(check, DECLINED, by, reason)
    _drop_pictures(session, organisation.id)
    note(
        session, organisation, "declined", clock.today(), check.field, by=by, role=role, private={"message": reason}
    )  # fmt: skip


def let_go(session: Session, organisation: UUID, name: str | None = None) -> None:
    """What waits for the office waits no longer: of one field, or all of it."""
    query = select(EntryCheck).where(EntryCheck.organisation_id == organisation, EntryCheck.decided_at.is_(None))
    for row in session.scalars(query.where(EntryCheck.field == name) if name else query):
        row.verdict, row.decided_at, row.value = REPLACED, clock.now(), None
    session.flush()


def note_of_office(session: Session, organisation: Organisation, name: str, by: UUID, role: str) -> None:
    """That the office changed a field by itself."""
    _note_change(session, organisation, name, OFFICE, by, role)


def waiting(session: Session) -> Sequence[EntryCheck]:
    """The changes that the office has not looked at yet, the oldest first."""
    query = select(EntryCheck).where(EntryCheck.decided_at.is_(None))
    return session.scalars(query.order_by(EntryCheck.asked_at, EntryCheck.id)).all()


def checks_of(session: Session, organisation: UUID) -> dict[str, EntryCheck]:
    """Field -> the newest change of it that waits or was declined; none where a later one was accepted."""
    query = select(EntryCheck).where(
        EntryCheck.organisation_id == organisation, EntryCheck.verdict.is_distinct_from(REPLACED)
    )
    newest = {row.field: row for row in session.scalars(query.order_by(EntryCheck.asked_at, EntryCheck.id))}
    return {name: row for name, row in newest.items() if row.verdict != ACCEPTED}


def small(taken: Taken) -> bytes:
    """An accepted picture as a logo: PNG, small, nothing but its pixels. Raises `UnfitFile` for what is no picture."""
    if not taken.media_type.startswith("image/"):
        raise UnfitFile("file.kind")
    with Image.open(io.BytesIO(taken.data), formats=["JPEG", "PNG"]) as opened:
        opened.thumbnail((SIDE, SIDE))
        out = io.BytesIO()
        opened.convert("RGBA").save(out, "PNG")
        return out.getvalue()


def keep_picture(session: Session, organisation: UUID, data: bytes) -> str:
    """Keep a logo; returns the value of its field."""
    row = Picture(organisation_id=organisation, data=data)
    session.add(row)
    session.flush()
    return str(row.id)


def picture(session: Session, organisation: UUID, value: str | None) -> bytes | None:
    """The bytes of the picture that a value of the field names; none if it names none of this organisation."""
    try:
        wanted = UUID(value or "")
    except ValueError:
        return None
    return session.scalar(select(Picture.data).where(Picture.id == wanted, Picture.organisation_id == organisation))


def _decide(check: EntryCheck, verdict: str, by: UUID, reason: str = "") -> None:
    if check.decided_at is not None:
        raise Refused((Reason("check.decided"),))
    check.verdict, check.decided_by, check.decided_at = verdict, by, clock.now()
    check.reason, check.value = reason, None


def _held(session: Session, organisation: Organisation, name: str) -> str:
    value = fields(session, organisation.id).get(name, "")
    return value or (organisation.name if name == "name" else "")


def _note_change(session: Session, organisation: Organisation, name: str, who: str, by: UUID | None, role: str) -> None:
    note(session, organisation, CHANGED, clock.today(), f"{name}/{who}", by=by, role=role)


def _drop_pictures(session: Session, organisation: UUID) -> None:
    """Keep no picture that neither the entry nor a waiting change names."""
    session.flush()
    named = {fields(session, organisation).get(LOGO)}
    named |= {row.value for row in checks_of(session, organisation).values() if row.field == LOGO}
    kept = [UUID(value) for value in named if value]
    session.execute(delete(Picture).where(Picture.organisation_id == organisation, Picture.id.not_in(kept)))
