"""Evidence: confidentiality, owner, tags, note, date seen, reasons; citations keep a version; bulk edits can be undone.

Revision: 5b0c7e3d91a4, after 8d2f6a41c0b7
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '5b0c7e3d91a4'
down_revision = '8d2f6a41c0b7'
branch_labels = None
depends_on = None

# A citation from before means what was newest when this was run: what it meant on its day was not noted.
NEWEST = """
UPDATE evidence_link SET
 cited_version = (SELECT v.number FROM evidence_version v WHERE v.item_id = evidence_link.item_id ORDER BY v.number DESC LIMIT 1),
 cited_sha256 = (SELECT v.sha256 FROM evidence_version v WHERE v.item_id = evidence_link.item_id ORDER BY v.number DESC LIMIT 1)
"""


def upgrade() -> None:
    op.create_table('evidence_tag',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('tag', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['evidence_item.id'], name=op.f('fk_evidence_tag_item_id_evidence_item'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('item_id', 'tag', name=op.f('pk_evidence_tag'))
    )
    op.create_index(op.f('ix_evidence_tag_tag'), 'evidence_tag', ['tag'], unique=False)
    op.create_table('evidence_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Integer(), nullable=True),
    sa.Column('changes', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_evidence_batch_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_evidence_batch_made_by_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['undone_by'], ['person.id'], name=op.f('fk_evidence_batch_undone_by_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_batch'))
    )
    op.create_index(op.f('ix_evidence_batch_organisation_id'), 'evidence_batch', ['organisation_id'], unique=False)
    with op.batch_alter_table('evidence_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confidentiality', sa.String(length=20), nullable=False, server_default='ordinary'))
        batch_op.add_column(sa.Column('owner_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('seen_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_because', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_evidence_item_owner_id'), ['owner_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_evidence_item_owner_id_person'), 'person', ['owner_id'], ['id'], ondelete='SET NULL')
    with op.batch_alter_table('evidence_item', schema=None) as batch_op:
        batch_op.alter_column('confidentiality', server_default=None)
    with op.batch_alter_table('evidence_link', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cited_version', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('cited_sha256', sa.String(length=64), nullable=True))
    op.execute(NEWEST)


def downgrade() -> None:
    with op.batch_alter_table('evidence_link', schema=None) as batch_op:
        batch_op.drop_column('cited_sha256')
        batch_op.drop_column('cited_version')
    with op.batch_alter_table('evidence_item', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_evidence_item_owner_id_person'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_evidence_item_owner_id'))
        for name in ('withdrawn_at', 'withdrawn_because', 'seen_on', 'note', 'owner_id', 'confidentiality'):
            batch_op.drop_column(name)
    op.drop_table('evidence_batch')
    op.drop_table('evidence_tag')
