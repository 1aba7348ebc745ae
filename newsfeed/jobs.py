from jobs import services as jobs
from jobs.handlers import Done, handler
from jobs.items import Job, Lane
from jobs.kinds import JobKind
from newsfeed.services import fanning, media, preparing, publishing


@handler(JobKind.FAN_OUT)
def fan_out(job: Job) -> Done:
    """One page of followers. The job of the next page is asked for in the transaction that ends
    this one: a worker that dies repeats its own page only."""
    last = fanning.fan_out(job.ids["post_id"], after=job.ids.get("after", ""))
    if not last:
        return Done()
    ids = {**job.ids, "after": last}
    return Done(writes=[jobs.enqueue_write(JobKind.FAN_OUT, ids=ids, lane=Lane.BULK)])


@handler(JobKind.FEED_BACKFILL)
def backfill(job: Job) -> None:
    fanning.backfill(job.ids["user_sub"], job.ids["author"])


@handler(JobKind.POST_REMOVAL)
def remove_content(job: Job) -> None:
    publishing.remove_content(job.ids["post_id"])


@handler(JobKind.MEDIA)
def prepare_picture(job: Job) -> None:
    preparing.prepare(job.ids["media_id"])


@handler(JobKind.MEDIA_REMOVAL)
def remove_unused(job: Job) -> Done:
    return Done(writes=media.remove_unused(job.ids["media_id"]))
