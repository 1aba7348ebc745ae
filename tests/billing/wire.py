"""Calls of the sandbox as its strangers make them: over plain HTTP, with no package between."""

import http.client
from urllib.parse import urlencode, urlsplit

from billing.sandbox import access


def call(url, *, method="", body=None, headers=()):
    """(status, text, headers). A dict is posted as a form, a text as it is."""
    parts = urlsplit(url)
    sent = urlencode(body) if isinstance(body, dict) else body
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method or ("GET" if body is None else "POST"), path, sent, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()


def visit(url, **form):
    """(status, text, location) of a page; a form is posted."""
    status, text, headers = call(url, body=form or None)
    return status, text, headers["Location"]


def by_hand(path, **form):
    """What is done in the sandbox's dashboard."""
    return visit(access.dashboard_url(), act=path, **form)
