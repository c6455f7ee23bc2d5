"""Organisations that were merged: who said so and why."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment="leads on to the other"),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False, comment="ids of contacts, sources and names that went along"),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="it was split again"),
        sa.CheckConstraint("organisation_id <> into_id", name=op.f("ck_organisation_merge_two_organisations")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_organisation_merge_merged_with_a_reason")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_organisation_merge_split_by_somebody")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= merged_at", name=op.f("ck_organisation_merge_split_afterwards")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR end_reason <> ''", name=op.f("ck_organisation_merge_split_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_organisation_merge_ended_by_account")),
        sa.ForeignKeyConstraint(
            ["into_id"], ["organisation.id"], name=op.f("fk_organisation_merge_into_id_organisation")
        ),
        sa.ForeignKeyConstraint(["merged_by"], ["account.id"], name=op.f("fk_organisation_merge_merged_by_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_merge_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_merge")),
    )
    op.create_index("ix_organisation_merge_into", "organisation_merge", ["into_id"], unique=False)
    op.create_index(
        "one_merge_at_a_time",
        "organisation_merge",
        ["organisation_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("one_merge_at_a_time", table_name="organisation_merge")
    op.drop_index("ix_organisation_merge_into", table_name="organisation_merge")
    op.drop_table("organisation_merge")
