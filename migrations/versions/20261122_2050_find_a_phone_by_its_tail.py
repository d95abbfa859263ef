"""Find a patient by the last four digits of the phone number, which is what the mask shows."""

import sqlalchemy as sa
from alembic import op

from app.core.masks import Sealed, blind

revision = '0009_phone_tail'
down_revision = '0008_plan_ended_by'
branch_labels = None
depends_on = None

BATCH = 500
PATIENTS = sa.table(
    'patients',
    sa.column('id', sa.String(32)),
    sa.column('phone', Sealed('patients.phone')),
    sa.column('phone_tail_blind', sa.String(64)),
)


def upgrade() -> None:
    op.add_column('patients', sa.Column('phone_tail_blind', sa.String(length=64), nullable=True))
    connection, last = op.get_bind(), ''
    # Only the program can read a sealed number, so the rows are filled in here, some hundred at a time.
    while rows := connection.execute(
        sa.select(PATIENTS.c.id, PATIENTS.c.phone)
        .where(PATIENTS.c.id > last, PATIENTS.c.phone.is_not(None))
        .order_by(PATIENTS.c.id)
        .limit(BATCH)
    ).all():
        for patient_id, phone in rows:
            connection.execute(
                sa.update(PATIENTS)
                .where(PATIENTS.c.id == patient_id)
                .values(phone_tail_blind=blind(phone[-4:]))
            )
        last = rows[-1].id
    op.create_index('ix_patients_phone_tail_blind', 'patients', ['phone_tail_blind'])


def downgrade() -> None:
    op.drop_index('ix_patients_phone_tail_blind', 'patients')
    op.drop_column('patients', 'phone_tail_blind')
