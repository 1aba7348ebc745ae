from dynamo.table import Write
from jobs import services as jobs
from jobs.handlers import Done, handler
from jobs.items import Job, Lane
from jobs.kinds import JobKind
from newsfeed.services import deleting, fanning, media, preparing, scheduling


@handler(JobKind.FAN_OUT)
def fan_out(job: Job) -> Done:
    """One page of followers. The job of the next page is asked for in the transaction that ends
    this one: a worker that dies repeats its own page only."""
    last, writes = fanning.fan_out(job.ids["post_id"], after=job.ids.get("after", ""))
    return Done(writes=[*writes, *_next_page(job, JobKind.FAN_OUT, last)])


@handler(JobKind.FEED_TURN)
def turn(job: Job) -> Done:
    """The same, for how the followers of an author hear of posts from now on."""
    last = fanning.turn(
        job.ids["user_sub"], pulled=job.ids["to"] == "pull", after=job.ids.get("after", "")
    )
    return Done(writes=_next_page(job, JobKind.FEED_TURN, last))


@handler(JobKind.FEED_BACKFILL)
def backfill(job: Job) -> None:
    """Nothing: servers of the version before ask for it, whose followers did not look up what
    they had missed. The kind goes with the next version."""


@handler(JobKind.POST_PUBLISH)
def publish_scheduled(job: Job) -> Done:
    """The writes of publishing it end the job: it happens once."""
    return Done(writes=scheduling.publish_due(**job.ids))


@handler(JobKind.POST_REMOVAL)
def remove_deleted(job: Job) -> Done:
    return Done(writes=deleting.remove_deleted(job.ids["post_id"]))


@handler(JobKind.MEDIA)
def prepare_picture(job: Job) -> None:
    preparing.prepare(job.ids["media_id"])


@handler(JobKind.MEDIA_REMOVAL)
def remove_unused(job: Job) -> Done:
    return Done(writes=media.remove_unused(job.ids["media_id"]))


def _next_page(job: Job, kind: JobKind, last: str) -> list[Write]:
    if not last:
        return []
    return [jobs.enqueue_write(kind, ids={**job.ids, "after": last}, lane=Lane.BULK)]
