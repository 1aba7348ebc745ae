"""What CCBill gave this site: its account, its secrets, and where CCBill is."""

import ipaddress
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from billing.providers.ccbill_facts import CURRENCY_CODES
from billing.sandbox import access as sandbox

API, DATALINK = "https://api.ccbill.com", "https://datalink.ccbill.com"
MODES = LIVE, TEST = "live", "test"
VARIABLES = (
    "CCBILL_ACCOUNT",
    "CCBILL_SUBACCOUNT",
    "CCBILL_FLEX_ID",
    "CCBILL_SALT",
    "CCBILL_WEBHOOK_SECRET",
    "CCBILL_DATALINK_USERNAME",
    "CCBILL_DATALINK_PASSWORD",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """`app` and `datalink` are names with their secrets; an `app` without a name charges no saved
    card."""

    account: str
    subaccount: str
    flex_id: str
    salt: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    datalink: tuple[str, str] = field(repr=False)
    app: tuple[str, str] = field(repr=False)
    networks: tuple[str, ...]
    api_url: str = API
    datalink_url: str = DATALINK
    livemode: bool = False
    lists_tests: bool = False  # its books of test mode are apart

    @property
    def saves_cards(self) -> bool:
        return all(self.app)


def access() -> Access:
    if sandbox.is_on():
        return Access(
            account=sandbox.CCBILL_ACCOUNT,
            subaccount=sandbox.CCBILL_SUBACCOUNT,
            flex_id=sandbox.CCBILL_FLEX_ID,
            salt=sandbox.secret("ccbill-salt"),
            webhook_secret=sandbox.secret("ccbill-webhooks"),
            datalink=sandbox.ccbill_datalink(),
            app=sandbox.ccbill_app(),
            networks=sandbox.CCBILL_NETWORKS,
            api_url=sandbox.ccbill_url(),
            datalink_url=sandbox.datalink_url(),
        )
    return Access(
        account=settings.CCBILL_ACCOUNT,
        subaccount=settings.CCBILL_SUBACCOUNT,
        flex_id=settings.CCBILL_FLEX_ID,
        salt=settings.CCBILL_SALT,
        webhook_secret=settings.CCBILL_WEBHOOK_SECRET,
        datalink=(settings.CCBILL_DATALINK_USERNAME, settings.CCBILL_DATALINK_PASSWORD),
        app=(settings.CCBILL_APP_ID, settings.CCBILL_APP_SECRET),
        networks=tuple(settings.CCBILL_NETWORKS),
        livemode=settings.CCBILL_MODE == LIVE,
        lists_tests=settings.CCBILL_MODE == TEST,
    )


def why_not() -> str | Promise:
    """Why payments cannot be taken by it; "" when they can."""
    if settings.BILLING_CURRENCY not in CURRENCY_CODES:
        known = ", ".join(CURRENCY_CODES)
        return format_lazy(_("BILLING_CURRENCY is none of CCBill's ({known})"), known=known)
    return "" if sandbox.is_on() else _wrong_settings()


def _wrong_settings() -> str | Promise:
    if missing := [name for name in VARIABLES if not getattr(settings, name)]:
        return format_lazy(_("{names} not set"), names=", ".join(missing))
    if not (settings.CCBILL_ACCOUNT + settings.CCBILL_SUBACCOUNT).isdecimal():
        return _("CCBILL_ACCOUNT and CCBILL_SUBACCOUNT are digits")
    if bool(settings.CCBILL_APP_ID) != bool(settings.CCBILL_APP_SECRET):
        return _("one of CCBILL_APP_ID and CCBILL_APP_SECRET is not set")
    if settings.CCBILL_MODE not in MODES:
        return _("CCBILL_MODE is neither live nor test")
    if settings.CCBILL_MODE == LIVE and settings.DEBUG:
        return _("CCBILL_MODE is live, and DEBUG is on")
    if not settings.CCBILL_NETWORKS or not all(map(is_network, settings.CCBILL_NETWORKS)):
        return _("CCBILL_NETWORKS names no networks such as 64.38.212.0/24")
    return ""


def is_network(text: str) -> bool:
    """And not everybody's."""
    try:
        return ipaddress.ip_network(text).prefixlen > 0
    except ValueError:
        return False
