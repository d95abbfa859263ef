"""keep who ended a plan"""

import sqlalchemy as sa
from alembic import op

revision = '0008_plan_ended_by'
down_revision = '0007_alert_causes'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('plans', sa.Column('ended_by', sa.String(length=48), nullable=True))


def downgrade() -> None:
    op.drop_column('plans', 'ended_by')
