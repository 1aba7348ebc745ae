"""Payments, and ways to pay."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from alerts.catalogue.entries import Entry, money
from alerts.items import AlertKind, Severity

MONEY: Mapping[AlertKind, Entry] = {
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
