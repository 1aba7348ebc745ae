"""Plain text with the addresses of this site made clickable, and nothing else."""

import re

from django.conf import settings
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

_TRAILING = ".,;:!?)"


def linked(text: str) -> SafeString:
    """Escaped text; only what begins with SITE_URL and a slash becomes a link."""
    pattern = re.compile(rf"({re.escape(settings.SITE_URL)}/[^\s<>\"']*)")
    parts = pattern.split(text)  # every odd one is an address
    return format_html_join("", "{}", ((_part(i, part),) for i, part in enumerate(parts)))


def _part(index: int, text: str) -> SafeString:
    if index % 2 == 0:
        return SafeString(conditional_escape(text))
    url = text.rstrip(_TRAILING)
    return format_html('<a href="{}">{}</a>{}', url, url, text[len(url) :])
