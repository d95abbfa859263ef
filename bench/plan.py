"""The mini-program's "my plan" call (token, permission, rows, JSON) against one row through SQLAlchemy."""

from datetime import timedelta

from app.core import clock
from app.core.db import transaction
from app.patients import sessions
from bench.hospital import Bench
from bench.load import Call, run
from bench.report import tell
from bench.rows import enrolled_patient

CONNECTIONS, CALLS = 16, 50


def measure_plan(bench: Bench, runs: int) -> None:
    """Pairs: the bare endpoint that reads one row, then GET /api/v1/plan of an enrolled patient."""
    with transaction(bench.outside.sessions) as session:
        patient_id, identity_id = enrolled_patient(session, clock.now() - timedelta(days=1))
        token = sessions.open_session(session, identity_id, "api", clock.machine())
    bare_call = Call("GET", f"/bare/row/{patient_id}")
    plan_call = Call("GET", "/api/v1/plan", headers=(("Authorization", f"Bearer {token}"),))
    ratios = []
    for round_number in range(runs + 1):
        bare = run(bench.url, lambda t, n: bare_call, connections=CONNECTIONS, calls=CALLS)
        plan = run(bench.url, lambda t, n: plan_call, connections=CONNECTIONS, calls=CALLS)
        if bare.statuses != {200} or plan.statuses != {200}:
            raise SystemExit(f"invalid: {sorted(bare.statuses)} and {sorted(plan.statuses)}")
        if round_number:  # the first round only warms pools and caches
            ratios.append(plan.per_second / bare.per_second)
    tell(
        "plan_speed", ratios, "of_bare_row", 0.9, note="a bare Flask view reading one row through the ORM = 1"
    )
