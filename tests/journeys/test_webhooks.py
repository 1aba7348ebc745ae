"""A webhook from its secret to what arrived, as a browser does it."""

import re

import pytest
from playwright.sync_api import expect

from tests.alerts.receivers import URL, Receiver, add, send_alert, work
from tests.journeys.browser import looks

BOTH = [
    pytest.param("on", id="js"),
    pytest.param(
        "off", id="no-js", marks=pytest.mark.browser_context_args(java_script_enabled=False)
    ),
]


@pytest.fixture
def receiver(monkeypatch):
    there = Receiver(status=200, body=b"thank you")
    monkeypatch.setattr("core.outbound.post", there.post)
    return there


@pytest.mark.parametrize("script", BOTH)
def test_one_is_added_tried_changed_and_removed(page, alice, sign_in, receiver, script):
    sign_in(alice)
    page.goto("/account/")
    page.get_by_role("link", name="Webhooks").click()
    page.get_by_role("link", name="New webhook").click()
    page.get_by_label("Name").fill("My program")
    page.get_by_label("Address").fill(URL)
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_text(re.compile("^whsec_"))).to_be_visible()
    page.get_by_role("link", name="I have kept it").click()
    page.get_by_role("button", name="Send test event").click()
    expect(page.get_by_text("A test event is on its way.")).to_be_visible()
    work()
    page.reload()
    expect(page.get_by_text("webhook.test")).to_be_visible()
    page.get_by_text("Answer", exact=True).first.click()
    expect(page.get_by_text("thank you").first).to_be_visible()
    send_alert(alice)
    work()
    page.reload()
    page.get_by_role("button", name="Send again session.new_device").click()
    expect(page.get_by_text("It is sent again.")).to_be_visible()
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_text("The webhook is off.")).to_be_visible()
    page.get_by_role("button", name="Turn on").click()
    page.get_by_role("link", name="New secret").click()
    page.get_by_role("button", name="Make a new secret").click()
    expect(page.get_by_text(re.compile("^whsec_"))).to_be_visible()
    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_text("Old secret signs until")).to_be_visible()
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The webhook “My program” is removed.")).to_be_visible()
    expect(page.get_by_text("No webhooks yet")).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), looks(1280, 320))
def test_every_page_is_accessible(page, alice, sign_in, receiver, axe, theme, width):
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=theme)
    sign_in(alice)
    issued = add(alice, name="A program with a long name", url=URL + "a" * 300)
    receiver.body = b"x" * 1024
    send_alert(alice)
    receiver.status = 500
    send_alert(alice)
    work()
    here = f"/settings/webhooks/{issued.endpoint.endpoint_id}/"
    root = "/settings/webhooks/"
    for path in (root, root + "new/", here, here + "rotate/", here + "remove/"):
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
