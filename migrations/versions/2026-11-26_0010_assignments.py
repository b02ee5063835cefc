"""Working together: assignments, states of answers, reminders that were sent, calendar feeds.

Revision: b7d2a51c90e4
"""

import sqlalchemy as sa
from alembic import op

revision = 'b7d2a51c90e4'
down_revision = '5d7a1c40e6b3'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_feed',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_feed_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feed_token_hash'))
    )
    op.create_table('no_reminders',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_no_reminders_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_no_reminders'))
    )
    op.create_table('reminder_day',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('of_day', sa.Date(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reminder_day_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'of_day', name=op.f('pk_reminder_day'))
    )
    op.create_table('assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('reference', sa.String(length=170), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('(person_id IS NULL) <> (unit_id IS NULL)', name=op.f('ck_assignment_one_assignee')),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_assignment_assessment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_assignment_created_by'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_assignment_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_assignment_unit_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment')),
    sa.UniqueConstraint('assessment_id', 'whole', 'reference', 'person_id', name='uq_assignment_person'),
    sa.UniqueConstraint('assessment_id', 'whole', 'reference', 'unit_id', name='uq_assignment_unit'),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignment_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignment_unit_id'), ['unit_id'], unique=False)

    op.create_table('stated_answer',
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('criterion', sa.String(length=170), nullable=False),
    sa.Column('answer_version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('stated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stated_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_stated_answer_assessment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['stated_by'], ['person.id'], name=op.f('fk_stated_answer_stated_by'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('assessment_id', 'criterion', name=op.f('pk_stated_answer'))
    )
    op.create_table('assigned_criterion',
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('criterion', sa.String(length=170), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_assigned_criterion_assignment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('assignment_id', 'criterion', name=op.f('pk_assigned_criterion'))
    )
    op.create_table('sent_reminder',
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('due', sa.Date(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_sent_reminder_assignment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sent_reminder_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('assignment_id', 'person_id', 'kind', 'due', name=op.f('pk_sent_reminder'))
    )


def downgrade() -> None:
    op.drop_table('sent_reminder')
    op.drop_table('assigned_criterion')
    op.drop_table('stated_answer')
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assignment_unit_id'))
        batch_op.drop_index(batch_op.f('ix_assignment_person_id'))

    op.drop_table('assignment')
    op.drop_table('reminder_day')
    op.drop_table('no_reminders')
    op.drop_table('calendar_feed')
