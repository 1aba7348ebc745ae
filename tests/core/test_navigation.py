"""Where the frame says that one is, and where the overview leads."""

import html5lib
import pytest
from django.urls import get_resolver

from config import shell

LINKS = {name for _, links in (*shell.NAVIGATION, ("", shell.STAFF)) for name, _, _ in links}


def document(client, path):
    return html5lib.parse(client.get(path).content, namespaceHTMLElements=False)


def marked(client, path):
    """The links of the navigation that are current: address -> "page" or "true"."""
    links = document(client, path).findall(".//a[@class='nav-link']")
    return {a.get("href"): a.get("aria-current") for a in links if a.get("aria-current")}


def tiles(client):
    return [
        a.get("href") for a in document(client, "/account/").findall(".//a[@class='card tile']")
    ]


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/settings/password/", "/settings/security/"),
        ("/settings/history/", "/settings/security/"),
        ("/settings/data/", "/settings/security/"),
        ("/settings/mfa/totp/add/", "/settings/security/"),
        ("/settings/alerts/", "/notifications/"),
        ("/settings/notifications/", "/notifications/"),
        ("/alerts/", "/notifications/"),
        ("/posts/new/", "/feed/"),
        ("/@alice_h/", "/feed/"),
        ("/feed/earnings/", "/wallet/"),
        ("/wallet/ledger/", "/wallet/"),
    ],
)
def test_a_page_below_marks_the_link_above(client_for, alice, path, link):
    assert marked(client_for(alice), path) == {link: "true"}


def test_the_page_of_a_link_marks_itself_alone(client_for, alice):
    assert marked(client_for(alice), "/settings/sessions/") == {"/settings/sessions/": "page"}


def test_every_name_is_one_of_a_page():
    assert set(shell.BELOW.values()) | set(shell.STARTS) | {shell.BELL} <= LINKS
    resolver = get_resolver()
    names = {
        f"{space}:{name}"
        for space, (_, part) in resolver.namespace_dict.items()
        for name in part.reverse_dict
    }
    assert shell.BELOW.keys() <= names | resolver.namespace_dict.keys()


def test_the_overview_leads_on(client_for, alice):
    assert tiles(client_for(alice)) == [
        "/feed/",
        "/wallet/",
        "/settings/security/",
        "/settings/api-keys/",
    ]


def test_the_overview_leads_to_no_wallet_where_there_is_none(client_for, alice, settings):
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    assert "/wallet/" not in tiles(client_for(alice))
    assert b"wallet" not in client_for(alice).get("/settings/delete/").content.lower()


def test_the_landing_page_speaks_of_money_where_there_is_some(client, settings):
    assert b"A wallet that adds up" in client.get("/").content
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    page = client.get("/").content
    assert b"wallet" not in page
    assert b"unlock" not in page
