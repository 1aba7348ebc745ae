from django.urls import reverse

from accounts.services import (
    deletion,
    exports,
    history,
    lost_factors,
    mfa_reset,
    mfa_reset_steps,
    notices,
    proofs,
)
from accounts.services import email_change as email_changes
from accounts.services import password_reset as resets
from accounts.services import profile as profiles
from accounts.services import sign_up as sign_ups
from core import links, mail
from jobs.handlers import Done, handler
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
            "minutes": int(proofs.CODE_LIFETIME.total_seconds() // 60),
            "hours": int(proofs.LIFETIME.total_seconds() // 3600),
        },
        message_id=job.id,
    )


@handler(JobKind.SIGN_IN_LOCKED)
def tell_of_locked_sign_in(job: Job) -> Done | None:
    """Queued for names that nobody has, too: the request must not cost more for those that are."""
    user = users.find_user(job.ids["user_sub"])
    return Done(writes=history.locked_notice(user, job.secret)) if user else None


@handler(JobKind.OLD_ADDRESS_MAIL)
def tell_old_address(job: Job) -> None:
    user = users.find_user(job.ids["user_sub"])
    if user is not None:
        notices.mail_to_old_address(user, job)


@handler(JobKind.AVATAR_REMOVAL)
def remove_avatar(job: Job) -> None:
    """Of a picture that was replaced, or whose upload never got to its end."""
    profiles.delete_unshown_avatar(user_sub=job.ids["user_sub"], name=job.ids["name"])


@handler(JobKind.PASSWORD_RESET_MAIL)
def send_password_reset_mail(job: Job) -> Done | None:
    """A link to the owner of the address; to anybody else, the news that there is no account."""
    reset = resets.find_reset_by_hash(job.ids["row_hash"])
    if reset is None:
        return None
    user = resets.bind_reset(reset)
    if user is None:
        mail.send(
            "password_reset_unknown",
            to=reset.email,
            context={"sign_up_url": links.absolute(reverse("accounts:sign_up"))},
            message_id=job.id,
        )
        return None
    path = reverse("accounts:reset_set", args=[job.secret["token"]])
    mail.send(
        "password_reset",
        to=user.email,
        context={
            "handle": user.handle,
            "reset_url": links.absolute(path),
            "minutes": int(resets.LIFETIME.total_seconds() // 60),
        },
        message_id=job.id,
    )
    return Done(writes=resets.asked_notice(user, job.secret))


@handler(JobKind.EMAIL_CHANGE_MAIL)
def send_email_change_mail(job: Job) -> None:
    """A code and a link to a new address; to one of another account, word that nothing changed."""
    change = email_changes.find_email_change_by_hash(job.ids["row_hash"])
    if change is None:
        return
    owner = users.find_by_login(change.email)
    if owner is not None and owner.user_sub != change.user_sub:
        mail.send("email_change_known", to=change.email, context={}, message_id=job.id)
        return
    path = reverse("accounts:email_link", args=[job.secret["token"]])
    mail.send(
        "email_change_code",
        to=change.email,
        context={
            "code": job.secret["code"],
            "verify_url": links.absolute(path),
            "minutes": int(proofs.CODE_LIFETIME.total_seconds() // 60),
            "hours": int(proofs.LIFETIME.total_seconds() // 3600),
        },
        message_id=job.id,
    )


@handler(JobKind.EXPORT)
def build_export(job: Job) -> Done:
    return Done(writes=exports.build_export(**job.ids))


@handler(JobKind.EXPORT_REMOVAL)
def remove_export(job: Job) -> Done:
    return Done(writes=exports.remove_export(**job.ids))


@handler(JobKind.ERASURE)
def erase_account(job: Job) -> Done:
    """Drops itself when the person changed their mind; waits a day where a holder objects."""
    return Done(writes=deletion.erase_account(**job.ids))


@handler(JobKind.MFA_RESET_CODE)
def send_mfa_reset_code(job: Job) -> None:
    code = lost_factors.find_code_by_hash(job.ids["row_hash"])
    if code is None:
        return
    minutes = int(proofs.CODE_LIFETIME.total_seconds() // 60)
    shown = {"code": job.secret["code"], "minutes": minutes}
    mail.send("mfa_reset_code", to=code.email, context=shown, message_id=job.id)


@handler(JobKind.MFA_RESET_STEP)
def run_mfa_reset_step(job: Job) -> Done:
    ids = job.ids
    step = mfa_reset.Step(ids["step"])
    writes = mfa_reset_steps.run_step(user_sub=ids["user_sub"], reset_id=ids["reset_id"], step=step)
    return Done(writes=writes)


@handler(JobKind.MFA_RESET_LINK)
def send_mfa_reset_link(job: Job) -> None:
    mfa_reset_steps.mail_link(**job.ids, message_id=job.id)
