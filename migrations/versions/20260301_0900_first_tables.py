"""first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('advice_texts',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('call_120', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=255), nullable=False),
    sa.Column('needs_review', sa.Boolean(), nullable=False),
    sa.Column('updated_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_advice_texts')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('audit_accesses',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('actor_kind', sa.String(length=16), nullable=False),
    sa.Column('actor_id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('what', sa.String(length=64), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_accesses')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('audit_accesses', schema=None) as batch_op:
        batch_op.create_index('ix_audit_accesses_patient_id_at', ['patient_id', 'at'], unique=False)

    op.create_table('audit_changes',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('actor_kind', sa.String(length=16), nullable=False),
    sa.Column('actor_id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=True),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('subject_id', sa.String(length=32), nullable=False),
    sa.Column('action', sa.String(length=64), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_changes')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('audit_changes', schema=None) as batch_op:
        batch_op.create_index('ix_audit_changes_patient_id_at', ['patient_id', 'at'], unique=False)

    op.create_table('card_types',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('pathway_code', sa.String(length=64), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_types')),
    sa.UniqueConstraint('code', name=op.f('uq_card_types_code')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('delivery_reports',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('app_id', sa.String(length=32), nullable=False),
    sa.Column('wechat_msgid', sa.String(length=32), nullable=False),
    sa.Column('status', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_reports')),
    sa.UniqueConstraint('app_id', 'wechat_msgid', name=op.f('uq_delivery_reports_app_id_wechat_msgid')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('departments',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('site', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_departments')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('mass_reports',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('wechat_msg_id', sa.String(length=32), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mass_reports')),
    sa.UniqueConstraint('wechat_msg_id', name=op.f('uq_mass_reports_wechat_msg_id')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('message_templates',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('lane', sa.String(length=16), nullable=False),
    sa.Column('purpose', sa.String(length=32), nullable=False),
    sa.Column('wechat_template_id', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=64), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('keys', sa.JSON(), nullable=False),
    sa.Column('long_term', sa.Boolean(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_templates')),
    sa.UniqueConstraint('lane', 'purpose', name=op.f('uq_message_templates_lane_purpose')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('packages',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('summary', sa.String(length=255), nullable=False),
    sa.Column('items', sa.JSON(), nullable=False),
    sa.Column('preparation', sa.Text(), nullable=False),
    sa.Column('reminder', sa.String(length=20), nullable=False),
    sa.Column('needs_review', sa.Boolean(), nullable=False),
    sa.Column('price_fen', sa.Integer(), nullable=False),
    sa.Column('sex', sa.String(length=8), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_packages')),
    sa.UniqueConstraint('code', name=op.f('uq_packages_code')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('pathways',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=128), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pathways')),
    sa.UniqueConstraint('code', 'version', name=op.f('uq_pathways_code_version')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('questionnaires',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=128), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaires')),
    sa.UniqueConstraint('code', 'version', name=op.f('uq_questionnaires_code_version')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('sites',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('address', sa.String(length=128), nullable=False),
    sa.Column('opening', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sites')),
    sa.UniqueConstraint('code', name=op.f('uq_sites_code')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('wechat_callbacks',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('app_id', sa.String(length=32), nullable=False),
    sa.Column('dedupe_key', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=48), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_try_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('error', sa.String(length=255), nullable=True),
    sa.Column('worked_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wechat_callbacks')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_wechat_callbacks_dedupe_key')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('wechat_callbacks', schema=None) as batch_op:
        batch_op.create_index('ix_wechat_callbacks_state_id', ['state', 'id'], unique=False)

    op.create_table('slots',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('site_id', sa.String(length=32), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('ends_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.CheckConstraint('taken >= 0 AND taken <= capacity', name=op.f('ck_slots_taken_within_capacity')),
    sa.ForeignKeyConstraint(['site_id'], ['sites.id'], name=op.f('fk_slots_site_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slots')),
    sa.UniqueConstraint('site_id', 'starts_at', name=op.f('uq_slots_site_id_starts_at')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('slots', schema=None) as batch_op:
        batch_op.create_index('ix_slots_on_day', ['on_day'], unique=False)

    op.create_table('staff_accounts',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('login', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('department_id', sa.String(length=32), nullable=True),
    sa.Column('password_hash', sa.String(length=255), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('oa_openid', sa.String(length=64), nullable=True),
    sa.Column('failed_logins', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('created_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.ForeignKeyConstraint(['department_id'], ['departments.id'], name=op.f('fk_staff_accounts_department_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_accounts')),
    sa.UniqueConstraint('login', name=op.f('uq_staff_accounts_login')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('articles',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('published_version', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('author_id', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('updated_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['staff_accounts.id'], name=op.f('fk_articles_author_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_articles')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('card_batches',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('card_type_id', sa.String(length=32), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=128), nullable=False),
    sa.Column('created_by', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['card_type_id'], ['card_types.id'], name=op.f('fk_card_batches_card_type_id')),
    sa.ForeignKeyConstraint(['created_by'], ['staff_accounts.id'], name=op.f('fk_card_batches_created_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_batches')),
    sa.UniqueConstraint('request_id', name=op.f('uq_card_batches_request_id')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('patients',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('pinyin', sa.String(length=255), nullable=False),
    sa.Column('initials', sa.String(length=64), nullable=False),
    sa.Column('sex', sa.String(length=8), nullable=False),
    sa.Column('birth_on', sa.Date(), nullable=False),
    sa.Column('id_number', sa.String(length=512), nullable=True),
    sa.Column('id_blind', sa.String(length=64), nullable=True),
    sa.Column('id_tail_blind', sa.String(length=64), nullable=True),
    sa.Column('phone', sa.String(length=512), nullable=True),
    sa.Column('phone_blind', sa.String(length=64), nullable=True),
    sa.Column('phone_verified', sa.Boolean(), nullable=False),
    sa.Column('address', sa.String(length=512), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('large_type', sa.Boolean(), nullable=False),
    sa.Column('doctor_id', sa.String(length=32), nullable=True),
    sa.Column('nurse_id', sa.String(length=32), nullable=True),
    sa.Column('archive_completed_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('created_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.ForeignKeyConstraint(['doctor_id'], ['staff_accounts.id'], name=op.f('fk_patients_doctor_id')),
    sa.ForeignKeyConstraint(['nurse_id'], ['staff_accounts.id'], name=op.f('fk_patients_nurse_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patients')),
    sa.UniqueConstraint('id_blind', name=op.f('uq_patients_id_blind')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('patients', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_patients_id_tail_blind'), ['id_tail_blind'], unique=False)
        batch_op.create_index(batch_op.f('ix_patients_initials'), ['initials'], unique=False)
        batch_op.create_index(batch_op.f('ix_patients_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_patients_phone_blind'), ['phone_blind'], unique=False)
        batch_op.create_index(batch_op.f('ix_patients_pinyin'), ['pinyin'], unique=False)

    op.create_table('staff_sessions',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('account_id', sa.String(length=32), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('seen_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('ends_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('revoked_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['staff_accounts.id'], name=op.f('fk_staff_sessions_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_staff_sessions_token_hash')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('staff_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_sessions_account_id'), ['account_id'], unique=False)

    op.create_table('staff_shifts',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('account_id', sa.String(length=32), nullable=False),
    sa.Column('starts_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('ends_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['staff_accounts.id'], name=op.f('fk_staff_shifts_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_shifts')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('staff_shifts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_shifts_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_staff_shifts_starts_at', ['starts_at', 'ends_at'], unique=False)

    op.create_table('alerts',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('dedupe_key', sa.String(length=128), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.String(length=32), nullable=False),
    sa.Column('urgency', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=128), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('source_kind', sa.String(length=16), nullable=False),
    sa.Column('source_id', sa.String(length=32), nullable=False),
    sa.Column('raised_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('answer_by', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('owner_id', sa.String(length=32), nullable=True),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('next_escalation_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('acknowledged_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('acknowledged_by', sa.String(length=32), nullable=True),
    sa.Column('resolved_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('resolved_by', sa.String(length=32), nullable=True),
    sa.Column('outcome', sa.String(length=255), nullable=True),
    sa.ForeignKeyConstraint(['acknowledged_by'], ['staff_accounts.id'], name=op.f('fk_alerts_acknowledged_by')),
    sa.ForeignKeyConstraint(['owner_id'], ['staff_accounts.id'], name=op.f('fk_alerts_owner_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_alerts_patient_id')),
    sa.ForeignKeyConstraint(['resolved_by'], ['staff_accounts.id'], name=op.f('fk_alerts_resolved_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_alerts_dedupe_key')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alerts_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alerts_patient_id'), ['patient_id'], unique=False)
        batch_op.create_index('ix_alerts_state_answer_by', ['state', 'answer_by'], unique=False)
        batch_op.create_index('ix_alerts_state_next_escalation_at', ['state', 'next_escalation_at'], unique=False)

    op.create_table('article_versions',
    sa.Column('article_id', sa.String(length=32), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('title', sa.String(length=64), nullable=False),
    sa.Column('digest', sa.String(length=120), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('source', sa.String(length=255), nullable=False),
    sa.Column('author_id', sa.String(length=32), nullable=False),
    sa.Column('written_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_article_versions_article_id')),
    sa.ForeignKeyConstraint(['author_id'], ['staff_accounts.id'], name=op.f('fk_article_versions_author_id')),
    sa.PrimaryKeyConstraint('article_id', 'version', name=op.f('pk_article_versions')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('bookings',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('slot_id', sa.String(length=32), nullable=False),
    sa.Column('package_id', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('live_key', sa.String(length=96), nullable=True),
    sa.Column('price_fen', sa.Integer(), nullable=False),
    sa.Column('booked_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('remind_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('arrived_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('arrived_by', sa.String(length=32), nullable=True),
    sa.Column('cancelled_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('cancel_reason', sa.String(length=128), nullable=True),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['arrived_by'], ['staff_accounts.id'], name=op.f('fk_bookings_arrived_by')),
    sa.ForeignKeyConstraint(['package_id'], ['packages.id'], name=op.f('fk_bookings_package_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_bookings_patient_id')),
    sa.ForeignKeyConstraint(['slot_id'], ['slots.id'], name=op.f('fk_bookings_slot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bookings')),
    sa.UniqueConstraint('code', name=op.f('uq_bookings_code')),
    sa.UniqueConstraint('live_key', name=op.f('uq_bookings_live_key')),
    sa.UniqueConstraint('request_id', name=op.f('uq_bookings_request_id')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bookings_patient_id'), ['patient_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bookings_slot_id'), ['slot_id'], unique=False)
        batch_op.create_index('ix_bookings_state_remind_at', ['state', 'remind_at'], unique=False)

    op.create_table('broadcasts',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('article_id', sa.String(length=32), nullable=False),
    sa.Column('article_version', sa.Integer(), nullable=False),
    sa.Column('tag', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('created_by', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('tested_version', sa.Integer(), nullable=True),
    sa.Column('tested_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('approved_by', sa.String(length=32), nullable=True),
    sa.Column('approved_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('send_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('lease_until', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('asked_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('sent_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('wechat_tag_id', sa.Integer(), nullable=True),
    sa.Column('wechat_media_id', sa.String(length=128), nullable=True),
    sa.Column('wechat_msg_id', sa.String(length=32), nullable=True),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(length=255), nullable=True),
    sa.Column('finished_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['approved_by'], ['staff_accounts.id'], name=op.f('fk_broadcasts_approved_by')),
    sa.ForeignKeyConstraint(['article_id'], ['articles.id'], name=op.f('fk_broadcasts_article_id')),
    sa.ForeignKeyConstraint(['created_by'], ['staff_accounts.id'], name=op.f('fk_broadcasts_created_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_broadcasts')),
    sa.UniqueConstraint('request_id', name=op.f('uq_broadcasts_request_id')),
    sa.UniqueConstraint('wechat_msg_id', name=op.f('uq_broadcasts_wechat_msg_id')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('broadcasts', schema=None) as batch_op:
        batch_op.create_index('ix_broadcasts_state_send_at', ['state', 'send_at'], unique=False)

    op.create_table('cards',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('batch_id', sa.String(length=32), nullable=False),
    sa.Column('card_type_id', sa.String(length=32), nullable=False),
    sa.Column('serial', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=512), nullable=False),
    sa.Column('code_blind', sa.String(length=64), nullable=False),
    sa.Column('scene', sa.String(length=64), nullable=False),
    sa.Column('qr_url', sa.String(length=255), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=True),
    sa.Column('activated_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['card_batches.id'], name=op.f('fk_cards_batch_id')),
    sa.ForeignKeyConstraint(['card_type_id'], ['card_types.id'], name=op.f('fk_cards_card_type_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_cards_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cards')),
    sa.UniqueConstraint('code_blind', name=op.f('uq_cards_code_blind')),
    sa.UniqueConstraint('scene', name=op.f('uq_cards_scene')),
    sa.UniqueConstraint('serial', name=op.f('uq_cards_serial')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('cards', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cards_batch_id'), ['batch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cards_patient_id'), ['patient_id'], unique=False)

    op.create_table('consents',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('purpose', sa.String(length=32), nullable=False),
    sa.Column('text_version', sa.String(length=32), nullable=False),
    sa.Column('given_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_consents_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consents')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.create_index('ix_consents_patient_id_purpose', ['patient_id', 'purpose'], unique=False)

    op.create_table('findings',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('noted_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('source_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_findings_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_findings')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('findings', schema=None) as batch_op:
        batch_op.create_index('ix_findings_patient_id_noted_at', ['patient_id', 'noted_at'], unique=False)

    op.create_table('history_entries',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('icd10', sa.String(length=16), nullable=True),
    sa.Column('entered_by', sa.String(length=32), nullable=False),
    sa.Column('entered_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('ended_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.ForeignKeyConstraint(['entered_by'], ['staff_accounts.id'], name=op.f('fk_history_entries_entered_by')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_history_entries_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_history_entries')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('history_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_history_entries_patient_id'), ['patient_id'], unique=False)

    op.create_table('patient_tags',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('tag', sa.String(length=32), nullable=False),
    sa.Column('source', sa.String(length=8), nullable=False),
    sa.Column('rule', sa.String(length=64), nullable=True),
    sa.Column('evidence', sa.String(length=255), nullable=False),
    sa.Column('since_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('until_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_patient_tags_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patient_tags')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('patient_tags', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_patient_tags_patient_id'), ['patient_id'], unique=False)
        batch_op.create_index('ix_patient_tags_tag_until_at', ['tag', 'until_at'], unique=False)

    op.create_table('plans',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('pathway_id', sa.String(length=32), nullable=False),
    sa.Column('enrolment_key', sa.String(length=96), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('anchor_on', sa.Date(), nullable=False),
    sa.Column('started_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('ended_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('end_reason', sa.String(length=128), nullable=True),
    sa.ForeignKeyConstraint(['pathway_id'], ['pathways.id'], name=op.f('fk_plans_pathway_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_plans_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plans')),
    sa.UniqueConstraint('enrolment_key', name=op.f('uq_plans_enrolment_key')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('plans', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plans_patient_id'), ['patient_id'], unique=False)

    op.create_table('questionnaire_responses',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('questionnaire_id', sa.String(length=32), nullable=False),
    sa.Column('occasion', sa.String(length=96), nullable=False),
    sa.Column('task_id', sa.String(length=32), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('started_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('expires_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('submitted_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('submit_request_id', sa.String(length=64), nullable=True),
    sa.Column('score', sa.Double(), nullable=True),
    sa.Column('band', sa.String(length=32), nullable=True),
    sa.Column('saves', sa.Integer(), nullable=False),
    sa.Column('chat_at', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_questionnaire_responses_patient_id')),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaires.id'], name=op.f('fk_questionnaire_responses_questionnaire_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire_responses')),
    sa.UniqueConstraint('occasion', name=op.f('uq_questionnaire_responses_occasion')),
    sa.UniqueConstraint('submit_request_id', name=op.f('uq_questionnaire_responses_submit_request_id')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('questionnaire_responses', schema=None) as batch_op:
        batch_op.create_index('ix_questionnaire_responses_patient_id_state', ['patient_id', 'state'], unique=False)

    op.create_table('readings',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('indicator', sa.String(length=32), nullable=False),
    sa.Column('value', sa.Double(), nullable=False),
    sa.Column('unit', sa.String(length=16), nullable=False),
    sa.Column('measured_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('entered_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=False),
    sa.Column('source_id', sa.String(length=32), nullable=True),
    sa.Column('entered_by', sa.String(length=48), nullable=False),
    sa.Column('request_id', sa.String(length=96), nullable=True),
    sa.Column('superseded_by', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_readings_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_readings')),
    sa.UniqueConstraint('request_id', name=op.f('uq_readings_request_id')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('readings', schema=None) as batch_op:
        batch_op.create_index('ix_readings_patient_id_indicator_measured_at', ['patient_id', 'indicator', 'measured_at'], unique=False)
        batch_op.create_index('ix_readings_patient_id_measured_at', ['patient_id', 'measured_at'], unique=False)

    op.create_table('regimens',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('drug', sa.String(length=64), nullable=False),
    sa.Column('dose', sa.String(length=32), nullable=False),
    sa.Column('frequency', sa.String(length=8), nullable=False),
    sa.Column('times', sa.JSON(), nullable=False),
    sa.Column('start_on', sa.Date(), nullable=False),
    sa.Column('end_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=255), nullable=False),
    sa.Column('entered_by', sa.String(length=32), nullable=False),
    sa.Column('entered_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('stopped_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('stopped_by', sa.String(length=32), nullable=True),
    sa.Column('stop_reason', sa.String(length=128), nullable=True),
    sa.Column('drawn_until', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['entered_by'], ['staff_accounts.id'], name=op.f('fk_regimens_entered_by')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_regimens_patient_id')),
    sa.ForeignKeyConstraint(['stopped_by'], ['staff_accounts.id'], name=op.f('fk_regimens_stopped_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regimens')),
    sa.UniqueConstraint('request_id', name=op.f('uq_regimens_request_id')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('regimens', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_regimens_patient_id'), ['patient_id'], unique=False)

    op.create_table('visit_outcomes',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('response_id', sa.String(length=32), nullable=False),
    sa.Column('task_id', sa.String(length=32), nullable=True),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('urgency', sa.String(length=12), nullable=True),
    sa.Column('uncontrolled', sa.Boolean(), nullable=False),
    sa.Column('adverse_reaction', sa.Boolean(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('advice_key', sa.String(length=64), nullable=False),
    sa.Column('next_visit_on', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_visit_outcomes_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_outcomes')),
    sa.UniqueConstraint('response_id', name=op.f('uq_visit_outcomes_response_id')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('visit_outcomes', schema=None) as batch_op:
        batch_op.create_index('ix_visit_outcomes_patient_id_at', ['patient_id', 'at'], unique=False)

    op.create_table('alert_steps',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('alert_id', sa.String(length=32), nullable=False),
    sa.Column('at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('what', sa.String(length=16), nullable=False),
    sa.Column('staff_id', sa.String(length=32), nullable=True),
    sa.Column('because', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_steps_alert_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_accounts.id'], name=op.f('fk_alert_steps_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_steps')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('alert_steps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_steps_alert_id'), ['alert_id'], unique=False)

    op.create_table('doses',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('regimen_id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('due_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reminded_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('answered_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('reason', sa.String(length=32), nullable=True),
    sa.Column('requests', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_doses_patient_id')),
    sa.ForeignKeyConstraint(['regimen_id'], ['regimens.id'], name=op.f('fk_doses_regimen_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_doses')),
    sa.UniqueConstraint('regimen_id', 'due_at', name=op.f('uq_doses_regimen_id_due_at')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('doses', schema=None) as batch_op:
        batch_op.create_index('ix_doses_patient_id_due_at', ['patient_id', 'due_at'], unique=False)
        batch_op.create_index('ix_doses_state_due_at', ['state', 'due_at'], unique=False)

    op.create_table('questionnaire_answers',
    sa.Column('response_id', sa.String(length=32), nullable=False),
    sa.Column('link_id', sa.String(length=64), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('answered_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('via', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['response_id'], ['questionnaire_responses.id'], name=op.f('fk_questionnaire_answers_response_id')),
    sa.PrimaryKeyConstraint('response_id', 'link_id', name=op.f('pk_questionnaire_answers')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('questionnaire_flags',
    sa.Column('response_id', sa.String(length=32), nullable=False),
    sa.Column('code', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.ForeignKeyConstraint(['response_id'], ['questionnaire_responses.id'], name=op.f('fk_questionnaire_flags_response_id')),
    sa.PrimaryKeyConstraint('response_id', 'code', name=op.f('pk_questionnaire_flags')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('tasks',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('dedupe_key', sa.String(length=128), nullable=False),
    sa.Column('plan_id', sa.String(length=32), nullable=True),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('node_key', sa.String(length=64), nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=255), nullable=False),
    sa.Column('form_code', sa.String(length=64), nullable=True),
    sa.Column('executor_role', sa.String(length=32), nullable=False),
    sa.Column('assignee_id', sa.String(length=32), nullable=True),
    sa.Column('due_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('ladder_step', sa.Integer(), nullable=False),
    sa.Column('next_step_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('opened_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('done_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('done_by', sa.String(length=48), nullable=True),
    sa.Column('outcome', sa.String(length=32), nullable=True),
    sa.Column('note', sa.String(length=255), nullable=True),
    sa.Column('cause_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['assignee_id'], ['staff_accounts.id'], name=op.f('fk_tasks_assignee_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_tasks_patient_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_tasks_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tasks')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_tasks_dedupe_key')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('tasks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tasks_assignee_id'), ['assignee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tasks_cause_id'), ['cause_id'], unique=False)
        batch_op.create_index('ix_tasks_patient_id_due_at', ['patient_id', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_tasks_plan_id'), ['plan_id'], unique=False)
        batch_op.create_index('ix_tasks_state_due_at', ['state', 'due_at'], unique=False)
        batch_op.create_index('ix_tasks_state_next_step_at', ['state', 'next_step_at'], unique=False)

    op.create_table('wechat_identities',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('app_id', sa.String(length=32), nullable=False),
    sa.Column('app_kind', sa.String(length=8), nullable=False),
    sa.Column('openid', sa.String(length=64), nullable=False),
    sa.Column('unionid', sa.String(length=64), nullable=True),
    sa.Column('patient_id', sa.String(length=32), nullable=True),
    sa.Column('following', sa.Boolean(), nullable=False),
    sa.Column('followed_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('unfollowed_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('checked_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('pending_card_id', sa.String(length=32), nullable=True),
    sa.Column('created_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_wechat_identities_patient_id')),
    sa.ForeignKeyConstraint(['pending_card_id'], ['cards.id'], name=op.f('fk_wechat_identities_pending_card_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wechat_identities')),
    sa.UniqueConstraint('app_id', 'openid', name=op.f('uq_wechat_identities_app_id_openid')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('wechat_identities', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_wechat_identities_patient_id'), ['patient_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_wechat_identities_unionid'), ['unionid'], unique=False)

    op.create_table('broadcast_recipients',
    sa.Column('broadcast_id', sa.String(length=32), nullable=False),
    sa.Column('identity_id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=False),
    sa.Column('tagged_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('left_out', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['broadcast_id'], ['broadcasts.id'], name=op.f('fk_broadcast_recipients_broadcast_id')),
    sa.ForeignKeyConstraint(['identity_id'], ['wechat_identities.id'], name=op.f('fk_broadcast_recipients_identity_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_broadcast_recipients_patient_id')),
    sa.PrimaryKeyConstraint('broadcast_id', 'identity_id', name=op.f('pk_broadcast_recipients')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('broadcast_recipients', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_broadcast_recipients_identity_id'), ['identity_id'], unique=False)

    op.create_table('conversations',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('identity_id', sa.String(length=32), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('assignee_id', sa.String(length=32), nullable=True),
    sa.Column('assigned_because', sa.String(length=128), nullable=True),
    sa.Column('waiting_since', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('red_flag', sa.String(length=32), nullable=True),
    sa.Column('last_line_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('patient_read_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.ForeignKeyConstraint(['assignee_id'], ['staff_accounts.id'], name=op.f('fk_conversations_assignee_id')),
    sa.ForeignKeyConstraint(['identity_id'], ['wechat_identities.id'], name=op.f('fk_conversations_identity_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_conversations_patient_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversations')),
    sa.UniqueConstraint('identity_id', name=op.f('uq_conversations_identity_id')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversations_assignee_id'), ['assignee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversations_patient_id'), ['patient_id'], unique=False)
        batch_op.create_index('ix_conversations_state_waiting_since', ['state', 'waiting_since'], unique=False)

    op.create_table('messages',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('dedupe_key', sa.String(length=128), nullable=False),
    sa.Column('patient_id', sa.String(length=32), nullable=True),
    sa.Column('staff_id', sa.String(length=32), nullable=True),
    sa.Column('identity_id', sa.String(length=32), nullable=True),
    sa.Column('purpose', sa.String(length=32), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('by_person', sa.Boolean(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('link', sa.String(length=255), nullable=True),
    sa.Column('origin_kind', sa.String(length=16), nullable=True),
    sa.Column('origin_id', sa.String(length=32), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('lane', sa.String(length=16), nullable=True),
    sa.Column('due_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('expires_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('lease_until', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('first_called_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('app_id', sa.String(length=32), nullable=True),
    sa.Column('wechat_msgid', sa.String(length=32), nullable=True),
    sa.Column('errcode', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=255), nullable=True),
    sa.Column('created_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('sent_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('finished_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.ForeignKeyConstraint(['identity_id'], ['wechat_identities.id'], name=op.f('fk_messages_identity_id')),
    sa.ForeignKeyConstraint(['patient_id'], ['patients.id'], name=op.f('fk_messages_patient_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_accounts.id'], name=op.f('fk_messages_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_messages_dedupe_key')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index('ix_messages_origin_kind_origin_id', ['origin_kind', 'origin_id'], unique=False)
        batch_op.create_index('ix_messages_patient_id_created_at', ['patient_id', 'created_at'], unique=False)
        batch_op.create_index('ix_messages_state_id', ['state', 'id'], unique=False)
        batch_op.create_index('ix_messages_state_lease_until', ['state', 'lease_until'], unique=False)
        batch_op.create_index('ix_messages_urgent_state_due_at', ['urgent', 'state', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_messages_wechat_msgid'), ['wechat_msgid'], unique=False)

    op.create_table('patient_sessions',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('identity_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('created_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('ends_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('revoked_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.ForeignKeyConstraint(['identity_id'], ['wechat_identities.id'], name=op.f('fk_patient_sessions_identity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patient_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_patient_sessions_token_hash')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('patient_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_patient_sessions_identity_id'), ['identity_id'], unique=False)

    op.create_table('reply_windows',
    sa.Column('identity_id', sa.String(length=32), nullable=False),
    sa.Column('opened_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('until_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('allowed', sa.Integer(), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['identity_id'], ['wechat_identities.id'], name=op.f('fk_reply_windows_identity_id')),
    sa.PrimaryKeyConstraint('identity_id', name=op.f('pk_reply_windows')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('subscription_grants',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('identity_id', sa.String(length=32), nullable=False),
    sa.Column('wechat_template_id', sa.String(length=64), nullable=False),
    sa.Column('credits', sa.Integer(), nullable=False),
    sa.Column('long_term', sa.Boolean(), nullable=False),
    sa.Column('refused_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('updated_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.ForeignKeyConstraint(['identity_id'], ['wechat_identities.id'], name=op.f('fk_subscription_grants_identity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscription_grants')),
    sa.UniqueConstraint('identity_id', 'wechat_template_id', name=op.f('uq_subscription_grants_identity_id_wechat_template_id')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    op.create_table('conversation_lines',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('author_kind', sa.String(length=8), nullable=False),
    sa.Column('author_id', sa.String(length=32), nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('media_id', sa.String(length=128), nullable=True),
    sa.Column('media_path', sa.String(length=255), nullable=True),
    sa.Column('wechat_msg_key', sa.String(length=64), nullable=True),
    sa.Column('message_id', sa.String(length=32), nullable=True),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.Column('at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_conversation_lines_conversation_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_conversation_lines_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation_lines')),
    sa.UniqueConstraint('request_id', name=op.f('uq_conversation_lines_request_id')),
    sa.UniqueConstraint('wechat_msg_key', name=op.f('uq_conversation_lines_wechat_msg_key')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('conversation_lines', schema=None) as batch_op:
        batch_op.create_index('ix_conversation_lines_conversation_id_at', ['conversation_id', 'at'], unique=False)

    op.create_table('message_attempts',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=False),
    sa.Column('lane', sa.String(length=16), nullable=False),
    sa.Column('started_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
    sa.Column('ended_at', sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=True),
    sa.Column('outcome', sa.String(length=24), nullable=True),
    sa.Column('errcode', sa.Integer(), nullable=True),
    sa.Column('rid', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_message_attempts_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_attempts')),
    mysql_charset='utf8mb4',
    mysql_collate='utf8mb4_bin',
    mysql_engine='InnoDB'
    )
    with op.batch_alter_table('message_attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_attempts_message_id'), ['message_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('message_attempts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_attempts_message_id'))

    op.drop_table('message_attempts')
    with op.batch_alter_table('conversation_lines', schema=None) as batch_op:
        batch_op.drop_index('ix_conversation_lines_conversation_id_at')

    op.drop_table('conversation_lines')
    op.drop_table('subscription_grants')
    op.drop_table('reply_windows')
    with op.batch_alter_table('patient_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_patient_sessions_identity_id'))

    op.drop_table('patient_sessions')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_messages_wechat_msgid'))
        batch_op.drop_index('ix_messages_urgent_state_due_at')
        batch_op.drop_index('ix_messages_state_lease_until')
        batch_op.drop_index('ix_messages_state_id')
        batch_op.drop_index('ix_messages_patient_id_created_at')
        batch_op.drop_index('ix_messages_origin_kind_origin_id')

    op.drop_table('messages')
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_index('ix_conversations_state_waiting_since')
        batch_op.drop_index(batch_op.f('ix_conversations_patient_id'))
        batch_op.drop_index(batch_op.f('ix_conversations_assignee_id'))

    op.drop_table('conversations')
    with op.batch_alter_table('broadcast_recipients', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_broadcast_recipients_identity_id'))

    op.drop_table('broadcast_recipients')
    with op.batch_alter_table('wechat_identities', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_wechat_identities_unionid'))
        batch_op.drop_index(batch_op.f('ix_wechat_identities_patient_id'))

    op.drop_table('wechat_identities')
    with op.batch_alter_table('tasks', schema=None) as batch_op:
        batch_op.drop_index('ix_tasks_state_next_step_at')
        batch_op.drop_index('ix_tasks_state_due_at')
        batch_op.drop_index(batch_op.f('ix_tasks_plan_id'))
        batch_op.drop_index('ix_tasks_patient_id_due_at')
        batch_op.drop_index(batch_op.f('ix_tasks_cause_id'))
        batch_op.drop_index(batch_op.f('ix_tasks_assignee_id'))

    op.drop_table('tasks')
    op.drop_table('questionnaire_flags')
    op.drop_table('questionnaire_answers')
    with op.batch_alter_table('doses', schema=None) as batch_op:
        batch_op.drop_index('ix_doses_state_due_at')
        batch_op.drop_index('ix_doses_patient_id_due_at')

    op.drop_table('doses')
    with op.batch_alter_table('alert_steps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alert_steps_alert_id'))

    op.drop_table('alert_steps')
    with op.batch_alter_table('visit_outcomes', schema=None) as batch_op:
        batch_op.drop_index('ix_visit_outcomes_patient_id_at')

    op.drop_table('visit_outcomes')
    with op.batch_alter_table('regimens', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_regimens_patient_id'))

    op.drop_table('regimens')
    with op.batch_alter_table('readings', schema=None) as batch_op:
        batch_op.drop_index('ix_readings_patient_id_measured_at')
        batch_op.drop_index('ix_readings_patient_id_indicator_measured_at')

    op.drop_table('readings')
    with op.batch_alter_table('questionnaire_responses', schema=None) as batch_op:
        batch_op.drop_index('ix_questionnaire_responses_patient_id_state')

    op.drop_table('questionnaire_responses')
    with op.batch_alter_table('plans', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plans_patient_id'))

    op.drop_table('plans')
    with op.batch_alter_table('patient_tags', schema=None) as batch_op:
        batch_op.drop_index('ix_patient_tags_tag_until_at')
        batch_op.drop_index(batch_op.f('ix_patient_tags_patient_id'))

    op.drop_table('patient_tags')
    with op.batch_alter_table('history_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_history_entries_patient_id'))

    op.drop_table('history_entries')
    with op.batch_alter_table('findings', schema=None) as batch_op:
        batch_op.drop_index('ix_findings_patient_id_noted_at')

    op.drop_table('findings')
    with op.batch_alter_table('consents', schema=None) as batch_op:
        batch_op.drop_index('ix_consents_patient_id_purpose')

    op.drop_table('consents')
    with op.batch_alter_table('cards', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_cards_patient_id'))
        batch_op.drop_index(batch_op.f('ix_cards_batch_id'))

    op.drop_table('cards')
    with op.batch_alter_table('broadcasts', schema=None) as batch_op:
        batch_op.drop_index('ix_broadcasts_state_send_at')

    op.drop_table('broadcasts')
    with op.batch_alter_table('bookings', schema=None) as batch_op:
        batch_op.drop_index('ix_bookings_state_remind_at')
        batch_op.drop_index(batch_op.f('ix_bookings_slot_id'))
        batch_op.drop_index(batch_op.f('ix_bookings_patient_id'))

    op.drop_table('bookings')
    op.drop_table('article_versions')
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.drop_index('ix_alerts_state_next_escalation_at')
        batch_op.drop_index('ix_alerts_state_answer_by')
        batch_op.drop_index(batch_op.f('ix_alerts_patient_id'))
        batch_op.drop_index(batch_op.f('ix_alerts_owner_id'))

    op.drop_table('alerts')
    with op.batch_alter_table('staff_shifts', schema=None) as batch_op:
        batch_op.drop_index('ix_staff_shifts_starts_at')
        batch_op.drop_index(batch_op.f('ix_staff_shifts_account_id'))

    op.drop_table('staff_shifts')
    with op.batch_alter_table('staff_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_staff_sessions_account_id'))

    op.drop_table('staff_sessions')
    with op.batch_alter_table('patients', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_patients_pinyin'))
        batch_op.drop_index(batch_op.f('ix_patients_phone_blind'))
        batch_op.drop_index(batch_op.f('ix_patients_name'))
        batch_op.drop_index(batch_op.f('ix_patients_initials'))
        batch_op.drop_index(batch_op.f('ix_patients_id_tail_blind'))

    op.drop_table('patients')
    op.drop_table('card_batches')
    op.drop_table('articles')
    op.drop_table('staff_accounts')
    with op.batch_alter_table('slots', schema=None) as batch_op:
        batch_op.drop_index('ix_slots_on_day')

    op.drop_table('slots')
    with op.batch_alter_table('wechat_callbacks', schema=None) as batch_op:
        batch_op.drop_index('ix_wechat_callbacks_state_id')

    op.drop_table('wechat_callbacks')
    op.drop_table('sites')
    op.drop_table('questionnaires')
    op.drop_table('pathways')
    op.drop_table('packages')
    op.drop_table('message_templates')
    op.drop_table('mass_reports')
    op.drop_table('departments')
    op.drop_table('delivery_reports')
    op.drop_table('card_types')
    with op.batch_alter_table('audit_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_changes_patient_id_at')

    op.drop_table('audit_changes')
    with op.batch_alter_table('audit_accesses', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_accesses_patient_id_at')

    op.drop_table('audit_accesses')
    op.drop_table('advice_texts')
