"""scanned files

Revision ID: 8d2f6a41c0b7
Revises: 8ce9a84cfbe9
Create Date: 2026-11-26 00:30:00

"""
import sqlalchemy as sa
from alembic import op

import app.db

revision = '8d2f6a41c0b7'
down_revision = '5a7e31c0b2d4'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('evidence_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scanned_at', app.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('threat', sa.String(length=200), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('evidence_version', schema=None) as batch_op:
        batch_op.drop_column('threat')
        batch_op.drop_column('scanned_at')
