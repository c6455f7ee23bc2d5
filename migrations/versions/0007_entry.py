"""Entries: changes that the office looks at first, logos, and several districts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=True, comment="what it shall be; none once it is decided"),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=True, comment="accepted, declined, replaced"),
        sa.Column("reason", sa.Text(), nullable=False, comment="what the organisation reads"),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(verdict IS NULL) = (decided_at IS NULL)", name=op.f("ck_register_check_decided_at_some_time")
        ),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict <> 'declined' OR reason <> ''",
            name=op.f("ck_register_check_declined_with_a_reason"),
        ),
        sa.CheckConstraint("verdict IS NULL OR value IS NULL", name=op.f("ck_register_check_value_until_decided")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_register_check_asked_by_account")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_register_check_decided_by_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_register_check_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_check")),
    )
    op.create_index("ix_register_check_open", "register_check", ["decided_at", "asked_at"], unique=False)
    op.create_index(
        "one_check_a_field",
        "register_check",
        ["organisation_id", "field"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "register_picture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False, comment="PNG without metadata, at most 400 pixels a side"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_register_picture_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_picture")),
    )
    op.create_index("ix_register_picture_organisation", "register_picture", ["organisation_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":  # the other database keeps no comments
        op.alter_column("consent", "purpose", comment="public, network, council", existing_comment="public")
    op.execute("UPDATE register_field SET name = 'districts' WHERE name = 'district'")
    op.execute("UPDATE consent SET field = 'districts' WHERE field = 'district'")


def downgrade() -> None:
    op.execute("UPDATE consent SET field = 'district' WHERE field = 'districts'")
    op.execute("UPDATE register_field SET name = 'district' WHERE name = 'districts'")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("consent", "purpose", comment="public", existing_comment="public, network, council")
    op.drop_index("ix_register_picture_organisation", table_name="register_picture")
    op.drop_table("register_picture")
    op.drop_index("one_check_a_field", table_name="register_check")
    op.drop_index("ix_register_check_open", table_name="register_check")
    op.drop_table("register_check")
