"""raise an alert for somebody without a card: no patient, but the WeChat they wrote from"""

import sqlalchemy as sa
from alembic import op

revision = '0016_alert_without_patient'
down_revision = '0015_refused_tellings'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('alerts') as batch_op:
        batch_op.alter_column('patient_id', existing_type=sa.String(length=32), nullable=True)
        batch_op.add_column(sa.Column('identity_id', sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(
            op.f('fk_alerts_identity_id_wechat_identities'), 'wechat_identities', ['identity_id'], ['id']
        )
        batch_op.create_index(op.f('ix_alerts_identity_id'), ['identity_id'], unique=False)


def downgrade() -> None:
    op.execute(sa.text('DELETE FROM alert_steps WHERE alert_id IN (SELECT id FROM alerts WHERE patient_id IS NULL)'))
    op.execute(sa.text('DELETE FROM alert_causes WHERE alert_id IN (SELECT id FROM alerts WHERE patient_id IS NULL)'))
    op.execute(sa.text('DELETE FROM alerts WHERE patient_id IS NULL'))
    with op.batch_alter_table('alerts') as batch_op:
        batch_op.drop_constraint(op.f('fk_alerts_identity_id_wechat_identities'), type_='foreignkey')
        batch_op.drop_index(op.f('ix_alerts_identity_id'))
        batch_op.drop_column('identity_id')
        batch_op.alter_column('patient_id', existing_type=sa.String(length=32), nullable=False)
