"""Who signed a snapshot by name, with which roles; when, by whom and why it was opened again.

Revision: 6e2d9b40f7c8, after 4f9d2b6ac813
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '6e2d9b40f7c8'
down_revision = '4f9d2b6ac813'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('snapshot', schema=None) as batch_op:
        batch_op.add_column(sa.Column('signed_name', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('signed_roles', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True))
        batch_op.add_column(sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('reopened_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('reopened_because', sa.Text(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_snapshot_reopened_by_person'), 'person', ['reopened_by'], ['id'], ondelete='SET NULL')


def downgrade() -> None:
    with op.batch_alter_table('snapshot', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_snapshot_reopened_by_person'), type_='foreignkey')
        batch_op.drop_column('reopened_because')
        batch_op.drop_column('reopened_by')
        batch_op.drop_column('reopened_at')
        batch_op.drop_column('signed_roles')
        batch_op.drop_column('signed_name')
