"""index what the regular sweeps look for"""

from alembic import op

revision = '0005_sweep_indexes'
down_revision = '0004_no_account_lock'
branch_labels = None
depends_on = None

NEW = (
    ('cards', ('status', 'qr_url')),
    ('regimens', ('stopped_at', 'drawn_until')),
    ('delivery_reports', ('at',)),
)


def upgrade() -> None:
    for table, columns in NEW:
        op.create_index(_name(table, columns), table, list(columns))
    # A course that is over has nothing left to draw; its moment sorted first in every look.
    op.execute(
        "UPDATE regimens SET drawn_until = '9999-01-01 00:00:00.000000' "
        "WHERE end_on IS NOT NULL AND end_on < CURRENT_DATE"
    )


def downgrade() -> None:
    for table, columns in NEW:
        op.drop_index(_name(table, columns), table)


def _name(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
