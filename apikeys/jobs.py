from alerts import services as alerts
from apikeys import services
from jobs.handlers import Done, handler
from jobs.items import Job
from jobs.kinds import JobKind


@handler(JobKind.APIKEY_NOT_ME)
def revoke_keys_of_an_intruder(job: Job) -> Done:
    return Done(writes=services.revoke_new_keys(alerts.distrust_of(job)))
