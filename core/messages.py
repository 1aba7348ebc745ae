from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Messages(CookieStorage):
    """Messages for the next page, in a cookie that no other host can set."""

    cookie_name = "__Host-messages" if settings.SECURE else "messages"
