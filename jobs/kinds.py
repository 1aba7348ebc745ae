"""The catalogue of every background job.

It lives below all other apps, so that a lower app can ask for work that a higher one does
without importing it. The handler of a kind is in the `jobs` module of the app it names.
"""

from enum import StrEnum


class JobKind(StrEnum):
    SIGN_UP_MAIL = "accounts.sign_up_mail"
    AVATAR_REMOVAL = "accounts.avatar_removal"
    SIGN_IN_LOCKED = "accounts.sign_in_locked"
    OLD_ADDRESS_MAIL = "accounts.old_address_mail"
    ALERT_ROUTE = "alerts.route"
    ALERT_WEBHOOK = "alerts.webhook"
    ALERT_MAIL = "alerts.mail"
    ALERT_SMS = "alerts.sms"
    ALERT_DIGEST = "alerts.digest"  # the slot of somebody's daily or weekly one
    ALERT_DIGEST_MAIL = "alerts.digest_mail"
    ALERT_LAST_CALL = "alerts.last_call"  # to a phone that security alerts leave
    ALERT_WEBHOOK_LAST_CALL = "alerts.webhook_last_call"  # to a webhook that they leave
    ALERT_NOT_ME = "alerts.not_me"  # webhooks that an intruder may have added
    APIKEY_NOT_ME = "apikeys.not_me"  # and API keys
    APIKEY_EXPIRY = "apikeys.expiry"  # the next warning of a key that ends, and its end
    APIKEY_IDLE = "apikeys.idle"  # the day on which a key was not used for a year
    PASSWORD_RESET_MAIL = "accounts.password_reset_mail"  # noqa: S105
    EMAIL_CHANGE_MAIL = "accounts.email_change_mail"
    EXPORT = "accounts.export"
    EXPORT_REMOVAL = "accounts.export_removal"
    ERASURE = "accounts.erasure"
    MFA_CODE = "mfa.code"
    MFA_REMINDER = "mfa.reminder"  # of the day from which on somebody must have a second factor
    MFA_LEFTOVERS = "mfa.leftovers"
    MFA_NOTICE = "mfa.notice"
    MFA_RESET_CODE = "accounts.mfa_reset_code"
    MFA_RESET_STEP = "accounts.mfa_reset_step"
    MFA_RESET_LINK = "accounts.mfa_reset_link"
    REFUND_CALL = "billing.refund_call"  # asks the provider for a refund that is held
    PAYMENT_CHECK = "billing.payment_check"  # asks the provider what became of an open payment
    PAYMENT_FEE = "billing.payment_fee"  # asks what the provider kept
    CARD_EXPIRY = "billing.card_expiry"  # 30 and 7 days before a saved card's end
    CLAW_BACK = "billing.claw_back"  # what was bought with money that is gone
    WEBHOOK_RETRY = "billing.webhook_retry"
    FAN_OUT = "newsfeed.fan_out"
    FEED_TURN = "newsfeed.feed_turn"  # an author's followers look for posts now, or no more
    FEED_BACKFILL = "newsfeed.feed_backfill"  # nothing; asked for by the version before
    POST_PUBLISH = "newsfeed.post_publish"  # a draft, at the time that its author chose
    POST_REMOVAL = "newsfeed.post_removal"  # when the time to restore a deleted one is over
    MEDIA = "newsfeed.media"  # writes an uploaded picture anew
    MEDIA_REMOVAL = "newsfeed.media_removal"  # of an upload that no post holds
