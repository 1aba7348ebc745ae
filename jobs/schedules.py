"""Turns the slots of recurring jobs into jobs, each slot once over any number of workers."""

from core import clock
from jobs.handlers import Recurrence, recurrences
from jobs.schedule_repository import Schedules
from jobs.services import enqueue_write


def add_due_jobs() -> int:
    """How many jobs this call added. A slot that was missed is made up for, several by one job."""
    known = recurrences()
    if not known:
        return 0
    due_times = Schedules().list_due_times([each.kind for each in known])
    return sum(_claim(each, due_times.get(each.kind)) for each in known)


def _claim(recurrence: Recurrence, due: str | None) -> bool:
    now = clock.now()
    following = recurrence.slot_after(now)
    if due is None:
        Schedules().start(recurrence.kind, due=following)
        return False
    if due > clock.text(now):
        return False
    latest = clock.text(following - recurrence.every)
    job = enqueue_write(recurrence.kind, ids={"slot": latest}, lane=recurrence.lane)
    return Schedules().claim(recurrence.kind, due=due, following=following, job=job)
