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
            " for. No money was moved for it. If you paid, ask us about payment %(payment)s."
        ),
        page="billing:payments",
        mandatory=True,
    ),
    AlertKind.PAYMENT_LATE: money(
        Severity.NOTICE,
        _("A payment arrived after all"),
        _(
            "Your payment of %(amount)s with %(provider)s had failed or was given up, and its money"
            " came all the same. It is in your wallet."
        ),
        page="billing:payments",
        mandatory=True,
    ),
    AlertKind.PAYMENT_ACTION: money(
        Severity.HIGH,
        _("A payment needs you"),
        _("The payment of %(amount)s waits until you confirm it yourself."),
        page="billing:payments",
        mandatory=True,
    ),
    AlertKind.REFUND_ISSUED: money(
        Severity.NOTICE,
        _("A payment was refunded"),
        _("%(amount)s of your payment with %(provider)s goes back to where it came from."),
        page="billing:payments",
        mandatory=True,
    ),
    AlertKind.REFUND_FAILED: money(
        Severity.WARNING,
        _("A refund failed"),
        _(
            "%(amount)s could not be sent back by %(provider)s. It came back to your wallet, where"
            " it pays a debt first."
        ),
        page="billing:payments",
        mandatory=True,
    ),
    AlertKind.REFUND_REQUESTED: money(
        Severity.NOTICE,
        _("A refund was asked for"),
        _("Staff asked for a refund of %(amount)s of your payment. Another one decides."),
        page="billing:payments",
    ),
    AlertKind.DISPUTE_OPENED: money(
        Severity.HIGH,
        _("A payment is disputed"),
        _(
            "Your bank or %(provider)s took back %(amount)s of a payment. While this is open your"
            " wallet cannot be spent."
        ),
        page="billing:payments",
        mandatory=True,
    ),
    AlertKind.DISPUTE_CLOSED: money(
        Severity.NOTICE,
        _("A dispute has ended"),
        _("The dispute about %(amount)s has ended: %(outcome)s."),
        page="billing:payments",
        mandatory=True,
    ),
    AlertKind.BALANCE_ADJUSTED: money(
        Severity.HIGH,
        _("Your balance was corrected"),
        _("Staff changed your balance by %(amount)s, and said why: %(reason)s."),
        page="billing:ledger",
        mandatory=True,
    ),
    AlertKind.BALANCE_ADJUSTMENT_ASKED: money(
        Severity.NOTICE,
        _("A correction of your balance was asked for"),
        _("Staff asked to change your balance by %(amount)s. Another one decides."),
        page="billing:ledger",
    ),
    AlertKind.PURCHASE_REVERSED: money(
        Severity.WARNING,
        _("A purchase was reversed"),
        _(
            "%(amount)s came back to your wallet, where it pays a debt first. What you bought for"
            " it is locked."
        ),
        page="billing:ledger",
        mandatory=True,
    ),
    AlertKind.SALE_REVERSED: money(
        Severity.WARNING,
        _("A sale was reversed"),
        _("A sale was undone, and %(amount)s of your earnings with it."),
        page="billing:ledger",
        mandatory=True,
    ),
    AlertKind.CARD_EXPIRING: money(
        Severity.NOTICE,
        _("A saved card expires soon"),
        _("%(method)s expires at the end of %(month)s. Save the new one."),
        page="billing:payment_methods",
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
