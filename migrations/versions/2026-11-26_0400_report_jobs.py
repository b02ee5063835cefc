"""Reports made by workers, and the worker's sign of life.

Revision: b58d1f7e2c64
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = 'b58d1f7e2c64'
down_revision = '2f8b41c6e9d0'
branch_labels = None
depends_on = None

INDEXED = ('assessment_id', 'person_id', 'key', 'sha256', 'asked_at', 'due_at')


def upgrade() -> None:
    op.create_table('worker_seen',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_worker_seen'))
    )
    op.create_table('report_job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('only_organisation_id', sa.Integer(), nullable=True),
    sa.Column('reader', sa.String(length=2), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('ending', sa.String(length=4), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('page', sa.String(length=5), nullable=False),
    sa.Column('against', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('part', sa.String(length=20), nullable=True),
    sa.Column('part_done', sa.Integer(), nullable=True),
    sa.Column('part_of', sa.Integer(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(length=500), nullable=True),
    sa.Column('key', sa.String(length=64), nullable=True),
    sa.Column('sight', sa.String(length=64), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('told', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_report_job_assessment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_report_job_person_id')),
    sa.ForeignKeyConstraint(['only_organisation_id'], ['organisation.id'], name=op.f('fk_report_job_only_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_job')),
    sqlite_autoincrement=True
    )
    for name in INDEXED:
        op.create_index(op.f(f'ix_report_job_{name}'), 'report_job', [name], unique=False)
    op.create_index('uq_report_job_running', 'report_job', ['key'], unique=True, sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))


def downgrade() -> None:
    op.drop_table('report_job')
    op.drop_table('worker_seen')
