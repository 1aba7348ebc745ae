from alerts.items import AlertKind
from core import clock, mail
from core.sms_budget import Use
from jobs.handlers import Done, handler
from jobs.items import Job
from jobs.kinds import JobKind
from mfa import services
from mfa.items import Method
from mfa.services import texting
from mfa.services.challenges import CODE_LIFETIME


@handler(JobKind.MFA_CODE)
def send_code(job: Job) -> None:
    """By text message or mail; nothing once the code no longer works."""
    secret = job.secret
    is_over = clock.now() - clock.parse(secret["at"]) >= CODE_LIFETIME
    if job.ids["method"] == Method.EMAIL:
        if not is_over:
            shown = {"code": secret["code"], "minutes": texting.MINUTES}
            mail.send("mfa_code", to=secret["to"], context=shown, message_id=job.id)
        return
    use = Use(job.ids["use"])
    if is_over:
        texting.drop_code(use=use, tries=job.tries)
        return
    texting.text_code(
        user_sub=job.ids["user_sub"],
        device_id=job.ids["device_id"],
        number=secret["to"],
        code=secret["code"],
        use=use,
        message_id=job.id,
        tries=job.tries,
    )


@handler(JobKind.MFA_REMINDER)
def remind_of_second_factor(job: Job) -> Done:
    """Of the day from which on the account must have one, if that is still so."""
    return Done(writes=services.remind(job.ids["user_sub"]))


@handler(JobKind.MFA_LEFTOVERS)
def remove_leftovers(job: Job) -> None:
    """Rows of factors that no longer count."""
    before = clock.parse(job.ids["before"])
    services.remove_leftovers(user_sub=job.ids["user_sub"], before=before)


@handler(JobKind.MFA_NOTICE)
def send_notice(job: Job) -> None:
    """To a phone or mailbox that was confirmed when it was asked for."""
    kind = AlertKind(job.ids["kind"])
    if job.ids.get("method") == Method.EMAIL:
        services.mail_notice(kind=kind, address=job.secret["to"], message_id=job.id)
        return
    services.send_phone_notice(
        user_sub=job.ids["user_sub"],
        kind=kind,
        number=job.secret["to"],
        message_id=job.id,
    )
