"""indexes for the trail's own page"""

from alembic import op

revision = '0013_trail_indexes'
down_revision = '0012_message_unwanted'
branch_labels = None
depends_on = None

TRAILS = ('audit_accesses', 'audit_changes')


def upgrade() -> None:
    for trail in TRAILS:
        op.create_index(f'ix_{trail}_at_id', trail, ['at', 'id'])
        op.create_index(f'ix_{trail}_actor_id_at_id', trail, ['actor_id', 'at', 'id'])


def downgrade() -> None:
    for trail in TRAILS:
        op.drop_index(f'ix_{trail}_actor_id_at_id', trail)
        op.drop_index(f'ix_{trail}_at_id', trail)
