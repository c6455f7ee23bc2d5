"""All tables of the first version, and the guards that keep log and cases together.

`case` and `entry` refer to each other. SQLite takes both keys with their tables; PostgreSQL takes the second one when
both tables are there, and Alembic would leave it out without a word.
"""

import sqlalchemy as sa
from alembic import op

from migrations import safeguards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


CIRCLE = "state_has_its_entry"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "address", sa.String(length=254), nullable=False, comment="mail address, lower case: the name at the door"
        ),
        sa.Column(
            "name", sa.String(length=120), nullable=True, comment="as the person wrote it; volunteers give it later"
        ),
        sa.Column("language", sa.String(length=12), nullable=False, comment="of mails and pages"),
        sa.Column(
            "password_hash", sa.String(length=200), nullable=True, comment="Argon2id; none for who comes by mailed code"
        ),
        sa.Column(
            "factor", sa.LargeBinary(), nullable=True, comment="sealed secret of the authenticator app (RFC 6238)"
        ),
        sa.Column("next_factor", sa.LargeBinary(), nullable=True, comment="sealed; shown, not yet confirmed"),
        sa.Column("factor_step", sa.Integer(), nullable=True, comment="last 30-second step used; each counts once"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("address", name=op.f("uq_account_address")),
    )
    op.create_table(
        "case_key",
        sa.Column("case_id", sa.Uuid(), nullable=False, comment="no foreign key: it is erased on its own"),
        sa.Column("wrapped", sa.LargeBinary(length=40), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_key")),
    )
    op.create_table(
        "checkpoint",
        sa.Column(
            "size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
            comment="number of entries, from 1",
        ),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("range", sa.LargeBinary(), nullable=False, comment="compact range, 32 bytes a hash, left to right"),
        sa.Column(
            "signed_at", sa.DateTime(timezone=True), nullable=False, comment="our clock; only a witness dates it"
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="signed note (C2SP)"),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=20), nullable=False, comment="MSO-2026"),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "disclosure",
        sa.Column("digest", sa.String(length=43), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("string", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True, comment="what it belongs to, for erasure"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_disclosure")),
    )
    op.create_index(op.f("ix_disclosure_case_id"), "disclosure", ["case_id"], unique=False)
    op.create_table(
        "edition",
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the body's UTF-8 bytes"),
        sa.Column("name", sa.String(length=40), nullable=False, comment="2026-1"),
        sa.Column("body", sa.Text(), nullable=False, comment="RFC 8785 text, served byte for byte"),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_edition")),
        sa.UniqueConstraint("name", name=op.f("uq_edition_name")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "log_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False, comment="when the reading was over"),
        sa.Column(
            "size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="entries that were read",
        ),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False, comment="root over them"),
        sa.Column("checkpoints", sa.Integer(), nullable=False, comment="signed checkpoints that were compared"),
        sa.Column("faults", sa.Integer(), nullable=False, comment="things that did not fit"),
        sa.Column("places", sa.JSON(), nullable=False, comment="where, the first twenty: entry 17, checkpoint 518"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_check")),
    )
    op.create_index(op.f("ix_log_check_checked_at"), "log_check", ["checked_at"], unique=False)
    op.create_table(
        "log_key",
        sa.Column("vkey", sa.String(length=300), nullable=False, comment="public key line (C2SP)"),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("from_size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("vkey", name=op.f("pk_log_key")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "key", sa.String(length=200), nullable=False, comment="its cause; the same cause sends no second mail"
        ),
        sa.Column(
            "message_id",
            sa.String(length=200),
            nullable=False,
            comment="local part of the Message-ID, made with the row",
        ),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column(
            "recipient", sa.Uuid(), nullable=True, comment="account; its address is looked up when the mail leaves"
        ),
        sa.Column(
            "audience", sa.String(length=60), nullable=True, comment="a role or a case's people, spread by the worker"
        ),
        sa.Column("address", sa.LargeBinary(), nullable=True, comment="sealed; only for people without an account"),
        sa.Column("case_id", sa.Uuid(), nullable=True, comment="the case it speaks of"),
        sa.Column("values", sa.LargeBinary(), nullable=True, comment="sealed JSON; erased once sent"),
        sa.Column("state", sa.String(length=12), nullable=False, comment="queued, spread, sent, failed, expired"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False, comment="not before this instant"),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True, comment="a worker holds it until then"),
        sa.Column(
            "expires_at", sa.DateTime(timezone=True), nullable=True, comment="worthless afterwards: never sent later"
        ),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True, comment="what the relay said, in its own words"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
    )
    op.create_index(op.f("ix_mail_case_id"), "mail", ["case_id"], unique=False)
    op.create_index("ix_mail_waiting", "mail", ["state", "run_at"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False, comment="its address in the register"),
        sa.Column("name", sa.String(length=200), nullable=False, comment="the name it goes by now"),
        sa.Column("search_name", sa.String(length=200), nullable=False, comment="folded for search and match hints"),
        sa.Column("register_number", sa.String(length=40), nullable=True, comment="register of associations"),
        sa.Column("pseudonym", sa.String(length=22), nullable=False, comment="in entries of the register, erasable"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_organisation_pseudonym")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_index(op.f("ix_organisation_register_number"), "organisation", ["register_number"], unique=False)
    op.create_index(op.f("ix_organisation_search_name"), "organisation", ["search_name"], unique=False)
    op.create_table(
        "pseudonym",
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.String(length=36), nullable=False, comment="a case's id, or 'house'"),
        sa.Column("value", sa.String(length=22), nullable=False),
        sa.PrimaryKeyConstraint("person", "matter", name=op.f("pk_pseudonym")),
        sa.UniqueConstraint("value", name=op.f("uq_pseudonym_value")),
    )
    op.create_table(
        "refusal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(length=22), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("hour", sa.String(length=13), nullable=False, comment="2026-11-24T15, UTC"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
        sa.UniqueConstraint("case_id", "actor", "step", "hour", name=op.f("uq_refusal_case_id_actor_step_hour")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "bucket",
            sa.String(length=64),
            nullable=False,
            comment="keyed digest of door and person, device or network address",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index("ix_sign_in_attempt_bucket_at", "sign_in_attempt", ["bucket", "at"], unique=False)
    op.create_table(
        "case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="admission or membership: a procedure of the edition"
        ),
        sa.Column(
            "number",
            sa.String(length=20),
            nullable=True,
            comment="given at submission, gapless, never reused; none for a membership",
        ),
        sa.Column("edition", sa.String(length=64), nullable=False, comment="SHA-256 of the rulebook it is judged by"),
        sa.Column("state", sa.String(length=60), nullable=False, comment="a state of that procedure"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="counts steps; a stale form is refused"),
        sa.Column(
            "round",
            sa.Integer(),
            nullable=False,
            comment="the revision at which it last entered assessment: older hearings count no more",
        ),
        sa.Column("state_since", sa.Date(), nullable=False, comment="day in Berlin on which it came to this state"),
        sa.Column("of", sa.Uuid(), nullable=True, comment="the admission a membership comes from"),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("applicant_id", sa.Uuid(), nullable=True, comment="who opened the draft"),
        sa.Column("assigned_to", sa.Uuid(), nullable=True, comment="who claimed it"),
        sa.Column(
            "due_on",
            sa.Date(),
            server_default="9999-12-31",
            nullable=False,
            comment="its next deadline, kept by the database; 9999-12-31 while none runs",
        ),
        sa.Column("title", sa.String(length=200), nullable=False, comment="the organisation's name as entered"),
        sa.Column("language", sa.String(length=12), nullable=False, comment="in which we write to the organisation"),
        sa.Column("portal_consent", sa.Boolean(), nullable=False, comment="notices may be opened at the desk"),
        sa.Column("confirmed_on", sa.Date(), nullable=True, comment="declarations confirmed by name"),
        sa.Column("confirmed_by", sa.LargeBinary(), nullable=True, comment="sealed: the name typed at submission"),
        sa.Column("sections_open", sa.Integer(), nullable=False, comment="sections of the form not yet answered"),
        sa.Column("criteria_applicable", sa.Integer(), nullable=False, comment="criteria that apply to these answers"),
        sa.Column("evidence_applicable", sa.Integer(), nullable=False, comment="of them, those that ask for evidence"),
        sa.Column("record_version", sa.Integer(), nullable=False, comment="counts changes of answers and documents"),
        sa.Column("logged_version", sa.Integer(), nullable=False, comment="up to which of them entries have carried"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True, comment="starts the processing period"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="when it reached a final state"),
        sa.CheckConstraint(
            "kind <> 'admission' OR submitted_at IS NOT NULL OR state IN ('draft', 'withdrawn', 'closed')",
            name=op.f("ck_case_undecided_until_submitted"),
        ),
        sa.CheckConstraint("(number IS NULL) = (submitted_at IS NULL)", name=op.f("ck_case_numbered_when_submitted")),
        sa.ForeignKeyConstraint(["applicant_id"], ["account.id"], name=op.f("fk_case_applicant_id_account")),
        sa.ForeignKeyConstraint(["assigned_to"], ["account.id"], name=op.f("fk_case_assigned_to_account")),
        sa.ForeignKeyConstraint(["edition"], ["edition.digest"], name=op.f("fk_case_edition_edition")),
        sa.ForeignKeyConstraint(
            ["id", "revision", "state"], ["entry.case_id", "entry.revision", "entry.state"], name=CIRCLE, use_alter=True
        ),
        sa.ForeignKeyConstraint(["of"], ["case.id"], name=op.f("fk_case_of_case")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_case_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("number", name=op.f("uq_case_number")),
    )
    op.create_index("ix_case_applicant", "case", ["applicant_id"], unique=False)
    open_admission = sa.text("kind = 'admission' AND ended_at IS NULL")
    op.create_index(
        "ix_case_open_by_person",
        "case",
        ["assigned_to", "state", "due_on", "id"],
        unique=False,
        sqlite_where=open_admission,
        postgresql_where=open_admission,
    )
    op.create_index(
        "ix_case_open_by_urgency",
        "case",
        ["state", "due_on", "id"],
        unique=False,
        sqlite_where=open_admission,
        postgresql_where=open_admission,
    )
    op.create_index(op.f("ix_case_organisation_id"), "case", ["organisation_id"], unique=False)
    op.create_index(
        "one_open_application",
        "case",
        ["organisation_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'admission' AND ended_at IS NULL"),
        postgresql_where=sa.text("kind = 'admission' AND ended_at IS NULL"),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False, comment="public"),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["given_by"], ["account.id"], name=op.f("fk_consent_given_by_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_consent_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_organisation", "consent", ["organisation_id", "withdrawn_at"], unique=False)
    op.create_index(
        "one_consent_a_field_and_purpose",
        "consent",
        ["organisation_id", "field", "purpose"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "cosignature",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["checkpoint.size"], name=op.f("fk_cosignature_size_checkpoint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cosignature")),
        sa.UniqueConstraint("line", name=op.f("uq_cosignature_line")),
    )
    op.create_index(op.f("ix_cosignature_size"), "cosignature", ["size"], unique=False)
    op.create_table(
        "edition_texts",
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the body's UTF-8 bytes"),
        sa.Column("of", sa.String(length=64), nullable=False, comment="the edition that it translates"),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="RFC 8785 text"),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["of"], ["edition.digest"], name=op.f("fk_edition_texts_of_edition")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_edition_texts")),
    )
    op.create_index(op.f("ix_edition_texts_of"), "edition_texts", ["of"], unique=False)
    op.create_table(
        "factor_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("password_too", sa.Boolean(), nullable=False, comment="the password is lost as well"),
        sa.Column("asked_by", sa.Uuid(), nullable=True, comment="none: the operator's command"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True, comment="made at the confirmation"),
        sa.Column("factor", sa.LargeBinary(), nullable=True, comment="sealed secret that the page shows"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> account_id", name=op.f("ck_factor_reset_never_for_oneself")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> asked_by",
            name=op.f("ck_factor_reset_confirmed_by_a_second_person"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_factor_reset_account_id_account")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_factor_reset_asked_by_account")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_factor_reset_confirmed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_factor_reset_token_hash")),
    )
    op.create_index(op.f("ix_factor_reset_account_id"), "factor_reset", ["account_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column(
            "name",
            sa.String(length=120),
            nullable=False,
            comment="as the inviting person wrote it; the invited one may mend it",
        ),
        sa.Column("roles", sa.JSON(), nullable=False, comment="role codes"),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True, comment="end of the grants, if they are lent"),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("factor", sa.LargeBinary(), nullable=False, comment="sealed secret that the page shows"),
        sa.Column("invited_by", sa.Uuid(), nullable=True, comment="none: the operator's command"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["invited_by"], ["account.id"], name=op.f("fk_invitation_invited_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_address"), "invitation", ["address"], unique=False)
    op.create_table(
        "known_device",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_known_device_account_id_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_known_device")),
    )
    op.create_index(op.f("ix_known_device_account_id"), "known_device", ["account_id"], unique=False)
    op.create_table(
        "publication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False, comment="first day, in Berlin"),
        sa.Column("resolution", sa.String(length=120), nullable=False, comment="number of the council's resolution"),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="resolved by the council, or interim"),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True, comment="another account"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind = 'interim' OR confirmed_by IS NULL OR confirmed_by <> proposed_by",
            name=op.f("ck_publication_two_people_publish"),
        ),
        sa.CheckConstraint("kind = 'interim' OR resolution <> ''", name=op.f("ck_publication_resolved_by_somebody")),
        sa.CheckConstraint("kind IN ('resolved', 'interim')", name=op.f("ck_publication_kind_is_known")),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_publication_confirmed_by_somebody")
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_publication_confirmed_by_account")),
        sa.ForeignKeyConstraint(["edition"], ["edition.digest"], name=op.f("fk_publication_edition_edition")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_publication_proposed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("edition", "in_force_from", name=op.f("uq_publication_edition_in_force_from")),
    )
    op.create_index(op.f("ix_publication_edition"), "publication", ["edition"], unique=False)
    op.create_index("ix_publication_in_force", "publication", ["in_force_from", "confirmed_at"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False, comment="keyed"),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("account_id", "code_hash", name=op.f("uq_recovery_code_account_id_code_hash")),
    )
    op.create_table(
        "register_field",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False, comment="a field of the edition's register"),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_register_field_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_field")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_register_field_organisation_id_name")),
    )
    op.create_table(
        "representative",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "until_at IS NULL OR until_at >= since_at", name=op.f("ck_representative_ends_after_it_began")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_representative_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_representative_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representative")),
        sa.UniqueConstraint("organisation_id", "account_id", name=op.f("uq_representative_organisation_id_account_id")),
    )
    op.create_index("ix_representative_account", "representative", ["account_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "until_at", sa.DateTime(timezone=True), nullable=True, comment="first instant at which it no longer holds"
        ),
        sa.Column("granted_by", sa.Uuid(), nullable=True, comment="none: the operator's command"),
        sa.CheckConstraint(
            "role <> 'external_reviewer' OR until_at IS NOT NULL", name=op.f("ck_role_grant_lent_for_a_time")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id_account")),
        sa.ForeignKeyConstraint(["granted_by"], ["account.id"], name=op.f("fk_role_grant_granted_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index("ix_role_grant_account_role", "role_grant", ["account_id", "role"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False, comment="mail or factor"),
        sa.Column(
            "browser_hash", sa.String(length=64), nullable=False, comment="of the secret in the browser that asked"
        ),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True, comment="keyed: six digits could be tried out"),
        sa.Column("account_id", sa.Uuid(), nullable=True, comment="none: no account yet"),
        sa.Column(
            "address", sa.LargeBinary(), nullable=False, comment="sealed; the account is made from it at redemption"
        ),
        sa.Column("address_hash", sa.String(length=64), nullable=False, comment="keyed: finds its siblings"),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("next_path", sa.String(length=500), nullable=True, comment="the page that was wanted, on this site"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('mail', 'factor')", name=op.f("ck_sign_in_kind_is_known")),
        sa.CheckConstraint("tries <= 5", name=op.f("ck_sign_in_five_tries")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("browser_hash", name=op.f("uq_sign_in_browser_hash")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_sign_in_link_hash")),
    )
    op.create_index(op.f("ix_sign_in_address_hash"), "sign_in", ["address_hash"], unique=False)
    op.create_table(
        "source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="application, list, event, request"),
        sa.Column("says", sa.Text(), nullable=False, comment="the source in words"),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_source_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    op.create_index("ix_source_organisation", "source", ["organisation_id"], unique=False)
    op.create_table(
        "user_session",
        sa.Column("id", sa.Uuid(), nullable=False, comment="names it on the person's own page"),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "device",
            sa.String(length=60),
            nullable=False,
            comment="browser and system in words, for the person's own list",
        ),
        sa.Column("idle_minutes", sa.Integer(), nullable=False, comment="ends after so long without a page"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="written at most once a minute"),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False, comment="last full proof of who it is"),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False, comment="at the latest, whatever happens"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_user_session_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    op.create_index(op.f("ix_user_session_account_id"), "user_session", ["account_id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False, comment="code of the question"),
        sa.Column("value", sa.JSON(), nullable=False, comment="canonical value of the fact's type"),
        sa.Column("version", sa.Integer(), nullable=False, comment="the case's record_version when it was saved"),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_answer_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("case_id", "code", name=op.f("uq_answer_case_id_code")),
    )
    op.create_table(
        "conflict_declaration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_conflict_declaration_account_id_account")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_conflict_declaration_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_declaration")),
        sa.UniqueConstraint("case_id", "account_id", name=op.f("uq_conflict_declaration_case_id_account_id")),
    )
    op.create_index(op.f("ix_conflict_declaration_account_id"), "conflict_declaration", ["account_id"], unique=False)
    op.create_table(
        "deadline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="a deadline of the edition"),
        sa.Column("whose", sa.String(length=12), nullable=False, comment="applicant or office"),
        sa.Column(
            "begun_on",
            sa.Date(),
            nullable=False,
            comment="day of the event; the period begins the day after (BGB § 187)",
        ),
        sa.Column("due_on", sa.Date(), nullable=False, comment="last day of the period"),
        sa.Column("round", sa.Integer(), nullable=False, comment="the case's round when it began"),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("days_left", sa.Integer(), nullable=True, comment="calendar days left while paused"),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("warned_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'paused') = (days_left IS NOT NULL)", name=op.f("ck_deadline_paused_knows_what_is_left")
        ),
        sa.CheckConstraint("state IN ('running', 'paused', 'ended', 'passed')", name=op.f("ck_deadline_known_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_deadline_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
    )
    op.create_index("ix_deadline_case", "deadline", ["case_id", "state"], unique=False)
    op.create_index("ix_deadline_running", "deadline", ["state", "due_on"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="a document of the edition"),
        sa.Column("name", sa.LargeBinary(), nullable=False, comment="sealed: the file's name as sent"),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes before sealing"),
        sa.Column("sealed_digest", sa.String(length=64), nullable=False, comment="SHA-256 of the sealed bytes"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="sealed: SHA-256 of the file itself"),
        sa.Column("pages", sa.Integer(), nullable=True, comment="pictures made by the worker; none until it looked"),
        sa.Column("pages_error", sa.String(length=40), nullable=True, comment="why no pictures could be made"),
        sa.Column("version", sa.Integer(), nullable=False, comment="the case's record_version when it was added"),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_document_case_id_case")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["account.id"], name=op.f("fk_document_uploaded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index("ix_document_case", "document", ["case_id", "removed_at"], unique=False)
    op.create_table(
        "entry",
        sa.Column(
            "idx",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
            comment="place in the log, from 0",
        ),
        sa.Column("body", sa.Text(), nullable=False, comment="RFC 8785 text; its UTF-8 bytes are the leaf"),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column(
            "actor", sa.String(length=22), nullable=False, comment="pseudonym, one per person and matter, or 'system'"
        ),
        sa.Column("case_id", sa.Uuid(), nullable=True, comment="its case"),
        sa.Column("revision", sa.Integer(), nullable=True, comment="the revision that this entry made; none for acts"),
        sa.Column("state", sa.String(length=60), nullable=True, comment="the state that it led to"),
        sa.Column("command", sa.Uuid(), nullable=True, comment="first entry of a command: sent twice, done once"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name="fk_entry_case_id_case", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("idx", name=op.f("pk_entry")),
        sa.UniqueConstraint("case_id", "revision", "state", name=op.f("uq_entry_case_id_revision_state")),
        sa.UniqueConstraint("case_id", "revision", name=op.f("uq_entry_case_id_revision")),
        sa.UniqueConstraint("command", name=op.f("uq_entry_command")),
    )
    op.create_index("ix_entry_case_actor", "entry", ["case_id", "actor"], unique=False)
    op.create_index("ix_entry_type", "entry", ["type"], unique=False)
    op.create_table(
        "city_setting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False, comment="office.phone, body.council, imprint.text …"),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column(
            "valid_through", sa.Date(), nullable=True, comment="last day on which it holds; none: until further notice"
        ),
        sa.Column("changed_by", sa.Uuid(), nullable=True, comment="none: the operator's command"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "entry",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="place of its entry: the order of changes, whatever the clock said",
        ),
        sa.CheckConstraint(
            "valid_through IS NULL OR valid_through >= valid_from", name=op.f("ck_city_setting_holds_some_day")
        ),
        sa.ForeignKeyConstraint(["changed_by"], ["account.id"], name=op.f("fk_city_setting_changed_by_account")),
        sa.ForeignKeyConstraint(["entry"], ["entry.idx"], name=op.f("fk_city_setting_entry_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_setting")),
    )
    op.create_index("ix_city_setting_name", "city_setting", ["name", "valid_from"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column(
            "rule",
            sa.String(length=20),
            nullable=False,
            comment="what the rule gave: met, not_met, unclear, not_applicable",
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="in words the organisation reads"),
        sa.Column("version", sa.Integer(), nullable=False, comment="a stale form is refused"),
        sa.Column("assessed_by", sa.Uuid(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('met', 'met_by_exception', 'open', 'not_met', 'not_applicable')",
            name=op.f("ck_finding_known_outcome"),
        ),
        sa.CheckConstraint(
            "outcome IN ('met', 'not_applicable') OR reason <> ''", name=op.f("ck_finding_deviation_has_its_reason")
        ),
        sa.ForeignKeyConstraint(["assessed_by"], ["account.id"], name=op.f("fk_finding_assessed_by_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_finding_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("case_id", "criterion", name=op.f("uq_finding_case_id_criterion")),
    )
    op.create_table(
        "hearing_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=12), nullable=False),
        sa.Column("says", sa.Text(), nullable=False, comment="the organisation's words"),
        sa.Column("weighing", sa.Text(), nullable=False, comment="the office's answer to them"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_hearing_point_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_point")),
        sa.UniqueConstraint("case_id", "round", "criterion", name=op.f("uq_hearing_point_case_id_round_criterion")),
    )
    op.create_index("ix_hearing_point_case", "hearing_point", ["case_id", "round"], unique=False)
    op.create_table(
        "item_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=12), nullable=False, comment="the criterion whose evidence it is"),
        sa.Column("verdict", sa.String(length=12), nullable=False, comment="there or missing"),
        sa.Column("note", sa.Text(), nullable=False, comment="what is missing, in words the organisation reads"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict = 'there' OR note <> ''", name=op.f("ck_item_check_missing_says_what")),
        sa.CheckConstraint("verdict IN ('there', 'missing')", name=op.f("ck_item_check_known_verdict")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_item_check_case_id_case")),
        sa.ForeignKeyConstraint(["checked_by"], ["account.id"], name=op.f("fk_item_check_checked_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_check")),
        sa.UniqueConstraint("case_id", "item", name=op.f("uq_item_check_case_id_item")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=40), nullable=False, comment="a letter of the edition"),
        sa.Column("data", sa.LargeBinary(), nullable=True, comment="sealed: canonical JSON with a salt of its own"),
        sa.Column(
            "digest", sa.String(length=64), nullable=False, comment="SHA-256 of the data; stands in the step's entry"
        ),
        sa.Column("code", sa.String(length=16), nullable=False, comment="80 random bits; finds the entry"),
        sa.Column(
            "has_remedy",
            sa.Boolean(),
            nullable=False,
            comment="carries the notice on legal remedies (§ 37 Abs. 6 VwVfG NRW)",
        ),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True, comment="signed by the second person"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True, comment="opened at the desk by a button"),
        sa.Column("way", sa.String(length=12), nullable=True, comment="portal, post or office"),
        sa.Column("posted_on", sa.Date(), nullable=True, comment="day it was posted or handed over"),
        sa.Column(
            "given_on", sa.Date(), nullable=True, comment="day on which it counts as given (after § 41 VwVfG NRW)"
        ),
        sa.CheckConstraint("way IS NULL OR way IN ('portal', 'post', 'office')", name=op.f("ck_notice_known_way")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_notice_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("code", name=op.f("uq_notice_code")),
    )
    op.create_index("ix_notice_case", "notice", ["case_id", "letter"], unique=False)
    op.create_index("ix_notice_to_post", "notice", ["given_on", "issued_at"], unique=False)
    op.create_table(
        "pause",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_pause_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index("ix_pause_case", "pause", ["case_id", "ended_on"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False, comment="why this is proposed, for the second signatory"),
        sa.Column(
            "obligations",
            sa.JSON(),
            nullable=False,
            comment="[{criterion, text, due_on}] for an admission with obligations",
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('admit', 'admit_with_obligations', 'admit_as_guest', 'refuse')",
            name=op.f("ck_proposal_known_outcome"),
        ),
        sa.CheckConstraint("reasons <> ''", name=op.f("ck_proposal_has_its_reasons")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_proposal_case_id_case")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_proposal_proposed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_proposal_case_id_round")),
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False, comment="the case's round: older statements count no more"),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False, comment="online, phone, post or office"),
        sa.Column("text", sa.Text(), nullable=False, comment="what does not belong to one point"),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_statement_case_id_case")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_statement_recorded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_statement_case_id_round")),
    )
    op.create_table(
        "statement_document",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=12), nullable=False, comment="the point it belongs to; empty: to none"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_statement_document_case_id_case")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_statement_document_document_id_document")
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_statement_document")),
    )
    op.create_index("ix_statement_document_case", "statement_document", ["case_id", "round"], unique=False)
    op.create_table(
        "supplement_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("request", sa.Integer(), nullable=False, comment="number of the request on this case, from 1"),
        sa.Column("asked_in", sa.String(length=20), nullable=False, comment="the state it was asked in"),
        sa.Column("item", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, comment="what is asked for"),
        sa.Column("answer", sa.Text(), nullable=False, comment="what the organisation wrote to it"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_supplement_item_case_id_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement_item")),
        sa.UniqueConstraint("case_id", "request", "item", name=op.f("uq_supplement_item_case_id_request_item")),
    )
    op.create_index("ix_supplement_item_case", "supplement_item", ["case_id", "request"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False, comment="the admission"),
        sa.Column("code", sa.String(length=40), nullable=False, comment="a task of the edition, or 'obligation'"),
        sa.Column("text", sa.Text(), nullable=False, comment="of an obligation: what is to be done"),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_task_case_id_case")),
        sa.ForeignKeyConstraint(["done_by"], ["account.id"], name=op.f("fk_task_done_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index("ix_task_case", "task", ["case_id"], unique=False)
    op.create_index("ix_task_open", "task", ["done_on", "due_on"], unique=False)
    op.create_table(
        "weighing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("weighed_on", sa.Date(), nullable=False),
        sa.Column("weighed_by", sa.Uuid(), nullable=False),
        sa.Column("weighed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_weighing_case_id_case")),
        sa.ForeignKeyConstraint(["weighed_by"], ["account.id"], name=op.f("fk_weighing_weighed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weighing")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_weighing_case_id_round")),
    )
    if op.get_context().dialect.name == "postgresql":
        op.create_foreign_key(CIRCLE, "case", "entry", ["id", "revision", "state"], ["case_id", "revision", "state"])
    safeguards.create(op.get_bind())


def downgrade() -> None:
    safeguards.drop(op.get_bind())
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint(CIRCLE, "case", type_="foreignkey")
    op.drop_table("weighing")
    op.drop_table("task")
    op.drop_table("supplement_item")
    op.drop_table("statement_document")
    op.drop_table("statement")
    op.drop_table("proposal")
    op.drop_table("pause")
    op.drop_table("notice")
    op.drop_table("item_check")
    op.drop_table("hearing_point")
    op.drop_table("finding")
    op.drop_table("city_setting")
    op.drop_table("entry")
    op.drop_table("document")
    op.drop_table("deadline")
    op.drop_table("conflict_declaration")
    op.drop_table("answer")
    op.drop_table("user_session")
    op.drop_table("source")
    op.drop_table("sign_in")
    op.drop_table("role_grant")
    op.drop_table("representative")
    op.drop_table("register_field")
    op.drop_table("recovery_code")
    op.drop_table("publication")
    op.drop_table("known_device")
    op.drop_table("invitation")
    op.drop_table("factor_reset")
    op.drop_table("edition_texts")
    op.drop_table("cosignature")
    op.drop_table("consent")
    op.drop_table("case")
    op.drop_table("sign_in_attempt")
    op.drop_table("refusal")
    op.drop_table("pseudonym")
    op.drop_table("organisation")
    op.drop_table("mail")
    op.drop_table("log_key")
    op.drop_table("log_check")
    op.drop_table("heartbeat")
    op.drop_table("edition")
    op.drop_table("disclosure")
    op.drop_table("counter")
    op.drop_table("checkpoint")
    op.drop_table("case_key")
    op.drop_table("account")
