"""A site without a billing table: every page and endpoint answers, and none breaks."""

import pytest
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from core import ids
from newsfeed import services as newsfeed
from tests.newsfeed import feeds


@pytest.fixture
def without_billing(settings):
    def switch():
        settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}

    return switch


def addresses(post, handle):
    """The address of every view, with what fits into its parameters."""
    values = {"handle": handle, "post_id": post.post_id, "provider": "stripe"}
    for name, pattern in named(get_resolver()):
        wanted = {key: values.get(key, ids.new_id()) for key in pattern.pattern.converters}
        try:
            yield reverse(name, kwargs=wanted)
        except NoReverseMatch:
            continue


def named(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield f"{prefix}{pattern.name}", pattern
        else:
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from named(pattern, f"{prefix}{space}")


def test_no_page_breaks(client_for, alice, bob, without_billing):
    post = feeds.publish_paid(alice)
    client = client_for(bob)
    client.raise_request_exception = False
    without_billing()
    found = {path: client.get(path).status_code for path in addresses(post, "alice_h")}
    assert len(found) > 80
    broken = {path: status for path, status in found.items() if status >= 500}
    assert {path for path in broken if not is_billing(path)} == set()
    assert {*broken.values()} == {503}


def is_billing(path):
    return path.startswith(("/wallet/", "/billing/", "/api/v1/billing/")) or path.endswith(
        "/earnings/"
    )


def test_a_paid_post_shows_its_teaser_and_no_price_to_pay(client_for, alice, bob, without_billing):
    post = feeds.publish_paid(alice)
    without_billing()
    page = client_for(bob).get(f"/posts/{post.post_id}/").content.decode()
    assert feeds.CANARY not in page
    assert "/unlock/" not in page
    assert newsfeed.read_post(viewer_sub=alice.user_sub, post_id=post.post_id).text
