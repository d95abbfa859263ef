"""keep who gave an answer, and what others said to the same question"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0010_answer_authors'
down_revision = '0009_phone_tail'
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
    op.add_column('questionnaire_answers', sa.Column('answered_by', sa.String(length=48), nullable=True))
    op.create_table('questionnaire_answers_before',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('response_id', sa.String(length=32), nullable=False),
    sa.Column('link_id', sa.String(length=64), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('answered_at', moment, nullable=False),
    sa.Column('via', sa.String(length=8), nullable=False),
    sa.Column('answered_by', sa.String(length=48), nullable=False),
    sa.ForeignKeyConstraint(['response_id'], ['questionnaire_responses.id'], name=op.f('fk_questionnaire_answers_before_response_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire_answers_before')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_index('ix_questionnaire_answers_before_response_id', 'questionnaire_answers_before', ['response_id'])


def downgrade() -> None:
    op.drop_table('questionnaire_answers_before')
    op.drop_column('questionnaire_answers', 'answered_by')
