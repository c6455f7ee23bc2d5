"""An edition may be set provisionally and be resolved on the same day; no case begins before the resolution."""

import sqlalchemy as sa
from alembic import op

from migrations import safeguards

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NARROW = ("uq_publication_edition_in_force_from", ("edition", "in_force_from"))
WIDE = ("uq_publication_edition_in_force_from_kind", ("edition", "in_force_from", "kind"))


def upgrade() -> None:
    _unique(NARROW, WIDE)


def downgrade() -> None:
    _unique(WIDE, NARROW)


def _unique(before: tuple[str, tuple[str, ...]], after: tuple[str, tuple[str, ...]]) -> None:
    """Say anew what is there once; the guards that look into the table rest meanwhile and are all there afterwards."""
    safeguards.drop(op.get_bind())
    with op.batch_alter_table("publication", copy_from=_publication(*before)) as batch:
        batch.drop_constraint(before[0], type_="unique")
        batch.create_unique_constraint(after[0], list(after[1]))
    safeguards.create(op.get_bind())


def _publication(name: str, unique: tuple[str, ...]) -> sa.Table:
    """The table as it stands: SQLite rebuilds it, and would lose its checks else."""
    return sa.Table(
        "publication",
        sa.MetaData(),
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
            name="ck_publication_two_people_publish",
        ),
        sa.CheckConstraint("kind = 'interim' OR resolution <> ''", name="ck_publication_resolved_by_somebody"),
        sa.CheckConstraint("kind IN ('resolved', 'interim')", name="ck_publication_kind_is_known"),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="ck_publication_confirmed_by_somebody"
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name="fk_publication_confirmed_by_account"),
        sa.ForeignKeyConstraint(["edition"], ["edition.digest"], name="fk_publication_edition_edition"),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name="fk_publication_proposed_by_account"),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
        sa.UniqueConstraint(*unique, name=name),
        sa.Index("ix_publication_edition", "edition"),
        sa.Index("ix_publication_in_force", "in_force_from", "confirmed_at"),
    )
