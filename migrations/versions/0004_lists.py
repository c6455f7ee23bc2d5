"""Lists of the office: columns, colours, rows with their fates, hints, and what taking over made."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False, comment="of the file, as the office calls it"),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the file: the same one again is the same list",
        ),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("kind", sa.String(length=5), nullable=True, comment="csv, xlsx, ods, xls; none before it was read"),
        sa.Column("as_of", sa.Date(), nullable=False, comment="the day for which the list speaks: known since then"),
        sa.Column("key", sa.LargeBinary(), nullable=True, comment="data key of the sealed file, wrapped; gone with it"),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("task", sa.String(length=10), nullable=True, comment="what the worker has to do next"),
        sa.Column("task_by", sa.Uuid(), nullable=True, comment="in whose name; none: the command"),
        sa.Column("task_role", sa.String(length=20), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False, comment="rows of the task at hand"),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True, comment="a worker holds it until then"),
        sa.Column("fault", sa.JSON(), nullable=True, comment="why it cannot be read: code and values"),
        sa.Column("remarks", sa.JSON(), nullable=False, comment="what was noticed while reading: codes and values"),
        sa.Column("uploaded_by", sa.Uuid(), nullable=True, comment="none: the command"),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("columns_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("columns_confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True, comment="beside the register as it was then"),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True, comment="when rows were taken over first"),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="discarded or taken back"),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("stayed", sa.JSON(), nullable=False, comment="what a taking back left because it was changed later"),
        sa.CheckConstraint(
            "state IN ('received', 'open', 'unreadable', 'discarded', 'taken_back')",
            name=op.f("ck_office_list_known_state"),
        ),
        sa.CheckConstraint("task IN ('read', 'judge', 'take', 'take_back')", name=op.f("ck_office_list_known_task")),
        sa.ForeignKeyConstraint(
            ["columns_confirmed_by"], ["account.id"], name=op.f("fk_office_list_columns_confirmed_by_account")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_office_list_ended_by_account")),
        sa.ForeignKeyConstraint(["taken_by"], ["account.id"], name=op.f("fk_office_list_taken_by_account")),
        sa.ForeignKeyConstraint(["task_by"], ["account.id"], name=op.f("fk_office_list_task_by_account")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["account.id"], name=op.f("fk_office_list_uploaded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_list")),
    )
    op.create_index("ix_office_list_task", "office_list", ["task", "lease_until"], unique=False)
    op.create_index(
        "one_list_a_file",
        "office_list",
        ["digest"],
        unique=True,
        sqlite_where=sa.text("state IN ('received', 'open')"),
        postgresql_where=sa.text("state IN ('received', 'open')"),
    )
    op.create_table(
        "list_colour",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("colour", sa.String(length=10), nullable=False),
        sa.Column("meaning", sa.String(length=10), nullable=True, comment="a standing; none: nothing"),
        sa.ForeignKeyConstraint(["list_id"], ["office_list.id"], name=op.f("fk_list_colour_list_id_office_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_colour")),
        sa.UniqueConstraint("list_id", "colour", name=op.f("uq_list_colour_list_id_colour")),
    )
    op.create_table(
        "list_column",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("sheet", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="from 0"),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=True, comment="none: not taken over"),
        sa.Column(
            "never", sa.Boolean(), nullable=False, comment="asks for what must not be known; its cells are not kept"
        ),
        sa.ForeignKeyConstraint(["list_id"], ["office_list.id"], name=op.f("fk_list_column_list_id_office_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_column")),
        sa.UniqueConstraint("list_id", "sheet", "position", name=op.f("uq_list_column_list_id_sheet_position")),
    )
    op.create_table(
        "list_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="among all rows of the file, from 0"),
        sa.Column("sheet", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="as the office sees it"),
        sa.Column("cells", sa.JSON(), nullable=True, comment="texts by column; none once they were erased"),
        sa.Column("continues", sa.JSON(), nullable=False, comment="columns whose cell is merged with that above"),
        sa.Column("colour", sa.String(length=10), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True, comment="of the organisation, as the row has it"),
        sa.Column("name_given", sa.String(length=200), nullable=True, comment="where the row has none, by the office"),
        sa.Column("fate", sa.String(length=10), nullable=True, comment="new, changes, same, waits, rejected"),
        sa.Column("reasons", sa.JSON(), nullable=False, comment="codes and values"),
        sa.Column("organisation_id", sa.Uuid(), nullable=True, comment="whom it is about"),
        sa.Column("above_id", sa.Uuid(), nullable=True, comment="the row that it goes on from"),
        sa.Column("decision", sa.String(length=10), nullable=True, comment="same, different, renamed, take, leave"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True, comment="none: the command"),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_list_row_decided_at_some_time")),
        sa.CheckConstraint(
            "taken_at IS NULL OR organisation_id IS NOT NULL", name=op.f("ck_list_row_taken_into_an_organisation")
        ),
        sa.ForeignKeyConstraint(["above_id"], ["list_row.id"], name=op.f("fk_list_row_above_id_list_row")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_list_row_decided_by_account")),
        sa.ForeignKeyConstraint(["list_id"], ["office_list.id"], name=op.f("fk_list_row_list_id_office_list")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_list_row_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_row")),
        sa.UniqueConstraint("list_id", "place", name=op.f("uq_list_row_list_id_place")),
    )
    op.create_index("ix_list_row_fate", "list_row", ["list_id", "fate"], unique=False)
    op.create_index("ix_list_row_organisation", "list_row", ["organisation_id"], unique=False)
    op.create_table(
        "list_effect",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=16),
            nullable=False,
            comment="organisation, source, contact, field, event, name, renamed, number, information",
        ),
        sa.Column("ref", sa.Uuid(), nullable=False, comment="id of what was made or changed"),
        sa.Column(
            "wrote", sa.Text(), nullable=True, comment="what it wrote there, to see whether it was changed later"
        ),
        sa.Column("before", sa.String(length=200), nullable=True, comment="what stood there before; none: nothing"),
        sa.ForeignKeyConstraint(["row_id"], ["list_row.id"], name=op.f("fk_list_effect_row_id_list_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_effect")),
    )
    op.create_index("ix_list_effect_ref", "list_effect", ["ref"], unique=False)
    op.create_index("ix_list_effect_row", "list_effect", ["row_id"], unique=False)
    op.create_table(
        "list_hint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="the best shown is 0"),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("other_row_id", sa.Uuid(), nullable=True),
        sa.Column("evidence", sa.String(length=120), nullable=False, comment="codes with commas"),
        sa.Column("denied", sa.Boolean(), nullable=False, comment="a person said that it is another one"),
        sa.CheckConstraint(
            "(organisation_id IS NULL) <> (other_row_id IS NULL)", name=op.f("ck_list_hint_one_of_the_two")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_list_hint_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["other_row_id"], ["list_row.id"], name=op.f("fk_list_hint_other_row_id_list_row")),
        sa.ForeignKeyConstraint(["row_id"], ["list_row.id"], name=op.f("fk_list_hint_row_id_list_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_hint")),
    )
    op.create_index("ix_list_hint_row", "list_hint", ["row_id", "position"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_list_hint_row", table_name="list_hint")
    op.drop_table("list_hint")
    op.drop_index("ix_list_effect_row", table_name="list_effect")
    op.drop_index("ix_list_effect_ref", table_name="list_effect")
    op.drop_table("list_effect")
    op.drop_index("ix_list_row_organisation", table_name="list_row")
    op.drop_index("ix_list_row_fate", table_name="list_row")
    op.drop_table("list_row")
    op.drop_table("list_column")
    op.drop_table("list_colour")
    op.drop_index(
        "one_list_a_file",
        table_name="office_list",
        sqlite_where=sa.text("state IN ('received', 'open')"),
        postgresql_where=sa.text("state IN ('received', 'open')"),
    )
    op.drop_index("ix_office_list_task", table_name="office_list")
    op.drop_table("office_list")
