"""The register's events, the sums kept of them, and the release of figures.

What the log already tells of organisations (applications, memberships, consents) becomes events, so that the figures
of an installation that is upgraded begin where its log begins.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BERLIN = ZoneInfo("Europe/Berlin")


def upgrade() -> None:
    op.create_table(
        "register_basis",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False, comment="SHA-256 of the edition's sets"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_basis")),
    )
    op.create_table(
        "register_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("sets", sa.String(length=200), nullable=False),
        sa.Column("by_how_many", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_change")),
    )
    op.create_index("ix_register_change_on", "register_change", ["on", "sets", "by_how_many"], unique=False)
    op.create_table(
        "figures_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False, comment="reference day, in Berlin"),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True, comment="another account"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_figures_release_confirmed_by_somebody")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> proposed_by", name=op.f("ck_figures_release_two_people_release")
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_figures_release_confirmed_by_account")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_figures_release_proposed_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figures_release")),
    )
    op.create_index("ix_figures_release_confirmed", "figures_release", ["confirmed_at"], unique=False)
    op.create_table(
        "register_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "told_of",
            sa.Uuid(),
            nullable=True,
            comment="the organisation of which it was told, if that one was merged into this one since",
        ),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="known, confirmed, contact, activity, standing, consent_given …",
        ),
        sa.Column("on", sa.Date(), nullable=False, comment="the day for which it speaks, in Berlin"),
        sa.Column(
            "detail", sa.String(length=60), nullable=False, comment="its code: source, channel, standing, field/purpose"
        ),
        sa.Column(
            "place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, comment="of its log entry"
        ),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), nullable=False, comment="since then the day's number knows it"
        ),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True, comment="an entry cites it and says why"),
        sa.Column("folded", sa.Boolean(), nullable=False, comment="the kept sums hold it"),
        sa.CheckConstraint(
            "taken_back_at IS NULL OR taken_back_at >= recorded_at",
            name=op.f("ck_register_event_taken_back_afterwards"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_register_event_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_event")),
        sa.UniqueConstraint("place", "kind", name=op.f("uq_register_event_place_kind")),
    )
    op.create_index("ix_register_event_organisation", "register_event", ["organisation_id", "place"], unique=False)
    op.create_index(
        "ix_register_event_unfolded",
        "register_event",
        ["organisation_id"],
        unique=False,
        sqlite_where=sa.text("NOT folded"),
        postgresql_where=sa.text("NOT folded"),
    )
    op.create_table(
        "register_span",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True, comment="first day after it; none: still now"),
        sa.Column(
            "sets",
            sa.String(length=200),
            nullable=False,
            comment="names of the sets, in the edition's order, with commas",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_register_span_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_span")),
    )
    op.create_index("ix_register_span_days", "register_span", ["from_on", "until_on"], unique=False)
    op.create_index("ix_register_span_organisation", "register_span", ["organisation_id"], unique=False)
    _tell_what_the_log_tells()


def downgrade() -> None:
    op.drop_index("ix_register_span_organisation", table_name="register_span")
    op.drop_index("ix_register_span_days", table_name="register_span")
    op.drop_table("register_span")
    op.drop_index(
        "ix_register_event_unfolded",
        table_name="register_event",
        sqlite_where=sa.text("NOT folded"),
        postgresql_where=sa.text("NOT folded"),
    )
    op.drop_index("ix_register_event_organisation", table_name="register_event")
    op.drop_table("register_event")
    op.drop_index("ix_figures_release_confirmed", table_name="figures_release")
    op.drop_table("figures_release")
    op.drop_index("ix_register_change_on", table_name="register_change")
    op.drop_table("register_change")
    op.drop_table("register_basis")


def _tell_what_the_log_tells() -> None:
    connection = op.get_bind()
    event = sa.table(
        "register_event",
        sa.column("id", sa.Uuid()),
        sa.column("organisation_id", sa.Uuid()),
        sa.column("kind", sa.String()),
        sa.column("on", sa.Date()),
        sa.column("detail", sa.String()),
        sa.column("place", sa.BigInteger()),
        sa.column("recorded_at", sa.DateTime(timezone=True)),
        sa.column("folded", sa.Boolean()),
    )
    entry = sa.table("entry", sa.column("idx", sa.BigInteger()), sa.column("body", sa.Text()))
    case = sa.table("case", sa.column("id", sa.Uuid()), sa.column("organisation_id", sa.Uuid()))
    organisation = sa.table("organisation", sa.column("id", sa.Uuid()), sa.column("pseudonym", sa.String()))
    of_case = {row.id: row.organisation_id for row in connection.execute(sa.select(case.c.id, case.c.organisation_id))}
    named = {
        row.pseudonym: row.id for row in connection.execute(sa.select(organisation.c.id, organisation.c.pseudonym))
    }
    rows: list[dict[str, Any]] = []
    for idx, text in connection.execute(sa.select(entry.c.idx, entry.c.body).order_by(entry.c.idx)):
        body = json.loads(text)
        of = named.get(body.get("organisation")) or of_case.get(UUID(body["case"]) if "case" in body else None)
        if of is None:
            continue
        recorded = datetime.strptime(body["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        for kind, detail in _told(body):
            rows.append(
                {
                    "id": uuid4(),
                    "organisation_id": of,
                    "kind": kind,
                    "on": _day(body, recorded),
                    "detail": detail,
                    "place": idx,
                    "recorded_at": recorded,
                    "folded": False,
                }
            )
    if rows:
        connection.execute(event.insert(), rows)


def _told(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    match body["type"], body.get("kind"):
        case "step.submit", "admission":
            yield "known", "application"
            yield "confirmed", "application"
        case _, "membership" if "to" in body:
            yield "standing", body["to"]
        case "consent.given" | "consent.withdrawn" as type_, _:
            data = body["data"]
            yield type_.replace(".", "_"), f"{data['field']}/{data['purpose']}"
        case "organisation.known", _:
            yield "known", body["data"]["source"]


def _day(body: Mapping[str, Any], recorded: datetime) -> date:
    told = body.get("data", {}).get("known_on")
    return date.fromisoformat(told) if told else recorded.astimezone(BERLIN).date()
