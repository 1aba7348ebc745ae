from django.urls import reverse

from accounts.services import sign_up as sign_ups
from core import links, mail
from jobs.handlers import handler
from jobs.items import Job
from jobs.kinds import JobKind
from users import services as users


@handler(JobKind.SIGN_UP_MAIL)
def send_sign_up_mail(job: Job) -> None:
    """A code and a link to a new address; to a known one, the news that it has an account."""
    sign_up = sign_ups.find_sign_up_by_hash(job.ids["attempt_hash"])
    if sign_up is None:
        return
    if users.email_is_taken(sign_up.email):
        mail.send(
            "sign_up_known",
            to=sign_up.email,
            context={"sign_in_url": links.absolute(reverse("accounts:sign_in"))},
            message_id=job.id,
        )
        return
    secret = job.secret
    path = reverse("accounts:verify_email_link", args=[secret["attempt"], secret["token"]])
    mail.send(
        "sign_up_code",
        to=sign_up.email,
        context={
            "code": secret["code"],
            "handle": sign_up.handle,
            "verify_url": links.absolute(path),
            "minutes": int(sign_ups.CODE_LIFETIME.total_seconds() // 60),
            "hours": int(sign_ups.LIFETIME.total_seconds() // 3600),
        },
        message_id=job.id,
    )
