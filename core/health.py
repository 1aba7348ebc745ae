"""/healthz: this process answers. /readyz: its storage answers too, within 300 ms.

The readiness probe is one consistent GetItem of a key that never exists: the data path, the
credentials and the permission every request needs, for one read unit. DescribeTable would cost
nothing, but it is the control plane: rate limited per account, and up while the tables are not.
"""

import threading

from django.http import HttpResponse

from core.repository import SCHEMA
from dynamo.client import deadline
from dynamo.errors import StorageError
from dynamo.table import Table

BUDGET_SECONDS = 0.3
PATHS = ("/healthz", "/readyz")
_KEY = {"pk": "READYZ"}


class _Probe(threading.Thread):
    """One look at storage. It may outlive the request that asked: a frozen socket blocks it."""

    def __init__(self) -> None:
        super().__init__(name="readyz", daemon=True)
        self.answered = False

    def run(self) -> None:
        try:
            with deadline(BUDGET_SECONDS):
                Table(SCHEMA).get(_KEY, consistent=True)
        except StorageError:
            return
        self.answered = True


_lock = threading.Lock()
_running: _Probe | None = None


def answer(path: str) -> HttpResponse | None:
    """The probes' answers; None for every other path."""
    if path not in PATHS:
        return None
    ready = path == "/healthz" or storage_answers()
    response = HttpResponse(
        "ok\n" if ready else "storage does not answer\n",
        status=200 if ready else 503,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
    if not ready:
        response.headers["Retry-After"] = "2"
    return response


def storage_answers() -> bool:
    """Waits at most BUDGET_SECONDS. Askers at the same time share one probe, so threads and
    reads never pile up behind storage that hangs."""
    probe = _current_probe()
    probe.join(BUDGET_SECONDS)
    return probe.answered


def _current_probe() -> _Probe:
    global _running
    with _lock:
        if _running is None or not _running.is_alive():
            _running = _Probe()
            _running.start()
        return _running
