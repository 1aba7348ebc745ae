"""One click in a mail program (RFC 8058) turns off what may be turned off, and nothing else."""

import re

import pytest
from django.core import mail, signing
from django.test import Client

from alerts import services as alerts
from alerts.items import AlertKind, Category, Channel, Mode
from alerts.services import unsubscribing
from core.ids import new_id
from core.ratelimit import Limit
from tests.accounts.mailbox import deliver
from tests.alerts.people import choose, tell
from tests.dumps import dump_tables

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def browser():
    """As a mail program: no cookies, and CSRF is checked."""
    return Client(enforce_csrf_checks=True)


def url_for(user, scope="account", channel=Channel.EMAIL):
    url = unsubscribing.unsubscribe_url(user_sub=user.user_sub, scope=scope, channel=channel)
    return url.removeprefix("http://testserver")


def wants(user, category=Category.ACCOUNT):
    return alerts.get_preferences(user.user_sub).wants(category, Channel.EMAIL)


def test_the_header_of_a_mail_turns_its_category_off(alice, browser):
    tell(alice, AlertKind.EXPORT_READY)
    deliver()
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    answer = browser.post(link.removeprefix("http://testserver"), ONE_CLICK)
    assert answer.status_code == 200
    assert "no more mails about “Account”" in answer.content.decode()
    assert not wants(alice)
    assert wants(alice, Category.MONEY)
    tell(alice, AlertKind.EXPORT_READY)
    assert deliver() == 0


def test_opening_the_link_asks_and_changes_nothing(alice, browser):
    before = dump_tables()
    answer = browser.get(url_for(alice))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Nothing is changed yet" in page
    assert 'method="post"' in page
    assert browser.head(url_for(alice)).status_code == 200
    assert dump_tables() == before


def test_the_button_of_the_page_works_without_signing_in(alice, browser):
    page = browser.get(url_for(alice)).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert browser.post(url_for(alice), fields).status_code == 200
    assert not wants(alice)


def test_a_repeat_changes_nothing_more(alice, browser):
    browser.post(url_for(alice), ONE_CLICK)
    version = alerts.get_preferences(alice.user_sub).version
    assert browser.post(url_for(alice), ONE_CLICK).status_code == 200
    assert alerts.get_preferences(alice.user_sub).version == version


def test_a_digest_is_left_in_every_category_that_it_covers(alice, browser):
    choose(alice, account={"email": "daily"}, money={"email": "weekly"})
    browser.post(url_for(alice, "daily"), ONE_CLICK)
    stored = alerts.get_preferences(alice.user_sub)
    assert stored.mode(Category.ACCOUNT, Channel.EMAIL) is Mode.OFF
    assert stored.mode(Category.MONEY, Channel.EMAIL) is Mode.WEEKLY


def test_nobody_elses_choices_change(alice, bob, browser):
    browser.post(url_for(alice), ONE_CLICK)
    assert wants(bob)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "forge",
    [
        lambda good: "nonsense",
        lambda good: good[:-1],
        lambda good: good.replace(".account.", ".money."),
        lambda good: good + "a" * 300,
        lambda good: signing.TimestampSigner(salt="alerts.not_me").sign(good.rsplit(":", 2)[0]),
        lambda good: signing.Signer().sign(good.rsplit(":", 2)[0]),
        lambda good: signed(good.split(".")[0] + ".security.email"),
        lambda good: signed(good.split(".")[0] + ".account"),
        lambda good: signed(good.split(".")[0] + ".account.pigeon"),
    ],
)
def test_a_link_that_is_not_ours_or_not_for_this_is_refused(alice, browser, method, forge):
    good = url_for(alice).split("/")[2]
    before = dump_tables("alert_prefs")
    answer = getattr(browser, method)(f"/unsubscribe/{forge(good)}/")
    assert answer.status_code == 400
    assert dump_tables("alert_prefs") == before
    assert wants(alice)


def signed(text):
    return signing.TimestampSigner(salt="alerts.unsubscribe").sign(text)


def test_no_link_is_ever_made_for_what_is_always_sent(alice):
    with pytest.raises(ValueError, match="security"):
        url_for(alice, "security")


def test_an_account_that_is_gone_leaves_no_row(browser):
    token = signed(f"{new_id()}.account.email")
    assert browser.post(f"/unsubscribe/{token}/", ONE_CLICK).status_code == 200
    assert dump_tables("alert_prefs") == ""


def test_too_many_from_one_address_wait(alice, browser, monkeypatch):
    monkeypatch.setattr(unsubscribing, "PER_ADDRESS", Limit("alerts.unsubscribe", 2, 60))
    codes = [browser.post("/unsubscribe/nonsense/").status_code for _ in range(2)]
    assert codes == [400, 400]
    answer = browser.post(url_for(alice), ONE_CLICK)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert wants(alice)


def test_storage_that_is_away_is_no_yes(alice, browser, faults):
    with faults.outage():
        assert browser.post(url_for(alice), ONE_CLICK).status_code == 503
    assert wants(alice)
