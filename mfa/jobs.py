from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from core import clock, mail, sms
from jobs.handlers import handler
from jobs.items import Job
from jobs.kinds import JobKind
from mfa.items import Method
from mfa.services.challenges import CODE_LIFETIME

MINUTES = int(CODE_LIFETIME / timedelta(minutes=1))


@handler(JobKind.MFA_CODE)
def send_code(job: Job) -> None:
    """By text message or mail; nothing once the code no longer works."""
    secret = job.secret
    if clock.now() - clock.parse(secret["at"]) >= CODE_LIFETIME:
        return
    if job.ids["method"] == Method.EMAIL:
        shown = {"code": secret["code"], "minutes": MINUTES}
        mail.send("mfa_code", to=secret["to"], context=shown, message_id=job.id)
        return
    text = _("%(code)s is your %(site)s code. It works for %(minutes)d minutes. Never share it.")
    values = {"code": secret["code"], "site": settings.SITE_NAME, "minutes": MINUTES}
    sms.send(to=secret["to"], text=text % values, message_id=job.id)
