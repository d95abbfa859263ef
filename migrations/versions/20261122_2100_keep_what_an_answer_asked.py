"""keep a digest of question and value beside what an answer was told"""

import sqlalchemy as sa
from alembic import op

revision = '0011_answer_asked'
down_revision = '0010_answer_authors'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('questionnaire_answers_told', sa.Column('asked', sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column('questionnaire_answers_told', 'asked')
