"""count how often the chat did not understand a reply"""

import sqlalchemy as sa
from alembic import op

revision = '0014_chat_misses'
down_revision = '0013_trail_indexes'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'questionnaire_responses', sa.Column('chat_misses', sa.Integer(), nullable=False, server_default='0')
    )


def downgrade() -> None:
    op.drop_column('questionnaire_responses', 'chat_misses')
