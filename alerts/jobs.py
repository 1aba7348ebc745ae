from alerts import services
from alerts.items import Channel, Mode
from alerts.services import digests, leaving, webhooks
from core import clock
from jobs.handlers import Done, handler
from jobs.items import Job
from jobs.kinds import JobKind


@handler(JobKind.ALERT_ROUTE)
def route_alert(job: Job) -> Done:
    told = job.ids
    return Done(writes=services.route_alert(user_sub=told["user_sub"], alert_id=told["alert_id"]))


@handler(JobKind.ALERT_WEBHOOK)
def send_webhook(job: Job) -> Done:
    message, attempt = webhooks.message_of(job.ids)
    return Done(writes=webhooks.deliver(message, attempt=attempt))


@handler(JobKind.ALERT_DIGEST)
def end_digest_slot(job: Job) -> Done:
    mode, user_sub = Mode(job.ids["mode"]), job.ids["user_sub"]
    return Done(writes=digests.end_slot(job.id, user_sub=user_sub, mode=mode, now=clock.now()))


@handler(JobKind.ALERT_LAST_CALL)
def tell_channel_that_it_lost_alerts(job: Job) -> None:
    leaving.tell(Channel(job.ids["channel"]), job.secret, job.id)


@handler(JobKind.ALERT_WEBHOOK_LAST_CALL)
def tell_webhook_that_it_lost_alerts(job: Job) -> Done:
    message, attempt = webhooks.message_of(job.ids)
    return Done(writes=webhooks.deliver_last_call(message, attempt=attempt, facts=job.secret))


@handler(JobKind.ALERT_NOT_ME)
def turn_off_webhooks_of_an_intruder(job: Job) -> Done:
    return Done(writes=webhooks.turn_off_new(services.distrust_of(job)))


@handler(JobKind.ALERT_MAIL)
def mail_alert(job: Job) -> Done:
    return _run(job, Channel.EMAIL)


@handler(JobKind.ALERT_SMS)
def text_alert(job: Job) -> Done:
    return _run(job, Channel.SMS)


@handler(JobKind.ALERT_DIGEST_MAIL)
def mail_digest(job: Job) -> Done:
    told = job.ids
    writes = services.send_digest(
        user_sub=told["user_sub"],
        mode=Mode(told["mode"]),
        since=clock.parse(told["since"]),
        upto=clock.parse(told["upto"]),
        message_id=job.id,
    )
    return Done(writes=writes)


def _run(job: Job, channel: Channel) -> Done:
    errand = services.Errand(
        user_sub=job.ids["user_sub"],
        alert_id=job.ids["alert_id"],
        channel=channel,
        occurrence=job.ids["n"],
    )
    return Done(writes=services.run_errand(errand))
