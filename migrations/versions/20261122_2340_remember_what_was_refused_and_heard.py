"""remember what was refused and heard all the same"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0015_refused_tellings'
down_revision = '0014_chat_misses'
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), 'mysql', 'mariadb')
    op.create_table(
        'refused_tellings',
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('at', moment, nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_refused_tellings')),
        mysql_charset='utf8mb4',
        mysql_collate='utf8mb4_bin',
        mysql_engine='InnoDB',
    )


def downgrade() -> None:
    op.drop_table('refused_tellings')
