"""A job that fails leaves what broke and where in Redis, and nobody's words."""

from rq import Queue, SimpleWorker
from rq.job import Job

from app.core.queue import QUEUES
from app.wiring import Outside
from jobs import context
from jobs.context import drains

NAME = "followup.remind"


@drains(NAME)
def breaks(_: Outside) -> None:
    raise ValueError("王芳说：胸口痛")


def test_what_rq_keeps_of_a_failed_job_is_nobodys_words(outside: Outside) -> None:
    context.use(outside)
    queue = Queue(QUEUES[-1], connection=outside.redis)
    job_id = queue.enqueue(breaks, failure_ttl=60).id
    SimpleWorker([queue], connection=outside.redis).work(burst=True, logging_level="ERROR")
    failed = Job.fetch(job_id, connection=outside.redis).latest_result()
    assert failed is not None
    assert failed.exc_string is not None
    assert "JobFailed: ValueError at " in failed.exc_string
    assert "tests/jobs/test_failed_job.py" in failed.exc_string
    assert "王芳" not in failed.exc_string
