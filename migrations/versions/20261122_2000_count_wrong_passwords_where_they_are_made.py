"""wrong passwords are counted where they are made, not on the account"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0004_no_account_lock'
down_revision = '0003_answers_told'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in batch mode: SQLite would copy the table, which every other table refers to.
    op.drop_column('staff_accounts', 'failed_logins')
    op.drop_column('staff_accounts', 'locked_until')


def downgrade() -> None:
    moment = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
    op.add_column('staff_accounts', sa.Column('failed_logins', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('staff_accounts', sa.Column('locked_until', moment, nullable=True))
