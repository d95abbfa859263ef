"""keep what a program was told when it sent one answer"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0003_answers_told'
down_revision = '0002_alert_owned_because'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('questionnaire_answers_told',
    sa.Column('response_id', sa.String(length=32), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.Column('told', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.ForeignKeyConstraint(['response_id'], ['questionnaire_responses.id'], name=op.f('fk_questionnaire_answers_told_response_id')),
    sa.PrimaryKeyConstraint('response_id', 'request_id', name=op.f('pk_questionnaire_answers_told')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )


def downgrade() -> None:
    op.drop_table('questionnaire_answers_told')
