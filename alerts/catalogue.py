"""What every kind of alert says, how serious it is, and where it goes.

To add a kind: a member of AlertKind, and its entry here, made by security(), account() or
money(). A text may name a value of the alert's context: "The key “%(name)s” was made."; every
name that it uses must be in the context of each raise. `page` is the name of the URL where one
sees or undoes it, without arguments. A value that a person should see as a fact of its own
needs a label in FACTS; other values of a context are never shown.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.items import AlertKind, Category, Channel, Severity

Text = str | Promise
EVERYWHERE = frozenset(Channel)
IN_APP_ONLY = frozenset({Channel.IN_APP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`channels`: the most that it ever goes to. A mandatory one goes there whatever one chose."""

    category: Category
    severity: Severity
    title: Text
    sentence: Text
    page: str = ""
    mandatory: bool = False
    channels: frozenset[Channel] = EVERYWHERE

    def title_for(self, context: Mapping[str, str]) -> str:
        return _filled(self.title, context)

    def sentence_for(self, context: Mapping[str, str]) -> str:
        return _filled(self.sentence, context)


def security(severity: Severity, title: Text, sentence: Text, *, page: str = "") -> Entry:
    """Always sent: who takes an account over must not be able to silence it."""
    return Entry(
        category=Category.SECURITY,
        severity=severity,
        title=title,
        sentence=sentence,
        page=page,
        mandatory=True,
    )


def account(
    severity: Severity,
    title: Text,
    sentence: Text,
    *,
    page: str = "",
    channels: frozenset[Channel] = EVERYWHERE,
) -> Entry:
    return Entry(
        category=Category.ACCOUNT,
        severity=severity,
        title=title,
        sentence=sentence,
        page=page,
        channels=channels,
    )


def money(
    severity: Severity,
    title: Text,
    sentence: Text,
    *,
    page: str = "",
    mandatory: bool = False,
    channels: frozenset[Channel] = EVERYWHERE,
) -> Entry:
    """`mandatory` for what costs a person money when they do not act, as a failed payment."""
    return Entry(
        category=Category.MONEY,
        severity=severity,
        title=title,
        sentence=sentence,
        page=page,
        mandatory=mandatory,
        channels=channels,
    )


def _filled(text: Text, context: Mapping[str, str]) -> str:
    return str(text) % defaultdict(str, context)


FACTS: Mapping[str, Text] = {
    "device": _("Device"),
    "ip": _("Internet address"),
    "hint": _("API key"),
}

PLACE = frozenset({"device", "ip"})  # the facts that say where it was done

CATALOGUE: Mapping[AlertKind, Entry] = {
    AlertKind.PASSWORD_CHANGED: security(
        Severity.HIGH,
        _("Your password was changed"),
        _("The password of your account was changed."),
        page="accounts:security",
    ),
    AlertKind.PASSWORD_RESET: security(
        Severity.HIGH,
        _("Your password was reset"),
        _("A new password was set through a reset link. Every device was signed out."),
        page="accounts:security",
    ),
    AlertKind.EMAIL_CHANGED: security(
        Severity.CRITICAL,
        _("Your email address was changed"),
        _("The email address of your account was changed. The old one no longer signs in."),
        page="accounts:email",
    ),
    AlertKind.EMAIL_CHANGE_ASKED: security(
        Severity.WARNING,
        _("A change of your email address was asked for"),
        _("Somebody asked to change the email address of your account. Nothing is changed yet."),
        page="accounts:email",
    ),
    AlertKind.NEW_DEVICE: security(
        Severity.HIGH,
        _("New sign-in to your account"),
        _("Your account was signed in to from a browser that we had not seen before."),
        page="sessions:list",
    ),
    AlertKind.SESSIONS_ENDED: security(
        Severity.NOTICE,
        _("Your devices were signed out"),
        _("Devices were signed out of your account."),
        page="sessions:list",
    ),
    AlertKind.SIGN_IN_LOCKED: security(
        Severity.HIGH,
        _("Too many failed sign-ins"),
        _("There were too many failed sign-ins to your account, so we made further ones wait."),
        page="accounts:history",
    ),
    AlertKind.STEP_UP_FAILED: security(
        Severity.HIGH,
        _("A wrong password in your session"),
        _("Somebody signed in to your account could not confirm that it is you."),
        page="sessions:list",
    ),
    AlertKind.EXPORT_ASKED: security(
        Severity.WARNING,
        _("Your data was asked for"),
        _("An export of all data of your account was asked for."),
        page="accounts:data",
    ),
    AlertKind.DELETION_ASKED: security(
        Severity.CRITICAL,
        _("Your account will be deleted"),
        _("Your account will be deleted in 30 days. Until then you can sign in and keep it."),
        page="accounts:delete",
    ),
    AlertKind.DELETION_CANCELLED: security(
        Severity.NOTICE,
        _("Your account stays"),
        _("The deletion of your account was cancelled."),
        page="accounts:security",
    ),
    AlertKind.ACCOUNT_DISABLED: security(
        Severity.CRITICAL,
        _("Your account was disabled"),
        _("Your account was disabled by the operator of this site. Every device was signed out."),
    ),
    AlertKind.ACCOUNT_ENABLED: security(
        Severity.NOTICE,
        _("Your account was enabled"),
        _("Your account was enabled again by the operator of this site. You can sign in."),
    ),
    AlertKind.APIKEY_CREATED: security(
        Severity.HIGH,
        _("An API key was created"),
        _("The API key “%(key)s” was created. Programs that have it can act for you."),
        page="apikeys:list",
    ),
    AlertKind.APIKEY_REVOKED: security(
        Severity.NOTICE,
        _("An API key was revoked"),
        _("The API key “%(key)s” was revoked. Programs that use it are refused."),
        page="apikeys:list",
    ),
    AlertKind.MFA_ENABLED: security(
        Severity.HIGH,
        _("Two-step sign-in was turned on"),
        _("Signing in now asks for a code as well as the password: %(method)s."),
        page="mfa:overview",
    ),
    AlertKind.MFA_DISABLED: security(
        Severity.CRITICAL,
        _("Two-step sign-in was turned off"),
        _("The last method was removed (%(method)s). The password alone signs in now."),
        page="mfa:overview",
    ),
    AlertKind.MFA_METHOD_ADDED: security(
        Severity.HIGH,
        _("A way to sign in was added"),
        _("Your account can now be confirmed in one more way: %(method)s."),
        page="mfa:overview",
    ),
    AlertKind.MFA_METHOD_REMOVED: security(
        Severity.HIGH,
        _("A way to sign in was removed"),
        _("Your account can no longer be confirmed in this way: %(method)s."),
        page="mfa:overview",
    ),
    AlertKind.RECOVERY_CODES_CREATED: security(
        Severity.HIGH,
        _("New recovery codes were made"),
        _("New recovery codes were made for your account. The ones before no longer work."),
        page="mfa:overview",
    ),
    AlertKind.RECOVERY_CODE_USED: security(
        Severity.HIGH,
        _("A recovery code was used"),
        _("One of your recovery codes was used. It does not work again."),
        page="mfa:overview",
    ),
    AlertKind.HANDLE_CHANGED: account(
        Severity.NOTICE,
        _("Your handle was changed"),
        _("Your handle was @%(old)s. Now it is @%(new)s."),
        page="accounts:profile",
    ),
    AlertKind.EXPORT_READY: account(
        Severity.INFO,
        _("Your data is ready"),
        _("The export of your data is ready to be downloaded, for seven days."),
        page="accounts:data",
    ),
    AlertKind.PAYMENT_SUCCEEDED: money(
        Severity.INFO,
        _("Money was added to your wallet"),
        _("Your payment of %(amount)s with %(provider)s succeeded. It is in your wallet."),
        page="billing:payments",
    ),
    AlertKind.PAYMENT_FAILED: money(
        Severity.WARNING,
        _("A payment failed"),
        _("Your payment of %(amount)s with %(provider)s failed. Nothing was added to your wallet."),
        page="billing:payments",
    ),
    AlertKind.PAYMENT_MISMATCH: money(
        Severity.HIGH,
        _("A payment does not fit"),
        _(
            "%(provider)s reports something else than the payment of %(amount)s that you asked"
            " for. Nothing was added to your wallet. If you paid, ask us about payment %(payment)s."
        ),
        page="billing:payments",
        mandatory=True,
    ),
    AlertKind.PAYMENT_METHOD_ADDED: money(
        Severity.HIGH,
        _("A payment method was added"),
        _("%(method)s was saved as a way to pay from your account."),
        page="billing:payment_methods",
        mandatory=True,
    ),
    AlertKind.PAYMENT_METHOD_REMOVED: money(
        Severity.NOTICE,
        _("A payment method was removed"),
        _("%(method)s is no longer saved in your account."),
        page="billing:payment_methods",
        mandatory=True,
    ),
}

CATEGORY_TEXTS: Mapping[Category, tuple[Text, Text]] = {
    Category.SECURITY: (
        _("Security"),
        _("Sign-ins, passwords, your email address and everything that protects your account."),
    ),
    Category.ACCOUNT: (_("Account"), _("Your handle, and data that you asked for.")),
    Category.MONEY: (_("Money"), _("Payments, your balance and what you earn.")),
}
CHANNEL_TEXTS: Mapping[Channel, Text] = {
    Channel.IN_APP: _("In the app"),
    Channel.EMAIL: _("Email"),
}
