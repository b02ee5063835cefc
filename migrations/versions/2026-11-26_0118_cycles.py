"""Which assessment follows which, and what was carried forward.

Revision: e81b4c7d2a65, after c2f6a9d41e70
"""

import sqlalchemy as sa
from alembic import op
revision = 'e81b4c7d2a65'
down_revision = 'c2f6a9d41e70'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('cycle_following',
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('previous_id', sa.Integer(), nullable=False),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('chosen_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_cycle_following_assessment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['previous_id'], ['assessment.id'], name=op.f('fk_cycle_following_previous_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['chosen_by'], ['person.id'], name=op.f('fk_cycle_following_chosen_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('assessment_id', name=op.f('pk_cycle_following'))
    )
    op.create_index(op.f('ix_cycle_following_previous_id'), 'cycle_following', ['previous_id'], unique=False)
    op.create_table('cycle_carry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('standard', sa.String(length=170), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_cycle_carry_assessment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_cycle_carry_made_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cycle_carry'))
    )
    op.create_index(op.f('ix_cycle_carry_assessment_id'), 'cycle_carry', ['assessment_id'], unique=False)
    op.create_table('cycle_carried_answer',
    sa.Column('carry_id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_cycle_carried_answer_answer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['carry_id'], ['cycle_carry.id'], name=op.f('fk_cycle_carried_answer_carry_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('carry_id', 'answer_id', name=op.f('pk_cycle_carried_answer'))
    )


def downgrade() -> None:
    op.drop_table('cycle_carried_answer')
    op.drop_table('cycle_carry')
    op.drop_table('cycle_following')
