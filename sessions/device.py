"""A readable name for a browser: "Firefox on Windows"."""

from django.utils.translation import gettext as _
from ua_parser import parse

from core.actor import Actor

LONGEST = 512
_BROWSERS = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "HeadlessChrome": "Chrome",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge Mobile": "Edge",
    "Opera Mobile": "Opera",
}
_SYSTEMS = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS"}
_HANDHELDS = ("iPhone", "iPad")


def place_of(actor: Actor | None) -> dict[str, str]:
    """What an alert says about where something was done: nothing, for a command."""
    if actor is None or not actor.ip:
        return {}
    return {"ip": actor.ip, "device": device_label(actor.user_agent)}


def device_label(user_agent: str) -> str:
    found = parse(user_agent[:LONGEST])
    browser = found.user_agent.family if found.user_agent else ""
    browser = _BROWSERS.get(browser, browser)
    system = found.os.family if found.os else ""
    system = _SYSTEMS.get(system, system)
    if found.device and found.device.family in _HANDHELDS:
        system = found.device.family
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")
