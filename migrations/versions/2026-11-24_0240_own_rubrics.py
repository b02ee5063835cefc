"""Rubrics that an organisation brings in.

Revision: 4c1f0d7a92be
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '4c1f0d7a92be'
down_revision = 'dbb032eeec8f'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('organisation_rubric',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('rubric_id', sa.String(length=80), nullable=False),
    sa.Column('edition', sa.String(length=80), nullable=False),
    sa.Column('digest', sa.String(length=71), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('notes', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('uploaded_by', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_rubric_organisation_id')),
    sa.ForeignKeyConstraint(['digest'], ['stored_rubric.digest'], name=op.f('fk_organisation_rubric_digest')),
    sa.ForeignKeyConstraint(['uploaded_by'], ['person.id'], name=op.f('fk_organisation_rubric_uploaded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_rubric')),
    sa.UniqueConstraint('organisation_id', 'rubric_id', 'edition', name=op.f('uq_organisation_rubric_organisation_id_rubric_id_edition'))
    )
    with op.batch_alter_table('organisation_rubric', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_rubric_organisation_id'), ['organisation_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('organisation_rubric', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_rubric_organisation_id'))

    op.drop_table('organisation_rubric')
