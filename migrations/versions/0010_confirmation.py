"""The yearly confirmation: rounds, who is asked and how, and the keys that open their pages."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OPEN = sa.text("answer IS NULL")


def upgrade() -> None:
    op.create_table(
        "confirmation_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference_on", sa.Date(), nullable=False, comment="the edition's reference day, of one year"),
        sa.Column("started_by", sa.Uuid(), nullable=False, comment="under this name the mails go out"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rest_by", sa.Uuid(), nullable=True),
        sa.Column(
            "rest_at", sa.DateTime(timezone=True), nullable=True, comment="the trial came back, the rest was asked"
        ),
        sa.CheckConstraint(
            "(rest_at IS NULL) = (rest_by IS NULL)", name=op.f("ck_confirmation_round_rest_by_somebody")
        ),
        sa.ForeignKeyConstraint(["rest_by"], ["account.id"], name=op.f("fk_confirmation_round_rest_by_account")),
        sa.ForeignKeyConstraint(["started_by"], ["account.id"], name=op.f("fk_confirmation_round_started_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_round")),
        sa.UniqueConstraint("reference_on", name=op.f("uq_confirmation_round_reference_on")),
    )
    op.create_table(
        "confirmation_asked",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False, comment="mail, letter, phone, none"),
        sa.Column("why_not", sa.String(length=20), nullable=False, comment="why it cannot be asked at all: a code"),
        sa.Column(
            "contact_id",
            sa.Uuid(),
            nullable=True,
            comment="the contact that it is asked at; no key, for a list that is taken back takes its contacts along",
        ),
        sa.Column("account_id", sa.Uuid(), nullable=True, comment="or the account of whoever speaks for it"),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False, comment="from this day the weeks are counted"),
        sa.Column(
            "next_on", sa.Date(), nullable=True, comment="day of the next mail or letter; none: there is no further one"
        ),
        sa.Column("times", sa.Integer(), nullable=False, comment="so many mails or letters went out"),
        sa.Column("last_on", sa.Date(), nullable=True, comment="day of the last one"),
        sa.Column("calls", sa.Integer(), nullable=False, comment="so many calls reached nobody"),
        sa.Column("called_on", sa.Date(), nullable=True, comment="day of the last of them"),
        sa.Column("answer", sa.String(length=10), nullable=True, comment="confirmed, gone, objected"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "channel", sa.String(length=20), nullable=True, comment="link, code, phone, or a channel of the register"
        ),
        sa.Column("person", sa.String(length=200), nullable=True, comment="who answered; never shown to the public"),
        sa.Column("resting", sa.Boolean(), nullable=False, comment="it said that it makes a pause"),
        sa.Column("note", sa.Text(), nullable=False, comment="what it told the office beside"),
        sa.Column(
            "settled_at", sa.DateTime(timezone=True), nullable=True, comment="the office has seen to what was said"
        ),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(way = 'none') = (why_not <> '')", name=op.f("ck_confirmation_asked_asked_or_why_not")),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_confirmation_asked_answered_at_some_time")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (channel IS NULL)", name=op.f("ck_confirmation_asked_answered_by_some_channel")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_confirmation_asked_settled_by_somebody")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_confirmation_asked_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_confirmation_asked_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["confirmation_round.id"], name=op.f("fk_confirmation_asked_round_id_confirmation_round")
        ),
        sa.ForeignKeyConstraint(["settled_by"], ["account.id"], name=op.f("fk_confirmation_asked_settled_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_asked")),
        sa.UniqueConstraint("round_id", "organisation_id", name=op.f("uq_confirmation_asked_round_id_organisation_id")),
    )
    op.create_index("ix_confirmation_asked_organisation", "confirmation_asked", ["organisation_id"], unique=False)
    op.create_index(
        "ix_confirmation_asked_open",
        "confirmation_asked",
        ["next_on"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "confirmation_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=10),
            nullable=False,
            comment="link: mailed; code: printed; typed: a link by a typed code",
        ),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=False,
            comment="link, typed: SHA-256 of the secret; code: keyed, for it is short",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["confirmation_asked.id"], name=op.f("fk_confirmation_key_asked_id_confirmation_asked")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_confirmation_key_digest")),
    )
    op.create_index("ix_confirmation_key_asked", "confirmation_key", ["asked_id"], unique=False)


def downgrade() -> None:
    op.drop_table("confirmation_key")
    op.drop_table("confirmation_asked")
    op.drop_table("confirmation_round")
