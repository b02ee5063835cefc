"""Rounds of ratings, their raters and levels; assessments withheld from who rates them blind.

Revision: 5a7e31c0b2d4, after b7d2a51c90e4
"""

import sqlalchemy as sa
from alembic import op
revision = '5a7e31c0b2d4'
down_revision = 'b7d2a51c90e4'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('withheld_assessment',
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_withheld_assessment_assessment_id_assessment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_withheld_assessment_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('assessment_id', 'person_id', name=op.f('pk_withheld_assessment'))
    )
    op.create_table('rating_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_rating_round_assessment_id_assessment'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['opened_by'], ['person.id'], name=op.f('fk_rating_round_opened_by_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating_round')),
    sa.UniqueConstraint('assessment_id', 'number', name=op.f('uq_rating_round_assessment_id_number'))
    )
    with op.batch_alter_table('rating_round', schema=None) as batch_op:
        batch_op.create_index('uq_rating_round_open', ['assessment_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('round_rater',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('rater_role', sa.String(length=40), nullable=False),
    sa.Column('file_key', sa.String(length=80), nullable=True),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('invited_by', sa.Integer(), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['invited_by'], ['person.id'], name=op.f('fk_round_rater_invited_by_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_round_rater_person_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['round_id'], ['rating_round.id'], name=op.f('fk_round_rater_round_id_rating_round'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_rater')),
    sa.UniqueConstraint('round_id', 'person_id', name=op.f('uq_round_rater_round_id_person_id'))
    )
    with op.batch_alter_table('round_rater', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_round_rater_person_id'), ['person_id'], unique=False)

    op.create_table('rating',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('rater_id', sa.Integer(), nullable=False),
    sa.Column('criterion', sa.String(length=170), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('rated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['rater_id'], ['round_rater.id'], name=op.f('fk_rating_rater_id_round_rater'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating')),
    sa.UniqueConstraint('rater_id', 'criterion', name=op.f('uq_rating_rater_id_criterion'))
    )


def downgrade() -> None:
    op.drop_table('rating')
    op.drop_table('round_rater')
    op.drop_table('rating_round')
    op.drop_table('withheld_assessment')
