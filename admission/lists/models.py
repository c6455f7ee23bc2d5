"""Lists of the office, their rows, and what became of each; cells of rows are erasable and never stand in an entry."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from admission.ground.db import Base, UTCDateTime
from admission.ground.ids import new_id

_HELD = "state IN ('received', 'open')"


class OfficeList(Base):
    """One uploaded list, from the file to its taking over or back."""

    __tablename__ = "office_list"
    __table_args__ = (
        Index(
            "one_list_a_file",
            "digest",
            unique=True,
            sqlite_where=text(_HELD),
            postgresql_where=text(_HELD),
        ),
        Index("ix_office_list_task", "task", "lease_until"),
        CheckConstraint("state IN ('received', 'open', 'unreadable', 'discarded', 'taken_back')", name="known_state"),
        CheckConstraint("task IN ('read', 'judge', 'take', 'take_back')", name="known_task"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120), comment="of the file, as the office calls it")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the file: the same one again is the same list")
    size: Mapped[int] = mapped_column(comment="bytes")
    kind: Mapped[str | None] = mapped_column(String(5), comment="csv, xlsx, ods, xls; none before it was read")
    as_of: Mapped[date] = mapped_column(comment="the day for which the list speaks: known since then")
    key: Mapped[bytes | None] = mapped_column(LargeBinary, comment="data key of the sealed file, wrapped; gone with it")
    state: Mapped[str] = mapped_column(String(12), default="received")
    task: Mapped[str | None] = mapped_column(String(10), comment="what the worker has to do next")
    task_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="in whose name; none: the command")
    task_role: Mapped[str | None] = mapped_column(String(20))
    done: Mapped[int] = mapped_column(default=0, comment="rows of the task at hand")
    total: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="a worker holds it until then")
    fault: Mapped[Any] = mapped_column(
        JSON(none_as_null=True), nullable=True, comment="why it cannot be read: code and values"
    )
    remarks: Mapped[Any] = mapped_column(JSON, default=list, comment="what was noticed while reading: codes and values")
    uploaded_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="none: the command")
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    columns_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    columns_confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    judged_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="beside the register as it was then")
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="when rows were taken over first")
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, comment="discarded or taken back")
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    stayed: Mapped[Any] = mapped_column(
        JSON, default=list, comment="what a taking back left because it was changed later"
    )


class ListColumn(Base):
    """What one column of one sheet is taken for."""

    __tablename__ = "list_column"
    __table_args__ = (UniqueConstraint("list_id", "sheet", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("office_list.id"))
    sheet: Mapped[str] = mapped_column(String(100))
    position: Mapped[int] = mapped_column(comment="from 0")
    heading: Mapped[str] = mapped_column(String(200))
    field: Mapped[str | None] = mapped_column(String(20), comment="none: not taken over")
    never: Mapped[bool] = mapped_column(
        default=False, comment="asks for what must not be known; its cells are not kept"
    )


class ListColour(Base):
    """What a colour of the list means: by its legend, or by what a person chose."""

    __tablename__ = "list_colour"
    __table_args__ = (UniqueConstraint("list_id", "colour"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("office_list.id"))
    colour: Mapped[str] = mapped_column(String(10))
    meaning: Mapped[str | None] = mapped_column(String(10), comment="a standing; none: nothing")


class ListRow(Base):
    """One row of a list: its cells, the fate proposed for it, and what a person decided."""

    __tablename__ = "list_row"
    __table_args__ = (
        UniqueConstraint("list_id", "place"),
        Index("ix_list_row_fate", "list_id", "fate"),
        Index("ix_list_row_organisation", "organisation_id"),
        CheckConstraint("taken_at IS NULL OR organisation_id IS NOT NULL", name="taken_into_an_organisation"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_at_some_time"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("office_list.id"))
    place: Mapped[int] = mapped_column(comment="among all rows of the file, from 0")
    sheet: Mapped[str] = mapped_column(String(100))
    number: Mapped[int] = mapped_column(comment="as the office sees it")
    cells: Mapped[Any] = mapped_column(
        JSON(none_as_null=True), nullable=True, comment="texts by column; none once they were erased"
    )
    continues: Mapped[Any] = mapped_column(JSON, default=list, comment="columns whose cell is merged with that above")
    colour: Mapped[str] = mapped_column(String(10), default="")
    hidden: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str | None] = mapped_column(String(200), comment="of the organisation, as the row has it")
    name_given: Mapped[str | None] = mapped_column(String(200), comment="where the row has none, by the office")
    fate: Mapped[str | None] = mapped_column(String(10), comment="new, changes, same, waits, rejected")
    reasons: Mapped[Any] = mapped_column(JSON, default=list, comment="codes and values")
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), comment="whom it is about")
    above_id: Mapped[UUID | None] = mapped_column(ForeignKey("list_row.id"), comment="the row that it goes on from")
    decision: Mapped[str | None] = mapped_column(String(10), comment="same, different, renamed, take, leave")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), comment="none: the command")
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ListHint(Base):
    """Whom a waiting row may speak of, and what shows it."""

    __tablename__ = "list_hint"
    __table_args__ = (
        Index("ix_list_hint_row", "row_id", "position"),
        CheckConstraint("(organisation_id IS NULL) <> (other_row_id IS NULL)", name="one_of_the_two"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    row_id: Mapped[UUID] = mapped_column(ForeignKey("list_row.id"))
    position: Mapped[int] = mapped_column(comment="the best shown is 0")
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    other_row_id: Mapped[UUID | None] = mapped_column(ForeignKey("list_row.id"))
    evidence: Mapped[str] = mapped_column(String(120), comment="codes with commas")
    denied: Mapped[bool] = mapped_column(default=False, comment="a person said that it is another one")


class ListEffect(Base):
    """What taking a row over made or changed: a taking back goes through these."""

    __tablename__ = "list_effect"
    __table_args__ = (Index("ix_list_effect_row", "row_id"), Index("ix_list_effect_ref", "ref"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    row_id: Mapped[UUID] = mapped_column(ForeignKey("list_row.id"))
    kind: Mapped[str] = mapped_column(
        String(16), comment="organisation, source, contact, field, event, name, renamed, number, information"
    )
    ref: Mapped[UUID] = mapped_column(comment="id of what was made or changed")
    wrote: Mapped[str | None] = mapped_column(Text, comment="what it wrote there, to see whether it was changed later")
    before: Mapped[str | None] = mapped_column(String(200), comment="what stood there before; none: nothing")
