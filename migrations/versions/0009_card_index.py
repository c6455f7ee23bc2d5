"""The card index of the public register: which words and choices find an entry, and what everybody saw change."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_card",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "slug", sa.String(length=80), nullable=False, comment="its address, in the order of which it is listed"
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="when the card was written last"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_register_card_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_register_card")),
    )
    op.create_index("ix_register_card_slug", "register_card", ["slug"], unique=False)
    op.create_table(
        "register_card_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False, comment="appeared, changed, left"),
        sa.Column(
            "fields",
            sa.String(length=400),
            nullable=False,
            comment="names of fields with commas; none unless it changed",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_register_card_change_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_card_change")),
    )
    op.create_index("ix_register_card_change_at", "register_card_change", ["at"], unique=False)
    op.create_table(
        "register_card_choice",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="field, languages, districts, offers"),
        sa.Column("value", sa.String(length=80), nullable=False, comment="as addresses name it"),
        sa.Column("title", sa.String(length=200), nullable=False, comment="as the organisation wrote it"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_register_card_choice_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", "value", name=op.f("pk_register_card_choice")),
    )
    op.create_index(
        "ix_register_card_choice_value",
        "register_card_choice",
        ["kind", "value", "title", "organisation_id"],
        unique=False,
    )
    op.create_table(
        "register_card_word",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_register_card_word_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "field", "word", name=op.f("pk_register_card_word")),
    )
    op.create_index("ix_register_card_word_word", "register_card_word", ["word", "organisation_id"], unique=False)
    op.create_table(
        "register_word_part",
        sa.Column("part", sa.String(length=2), nullable=False, comment="empty: the row stands for the word itself"),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("part", "word", name=op.f("pk_register_word_part")),
    )
    op.create_index("ix_register_word_part_word", "register_word_part", ["word"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_register_word_part_word", table_name="register_word_part")
    op.drop_table("register_word_part")
    op.drop_index("ix_register_card_word_word", table_name="register_card_word")
    op.drop_table("register_card_word")
    op.drop_index("ix_register_card_choice_value", table_name="register_card_choice")
    op.drop_table("register_card_choice")
    op.drop_index("ix_register_card_change_at", table_name="register_card_change")
    op.drop_table("register_card_change")
    op.drop_index("ix_register_card_slug", table_name="register_card")
    op.drop_table("register_card")
