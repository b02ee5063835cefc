"""The next step of an answer.

Revision: a7d1c0f4e5b2, after 8ce9a84cfbe9
"""

import sqlalchemy as sa
from alembic import op
revision = 'a7d1c0f4e5b2'
down_revision = '8ce9a84cfbe9'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('answer', sa.Column('next_step', sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_column('next_step')
