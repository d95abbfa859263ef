"""an alert keeps every cause, and a time to be settled by; a talk knows since when it speaks of danger"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0007_alert_causes'
down_revision = '0006_calendar_days'
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
    op.create_table('alert_causes',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('alert_id', sa.String(length=32), nullable=False),
    sa.Column('at', moment, nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('urgency', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=128), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('said', sa.Text(), nullable=True),
    sa.Column('source_kind', sa.String(length=16), nullable=False),
    sa.Column('source_id', sa.String(length=32), nullable=False),
    sa.Column('systolic_mmhg', sa.Integer(), nullable=True),
    sa.Column('diastolic_mmhg', sa.Integer(), nullable=True),
    sa.Column('sums_up', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_causes_alert_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_causes')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_index('ix_alert_causes_alert_id', 'alert_causes', ['alert_id'])
    op.add_column('alerts', sa.Column('matter', sa.String(length=128), nullable=False, server_default=''))
    op.add_column('alerts', sa.Column('settle_by', moment, nullable=True))
    op.add_column('conversations', sa.Column('danger_since', moment, nullable=True))
    op.execute("UPDATE alerts SET matter = dedupe_key")
    op.create_index('ix_alerts_matter', 'alerts', ['matter'])
    op.execute(
        "INSERT INTO alert_causes"
        " (id, alert_id, at, code, urgency, title, detail, source_kind, source_id, sums_up)"
        " SELECT id, id, raised_at, reason, urgency, title, detail, source_kind, source_id, 0 FROM alerts"
    )
    # What was taken before there was a time to settle by is looked at now: it had none to run out.
    op.execute(
        "UPDATE alerts SET settle_by = acknowledged_at, next_escalation_at = acknowledged_at"
        " WHERE state = 'acknowledged'"
    )
    op.execute(
        "UPDATE conversations SET danger_since = waiting_since WHERE red_flag IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_column('conversations', 'danger_since')
    op.drop_index('ix_alerts_matter', 'alerts')
    op.drop_column('alerts', 'settle_by')
    op.drop_column('alerts', 'matter')
    op.drop_table('alert_causes')
