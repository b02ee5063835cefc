"""Signing keys, and what the code in printed reports of approved assessments leads to.

Revision: 9d3e6c51f7a8, after 4f9d2b6ac813
"""

import secrets

import sqlalchemy as sa
from alembic import op
revision = '9d3e6c51f7a8'
down_revision = '6e2d9b40f7c8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('signing_key',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('certificate', sa.Text(), nullable=False),
    sa.Column('sealed', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_signing_key_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_key')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_signing_key_fingerprint'))
    )
    op.create_index(op.f('ix_signing_key_organisation_id'), 'signing_key', ['organisation_id'], unique=False)
    op.create_index('uq_signing_key_live', 'signing_key', ['organisation_id'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
    with op.batch_alter_table('snapshot') as batch_op:
        batch_op.add_column(sa.Column('token', sa.String(length=40), nullable=True))
        batch_op.create_unique_constraint(op.f('uq_snapshot_token'), ['token'])
    snapshot = sa.table('snapshot', sa.column('id', sa.Integer), sa.column('token', sa.String))
    connection = op.get_bind()
    for number in connection.execute(sa.select(snapshot.c.id)).scalars().all():
        connection.execute(snapshot.update().where(snapshot.c.id == number).values(token=secrets.token_urlsafe(18)))


def downgrade() -> None:
    with op.batch_alter_table('snapshot') as batch_op:
        batch_op.drop_constraint(op.f('uq_snapshot_token'), type_='unique')
        batch_op.drop_column('token')
    op.drop_table('signing_key')
