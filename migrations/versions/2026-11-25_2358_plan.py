"""Actions know their owner's person, further criteria, expected evidence and level, effort, and why they were dropped.

Revision: 5d7a1c40e6b3, after a7d1c0f4e5b2
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '5d7a1c40e6b3'
down_revision = 'a7d1c0f4e5b2'
branch_labels = None
depends_on = None

_list = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    with op.batch_alter_table('planned_action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('criteria', _list, nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('owner_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('expected_evidence', _list, nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('effort', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('expected_level', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f('ix_planned_action_owner_id'), ['owner_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_planned_action_owner_id'), 'person', ['owner_id'], ['id'], ondelete='SET NULL')
    with op.batch_alter_table('planned_action', schema=None) as batch_op:
        batch_op.alter_column('criteria', server_default=None)
        batch_op.alter_column('expected_evidence', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('planned_action', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_planned_action_owner_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_planned_action_owner_id'))
        for name in ('reason', 'expected_level', 'effort', 'expected_evidence', 'owner_id', 'criteria'):
            batch_op.drop_column(name)
