"""The contacts of organisations, who was told of them, and names that organisations also bear."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "information",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Uuid(), nullable=False, comment="the list from which the person is known"),
        sa.Column(
            "token_digest",
            sa.String(length=64),
            nullable=True,
            comment="SHA-256 of the link's secret; none before somebody is told",
        ),
        sa.Column(
            "due_on", sa.Date(), nullable=False, comment="last day to tell them, a month after the list was taken over"
        ),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("way", sa.String(length=10), nullable=True, comment="mail, letter, phone"),
        sa.Column("told_by", sa.Uuid(), nullable=True, comment="none: the mail went by itself"),
        sa.Column("answer", sa.String(length=10), nullable=True, comment="agreed, objected"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="answered, confirmed in the meantime, or blanked after a month",
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_information_answered_at_some_time")
        ),
        sa.CheckConstraint("(told_on IS NULL) = (way IS NULL)", name=op.f("ck_information_told_by_some_way")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_information_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["told_by"], ["account.id"], name=op.f("fk_information_told_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_information_token_digest")),
    )
    op.create_index("ix_information_open", "information", ["closed_at", "told_on"], unique=False)
    op.create_index("ix_information_source", "information", ["source"], unique=False)
    op.create_table(
        "organisation_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("search_name", sa.String(length=200), nullable=False, comment="folded for search and match hints"),
        sa.Column(
            "kind",
            sa.String(length=10),
            nullable=False,
            comment="former: it was called so; also: a source writes it so",
        ),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_name_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_name")),
        sa.UniqueConstraint(
            "organisation_id", "search_name", name=op.f("uq_organisation_name_organisation_id_search_name")
        ),
    )
    op.create_index("ix_organisation_name_search_name", "organisation_name", ["search_name"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True, comment="where the city has it from"),
        sa.Column("information_id", sa.Uuid(), nullable=True, comment="how its person was told"),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="person (a name alone), mail, phone, post"),
        sa.Column("value", sa.Text(), nullable=True, comment="address, number, or lines of a postal address"),
        sa.Column(
            "person", sa.String(length=200), nullable=True, comment="who answers; none: a mailbox of the organisation"
        ),
        sa.Column(
            "role", sa.String(length=60), nullable=True, comment="what the person is there, in the office's words"
        ),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column(
            "basis",
            sa.String(length=20),
            nullable=True,
            comment="why they may be written to: application, consent, public, request; none: they may not",
        ),
        sa.Column(
            "trace",
            sa.String(length=64),
            nullable=False,
            comment="keyed digest of kind and value, for hints; outlives both",
        ),
        sa.Column("person_trace", sa.String(length=64), nullable=True, comment="the same of the person's name"),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True, comment="by the organisation itself, last"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="no longer theirs, or taken back"),
        sa.Column("blanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "value IS NOT NULL OR kind = 'person' OR blanked_at IS NOT NULL",
            name=op.f("ck_contact_value_until_blanked"),
        ),
        sa.CheckConstraint(
            "blanked_at IS NULL OR (value IS NULL AND person IS NULL)", name=op.f("ck_contact_blanked_is_empty")
        ),
        sa.ForeignKeyConstraint(
            ["information_id"], ["information.id"], name=op.f("fk_contact_information_id_information")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_contact_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_contact_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_information", "contact", ["information_id"], unique=False)
    op.create_index("ix_contact_organisation", "contact", ["organisation_id", "ended_at"], unique=False)
    op.create_index("ix_contact_trace", "contact", ["trace"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_contact_trace", table_name="contact")
    op.drop_index("ix_contact_organisation", table_name="contact")
    op.drop_index("ix_contact_information", table_name="contact")
    op.drop_table("contact")
    op.drop_index("ix_organisation_name_search_name", table_name="organisation_name")
    op.drop_table("organisation_name")
    op.drop_index("ix_information_source", table_name="information")
    op.drop_index("ix_information_open", table_name="information")
    op.drop_table("information")
