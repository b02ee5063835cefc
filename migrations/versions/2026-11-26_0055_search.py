"""The search index.

Revision: c2f6a9d41e70, after 5b0c7e3d91a4
"""

import sqlalchemy as sa
from alembic import op
revision = 'c2f6a9d41e70'
down_revision = '5b0c7e3d91a4'
branch_labels = None
depends_on = None

# The words are folded and parted by one space before they are stored: neither engine has to know anything of language.
SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_document', content_rowid='id', tokenize='ascii', prefix='2 3')",
    "CREATE TRIGGER search_document_made AFTER INSERT ON search_document BEGIN"
    " INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_document_gone AFTER DELETE ON search_document BEGIN"
    " INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER search_document_changed AFTER UPDATE ON search_document BEGIN"
    " INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.id, old.words);"
    " INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END",
)
POSTGRESQL = (
    "CREATE INDEX ix_search_document_words ON search_document"
    " USING gin (array_to_tsvector(string_to_array(words, ' ')))",
)


def upgrade() -> None:
    op.create_table('search_document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=True),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.CheckConstraint('(answer_id IS NULL) <> (item_id IS NULL)', name=op.f('ck_search_document_of_one_thing')),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_search_document_answer_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['item_id'], ['evidence_item.id'], name=op.f('fk_search_document_item_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_document')),
    sa.UniqueConstraint('answer_id', name=op.f('uq_search_document_answer_id')),
    sa.UniqueConstraint('item_id', name=op.f('uq_search_document_item_id'))
    )
    for statement in SQLITE if op.get_bind().dialect.name == 'sqlite' else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE search_index')
    op.drop_table('search_document')
