"""The secrets of jobs that wait, are dead, or were put back."""

from core import clock
from core.sealed import SealedAttribute, resealing
from dynamo.expressions import Condition
from jobs.repository import SCHEMA, is_free
from jobs.services import secret_context


def _nobody_runs_it() -> Condition:
    """A worker that holds the row may put it back as it read it."""
    return is_free(clock.text(clock.now()))


SEALED = [
    SealedAttribute(
        kind="secrets of jobs",
        schema=SCHEMA,
        path=("secret",),
        fresh=resealing(lambda row: secret_context(row["job_id"])),
        also=_nobody_runs_it,
    )
]
