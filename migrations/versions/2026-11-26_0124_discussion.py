"""Discussions of criteria.

Revision: 4f9d2b6ac813, after e81b4c7d2a65
"""

import sqlalchemy as sa
from alembic import op
revision = '4f9d2b6ac813'
down_revision = 'e81b4c7d2a65'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('remark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('criterion', sa.String(length=170), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('said_by', sa.Integer(), nullable=True),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_remark_assessment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['said_by'], ['person.id'], name=op.f('fk_remark_said_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remark'))
    )
    op.create_index('ix_remark_place', 'remark', ['assessment_id', 'criterion'], unique=False)
    op.create_table('mention',
    sa.Column('remark_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mention_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['remark_id'], ['remark.id'], name=op.f('fk_mention_remark_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('remark_id', 'person_id', name=op.f('pk_mention'))
    )
    op.create_index(op.f('ix_mention_person_id'), 'mention', ['person_id'], unique=False)
    op.create_table('settled_discussion',
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('criterion', sa.String(length=170), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_settled_discussion_assessment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['settled_by'], ['person.id'], name=op.f('fk_settled_discussion_settled_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('assessment_id', 'criterion', name=op.f('pk_settled_discussion'))
    )


def downgrade() -> None:
    op.drop_table('settled_discussion')
    op.drop_table('mention')
    op.drop_table('remark')
