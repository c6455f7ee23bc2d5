"""A frozen answer as files: PDF and DOCX, made once and kept."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inquiry_file",
        sa.Column("released_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="pdf, docx"),
        sa.Column("data", sa.LargeBinary(), nullable=False, comment="public, as the answer is"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of the bytes"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["released_id"], ["inquiry_released.id"], name=op.f("fk_inquiry_file_released_id_inquiry_released")
        ),
        sa.PrimaryKeyConstraint("released_id", "kind", name=op.f("pk_inquiry_file")),
    )


def downgrade() -> None:
    op.drop_table("inquiry_file")
