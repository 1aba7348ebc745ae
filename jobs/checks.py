"""A system check of the queue's address; whether it answers is for the worker to say."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from dynamo.loopback import is_loopback


@register()
def check_queue_url(**_: Any) -> list[CheckMessage]:
    url = settings.JOBS_QUEUE_URL
    problem = _problem(url) if url else ""
    if not problem:
        return []
    hint = (
        "Set JOBS_QUEUE_URL to the URL of a standard queue, like "
        "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs, or leave it empty: "
        "workers then poll the table."
    )
    return [Error(f"JOBS_QUEUE_URL={url!r} {problem}.", hint=hint, id="jobs.E001")]


def _problem(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "is not an address"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "is not an http or https address"
    if parts.query or parts.fragment or "@" in parts.netloc or len(_names(parts.path)) != 2:
        return "must end in /<account>/<queue name>"
    if parts.path.endswith(".fifo"):
        return "is a FIFO queue, which holds a job back behind another one"
    if settings.STORAGE == "local" and not is_loopback(url):
        return "is not on this machine, and STORAGE=local may only talk to loopback"
    if parts.scheme == "http" and not is_loopback(url):
        return "is sent in clear; plain http is for loopback only"
    return ""


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name]
