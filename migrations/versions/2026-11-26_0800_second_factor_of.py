"""An organisation may require a second factor of everybody.

Revision: 2f8b41c6e9d0
"""

import sqlalchemy as sa
from alembic import op
revision = '2f8b41c6e9d0'
down_revision = '7c3e5a90d1f4'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('organisation', sa.Column('second_factor_of', sa.String(length=20), nullable=False, server_default='nobody'))
    op.execute("UPDATE organisation SET second_factor_of = 'quality_managers' WHERE second_factor_required")
    op.drop_column('organisation', 'second_factor_required')


def downgrade() -> None:
    op.add_column('organisation', sa.Column('second_factor_required', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE organisation SET second_factor_required = (second_factor_of <> 'nobody')")
    op.drop_column('organisation', 'second_factor_of')
