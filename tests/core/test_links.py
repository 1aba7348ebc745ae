import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from core import links


def test_links_come_from_site_url(settings):
    settings.SITE_URL = "https://example.com"
    assert links.absolute("/verify/1/") == "https://example.com/verify/1/"


@pytest.mark.parametrize("path", ["", "verify/", "//evil.example/", "https://evil.example/"])
def test_only_a_path_becomes_a_link(path):
    with pytest.raises(ValueError, match="not a path"):
        links.absolute(path)


@pytest.mark.parametrize("target", ["/", "/account/", "/a/?b=c&d=%2F%2Fe#f", "/a//b", "/é/"])
def test_a_path_of_this_site_may_be_followed(target):
    assert links.safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "account/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/a\r\nSet-Cookie: x=y",
        "/\x00",
        " //evil.example",
        "/ /evil.example",
        "/\u2028",
        "https://evil.example/",
        "http:/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/" + "a" * 2000,
    ],
)
def test_nothing_else_may(target):
    assert links.safe_next(target) == ""


@given(st.text())
def test_what_may_be_followed_stays_on_this_site(target):
    from urllib.parse import urljoin, urlsplit

    followed = links.safe_next(target)
    joined = urlsplit(urljoin("https://here.example/page/", followed))
    assert (joined.scheme, joined.netloc) == ("https", "here.example")


def test_a_form_field_wins_over_the_query():
    request = RequestFactory().post("/?next=/query/", {"next": "/field/"})
    assert links.safe_next(request) == "/field/"
    assert links.safe_next(RequestFactory().get("/?next=/query/")) == "/query/"
    assert links.safe_next(RequestFactory().get("/?next=//evil.example")) == ""
    assert links.safe_next(RequestFactory().get("/")) == ""
