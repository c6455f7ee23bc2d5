"""Inquiries of the council: the question and its parts, versions of the answer, its way, and what was released."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inquiry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False, comment="its subject, as the body calls it"),
        sa.Column(
            "body", sa.String(length=200), nullable=False, comment="the body that asks, by its name at that time"
        ),
        sa.Column("question", sa.Text(), nullable=False, comment="verbatim"),
        sa.Column(
            "paper_number",
            sa.String(length=30),
            nullable=True,
            comment="assigned by the council's office, never by us; none: not assigned yet",
        ),
        sa.Column("session_on", sa.Date(), nullable=False, comment="the sitting for which it is to be answered"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="last day to hand the answer over"),
        sa.Column(
            "state",
            sa.String(length=20),
            nullable=False,
            comment="prepared, filed, drafting, signing, returned, signed, answered",
        ),
        sa.Column("revision", sa.Integer(), nullable=False, comment="counts changes; a stale form is refused"),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by", sa.Uuid(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(filed_at IS NULL) = (state = 'prepared')", name=op.f("ck_inquiry_filed_unless_prepared")),
        sa.CheckConstraint("(filed_at IS NULL) = (filed_by IS NULL)", name=op.f("ck_inquiry_filed_by_somebody")),
        sa.ForeignKeyConstraint(["filed_by"], ["account.id"], name=op.f("fk_inquiry_filed_by_account")),
        sa.ForeignKeyConstraint(["prepared_by"], ["account.id"], name=op.f("fk_inquiry_prepared_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint("paper_number", name=op.f("uq_inquiry_paper_number")),
    )
    op.create_index("ix_inquiry_state", "inquiry", ["state", "due_on"], unique=False)
    op.create_table(
        "inquiry_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False, comment="the inquiry's revision that it made"),
        sa.Column(
            "act",
            sa.String(length=20),
            nullable=False,
            comment="filed, numbered, begun, handed, signed, returned, released, reopened",
        ),
        sa.Column("version", sa.Integer(), nullable=True, comment="number of the version it was about"),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("act <> 'returned' OR reason <> ''", name=op.f("ck_inquiry_act_returned_with_a_reason")),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_inquiry_act_by_account")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_act_inquiry_id_inquiry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_act")),
    )
    op.create_index("ix_inquiry_act_inquiry", "inquiry_act", ["inquiry_id", "at"], unique=False)
    op.create_table(
        "inquiry_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="from 1"),
        sa.Column("question", sa.Text(), nullable=False, comment="an excerpt of the question"),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_part_inquiry_id_inquiry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_part")),
        sa.UniqueConstraint("inquiry_id", "position", name=op.f("uq_inquiry_part_inquiry_id_position")),
    )
    op.create_table(
        "inquiry_released",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="RFC 8785 text; its UTF-8 bytes are hashed"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of these bytes"),
        sa.Column(
            "place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="of its log entry"
        ),
        sa.Column("released_by", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_released_inquiry_id_inquiry")),
        sa.ForeignKeyConstraint(["released_by"], ["account.id"], name=op.f("fk_inquiry_released_released_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_released")),
        sa.UniqueConstraint("inquiry_id", "version", name=op.f("uq_inquiry_released_inquiry_id_version")),
    )
    op.create_table(
        "inquiry_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("inquiry_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="from 1"),
        sa.Column("author", sa.Uuid(), nullable=False, comment="who drafted it or took it in"),
        sa.Column(
            "origin",
            sa.String(length=20),
            nullable=False,
            comment="office: written here; house: came back from the sign-off of the city",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "handed_at", sa.DateTime(timezone=True), nullable=True, comment="to the second signature; fixed since then"
        ),
        sa.Column("corrects", sa.Text(), nullable=False, comment="what it changes in a frozen answer, and why"),
        sa.ForeignKeyConstraint(["author"], ["account.id"], name=op.f("fk_inquiry_version_author_account")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_version_inquiry_id_inquiry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_version")),
        sa.UniqueConstraint("inquiry_id", "number", name=op.f("uq_inquiry_version_inquiry_id_number")),
    )
    op.create_table(
        "inquiry_part_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("part_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False, comment="what the answer cannot say"),
        sa.Column("figures", sa.String(length=300), nullable=False, comment="keys of figures, in order, with commas"),
        sa.ForeignKeyConstraint(
            ["part_id"], ["inquiry_part.id"], name=op.f("fk_inquiry_part_answer_part_id_inquiry_part")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["inquiry_version.id"], name=op.f("fk_inquiry_part_answer_version_id_inquiry_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_part_answer")),
        sa.UniqueConstraint("version_id", "part_id", name=op.f("uq_inquiry_part_answer_version_id_part_id")),
    )


def downgrade() -> None:
    op.drop_table("inquiry_part_answer")
    op.drop_table("inquiry_version")
    op.drop_table("inquiry_released")
    op.drop_table("inquiry_part")
    op.drop_index("ix_inquiry_act_inquiry", table_name="inquiry_act")
    op.drop_table("inquiry_act")
    op.drop_index("ix_inquiry_state", table_name="inquiry")
    op.drop_table("inquiry")
