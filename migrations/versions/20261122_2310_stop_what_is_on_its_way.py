"""keep on a message in a worker's hands that nobody wants it any more"""

import sqlalchemy as sa
from alembic import op

revision = '0012_message_unwanted'
down_revision = '0011_answer_asked'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('messages', sa.Column('unwanted', sa.String(length=255), nullable=True))


def downgrade() -> None:
    op.drop_column('messages', 'unwanted')
