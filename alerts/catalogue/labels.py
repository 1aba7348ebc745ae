"""What categories, channels and facts are called."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from alerts.catalogue.entries import Text
from alerts.items import Category, Channel

FACTS: Mapping[str, Text] = {
    "device": _("Device"),
    "ip": _("Internet address"),
    "hint": _("API key"),
    "skipped": _("Second step"),
    "second_step": _("Second step"),
}

PLACE = frozenset({"device", "ip"})  # the facts that say where it was done

CATEGORY_TEXTS: Mapping[Category, tuple[Text, Text]] = {
    Category.SECURITY: (
        _("Security"),
        _("Sign-ins, passwords, your email address and everything that protects your account."),
    ),
    Category.ACCOUNT: (
        _("Account"),
        _("Your handle, data that you asked for, and what your account needs."),
    ),
    Category.MONEY: (_("Money"), _("Payments, your balance and what you earn.")),
}
CHANNEL_TEXTS: Mapping[Channel, Text] = {
    Channel.IN_APP: _("In the app"),
    Channel.EMAIL: _("Email"),
    Channel.SMS: _("Text message"),
    Channel.WEBHOOK: _("Webhook"),
}
