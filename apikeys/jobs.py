from alerts import services as alerts
from apikeys import services
from jobs.handlers import Done, handler
from jobs.items import Job
from jobs.kinds import JobKind


@handler(JobKind.APIKEY_NOT_ME)
def revoke_keys_of_an_intruder(job: Job) -> Done:
    return Done(writes=services.revoke_new_keys(alerts.distrust_of(job)))


@handler(JobKind.APIKEY_EXPIRY)
def warn_of_the_end(job: Job) -> Done:
    """Before it, and when it has come; nothing once the key has another end."""
    return Done(writes=services.run_expiry(**job.ids, due=job.due))


@handler(JobKind.APIKEY_IDLE)
def end_unused_key(job: Job) -> Done:
    return Done(writes=services.run_idle(**job.ids, due=job.due))
