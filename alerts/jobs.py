from alerts import services
from jobs.handlers import handler
from jobs.items import Job
from jobs.kinds import JobKind


@handler(JobKind.ALERT_ROUTE)
def route_alert(job: Job) -> None:
    services.route_alert(
        user_sub=job.ids["user_sub"], alert_id=job.ids["alert_id"], message_id=job.id
    )
