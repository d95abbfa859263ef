"""say why an alert is whose it is"""

import sqlalchemy as sa
from alembic import op

revision = '0002_alert_owned_because'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('alerts') as batch_op:
        batch_op.add_column(sa.Column('owned_because', sa.String(length=128), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('alerts') as batch_op:
        batch_op.drop_column('owned_because')
