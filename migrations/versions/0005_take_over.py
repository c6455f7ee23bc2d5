"""The taking over of the former network: proposed with a resolution, confirmed by a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "take_over",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resolution", sa.String(length=120), nullable=False, comment="number of the council's resolution"),
        sa.Column("resolved_on", sa.Date(), nullable=False, comment="day of the resolution"),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True, comment="another account"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_take_over_confirmed_by_somebody")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> proposed_by", name=op.f("ck_take_over_two_people_take_over")
        ),
        sa.CheckConstraint("resolution <> ''", name=op.f("ck_take_over_resolved_by_somebody")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_take_over_confirmed_by_account")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_take_over_proposed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_take_over")),
    )
    op.create_table(
        "take_over_row",
        sa.Column("take_over_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_take_over_row_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["take_over_id"], ["take_over.id"], name=op.f("fk_take_over_row_take_over_id_take_over")
        ),
        sa.PrimaryKeyConstraint("take_over_id", "organisation_id", name=op.f("pk_take_over_row")),
    )


def downgrade() -> None:
    op.drop_table("take_over_row")
    op.drop_table("take_over")
