"""Correspondence: invitations, whom they go to and what came back, opt-outs, exports, messages through the office."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False, comment="who invites: office, council"),
        sa.Column(
            "state", sa.String(length=10), nullable=False, comment="draft, waiting (for approval), sent, stopped"
        ),
        sa.Column("revision", sa.Integer(), nullable=False, comment="counts changes; a stale form is refused"),
        sa.Column("within", sa.String(length=40), nullable=False, comment="a set of the edition; empty: all known"),
        sa.Column("fields", sa.Text(), nullable=False, comment="codes of fields of work, a line each; any of them"),
        sa.Column("districts", sa.Text(), nullable=False, comment="districts, a line each; any of them"),
        sa.Column("languages", sa.Text(), nullable=False, comment="languages, a line each; any of them"),
        sa.Column("event_on", sa.Date(), nullable=True, comment="day of the event; none: nothing to come to"),
        sa.Column("place", sa.String(length=300), nullable=False, comment="time and place of the event"),
        sa.Column("reply_until", sa.Date(), nullable=True),
        sa.Column(
            "reply_to", sa.String(length=254), nullable=False, comment="mailbox for questions; empty: the office's"
        ),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "approved_by", sa.String(length=200), nullable=False, comment="who approved, in the secretariat's words"
        ),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(sent_at IS NULL) = (state IN ('draft', 'waiting'))",
            name=op.f("ck_organisation_invitation_sent_at_some_time"),
        ),
        sa.CheckConstraint(
            "audience <> 'council' OR sent_at IS NULL OR approved_by <> ''",
            name=op.f("ck_organisation_invitation_the_council_approves"),
        ),
        sa.CheckConstraint(
            "(sent_at IS NULL) = (sent_by IS NULL)", name=op.f("ck_organisation_invitation_sent_by_somebody")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_organisation_invitation_made_by_account")),
        sa.ForeignKeyConstraint(["sent_by"], ["account.id"], name=op.f("fk_organisation_invitation_sent_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_invitation")),
    )
    op.create_index("ix_organisation_invitation_state", "organisation_invitation", ["state", "made_at"], unique=False)
    op.create_table(
        "invitation_text",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["organisation_invitation.id"],
            name=op.f("fk_invitation_text_invitation_id_organisation_invitation"),
        ),
        sa.PrimaryKeyConstraint("invitation_id", "language", name=op.f("pk_invitation_text")),
    )
    op.create_table(
        "invitation_recipient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False, comment="mail, post, none"),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False, comment="why it may be written to"),
        sa.Column("why_not", sa.String(length=20), nullable=False, comment="why it is not reached"),
        sa.Column("token_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the link's secret"),
        sa.Column("attempt", sa.Integer(), nullable=False, comment="so many mails were queued to it"),
        sa.Column("posted_on", sa.Date(), nullable=True, comment="day on which its letter was posted"),
        sa.Column("answer", sa.String(length=10), nullable=True, comment="comes, declines"),
        sa.Column("people", sa.Integer(), nullable=False, comment="so many come"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True, comment="none: by the link of its mail"),
        sa.Column("attended", sa.Integer(), nullable=True, comment="so many were there; none: not recorded"),
        sa.CheckConstraint("(way = 'none') = (why_not <> '')", name=op.f("ck_invitation_recipient_reached_or_why_not")),
        sa.CheckConstraint(
            "answer IS NULL OR (answer = 'comes') = (people > 0)",
            name=op.f("ck_invitation_recipient_comes_with_somebody"),
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_invitation_recipient_answered_at_some_time")
        ),
        sa.CheckConstraint(
            "attended IS NULL OR attended >= 0", name=op.f("ck_invitation_recipient_attended_by_so_many")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_invitation_recipient_answered_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["organisation_invitation.id"],
            name=op.f("fk_invitation_recipient_invitation_id_organisation_invitation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_recipient_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_recipient")),
        sa.UniqueConstraint(
            "invitation_id", "organisation_id", name=op.f("uq_invitation_recipient_invitation_id_organisation_id")
        ),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitation_recipient_token_digest")),
    )
    op.create_index("ix_invitation_recipient_organisation", "invitation_recipient", ["organisation_id"], unique=False)
    op.create_table(
        "opt_out",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="invitations"),
        sa.Column("way", sa.String(length=10), nullable=False, comment="link, phone"),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_opt_out_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out")),
    )
    op.create_index(
        "one_opt_out_a_kind",
        "opt_out",
        ["organisation_id", "kind"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "address_export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False, comment="so many organisations"),
        sa.Column("exported_by", sa.Uuid(), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_address_export_for_a_purpose")),
        sa.ForeignKeyConstraint(["exported_by"], ["account.id"], name=op.f("fk_address_export_exported_by_account")),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["organisation_invitation.id"],
            name=op.f("fk_address_export_invitation_id_organisation_invitation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_export")),
    )
    op.create_table(
        "organisation_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=12),
            nullable=False,
            comment="unconfirmed, waiting, passed_on, declined, answered, closed",
        ),
        sa.Column("name", sa.String(length=200), nullable=True, comment="who writes; none once erased"),
        sa.Column("address", sa.String(length=254), nullable=True, comment="mailbox of the writer; none once erased"),
        sa.Column("text", sa.Text(), nullable=True, comment="none once erased"),
        sa.Column("language", sa.String(length=12), nullable=False, comment="of the pages that the writer read"),
        sa.Column("token_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the confirming secret"),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "passed_way", sa.String(length=10), nullable=True, comment="mail, phone, post, talk; none: not passed on"
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it was declined, as the writer reads it"),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_way", sa.String(length=10), nullable=True, comment="mail, phone, post, talk"),
        sa.Column(
            "closed_at", sa.DateTime(timezone=True), nullable=True, comment="from here on its text is kept for a while"
        ),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'unconfirmed') = (confirmed_at IS NULL)",
            name=op.f("ck_organisation_message_confirmed_before_read"),
        ),
        sa.CheckConstraint(
            "(state IN ('unconfirmed', 'waiting')) = (decided_at IS NULL)",
            name=op.f("ck_organisation_message_decided_at_some_time"),
        ),
        sa.CheckConstraint(
            "erased_at IS NULL OR (name IS NULL AND address IS NULL AND text IS NULL AND reason = '')",
            name=op.f("ck_organisation_message_erased_is_empty"),
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR reason <> '' OR erased_at IS NOT NULL",
            name=op.f("ck_organisation_message_declined_with_a_reason"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('passed_on', 'answered') OR passed_way IS NOT NULL",
            name=op.f("ck_organisation_message_passed_on_somehow"),
        ),
        sa.CheckConstraint(
            "(answered_on IS NULL) = (answer_way IS NULL)", name=op.f("ck_organisation_message_answered_by_some_way")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_organisation_message_decided_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_organisation_message_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_message_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_message")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_organisation_message_token_digest")),
    )
    op.create_index("ix_organisation_message_state", "organisation_message", ["state", "written_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_organisation_message_state", table_name="organisation_message")
    op.drop_table("organisation_message")
    op.drop_table("address_export")
    op.drop_index("one_opt_out_a_kind", table_name="opt_out")
    op.drop_table("opt_out")
    op.drop_index("ix_invitation_recipient_organisation", table_name="invitation_recipient")
    op.drop_table("invitation_recipient")
    op.drop_table("invitation_text")
    op.drop_index("ix_organisation_invitation_state", table_name="organisation_invitation")
    op.drop_table("organisation_invitation")
