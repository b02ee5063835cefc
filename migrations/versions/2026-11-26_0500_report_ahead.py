"""What was drawn of reports before anybody asked, and finding what was worked on lately.

Revision: c41e7a9b03d5
"""

import sqlalchemy as sa
from alembic import op

revision = 'c41e7a9b03d5'
down_revision = 'b58d1f7e2c64'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('report_ahead',
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_report_ahead_assessment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('assessment_id', name=op.f('pk_report_ahead'))
    )
    op.create_index(op.f('ix_assessment_updated_at'), 'assessment', ['updated_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_assessment_updated_at'), table_name='assessment')
    op.drop_table('report_ahead')
