"""Staff look after everybody's money: two of them refund, and both see what waits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from billing import services as billing
from billing.providers.errors import NoAnswer
from billing.services.events import handle_event
from core import clock
from jobs.worker import run_due
from tests.accounts.lost import staff
from tests.billing.conftest import provider  # noqa: F401
from tests.billing.lives import dispute, purse, refund, top_up
from tests.billing.test_replaying import told
from tests.billing.test_sweeping import start
from tests.journeys.browser import LOOKS
from tests.journeys.paying import approve
from tests.mfa.conftest import time  # noqa: F401

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("time")]


def find(page, name):
    page.goto("/staff/payments/")
    page.get_by_label("Payment or person").fill(name)
    page.get_by_role("button", name="Find").click()


def test_two_of_staff_refund_a_large_payment(page, alice, enter, provider):  # noqa: F811
    paid = top_up(alice.user_sub, 9000)
    carol, dave = staff("carol"), staff("dave")
    enter(*carol)
    find(page, paid.payment_intent_id)
    expect(page.get_by_text("Up to $50.00 of this payment goes back at once")).to_be_visible()
    page.get_by_label("Amount").fill("1,000")
    page.get_by_label("Reason").fill("Paid twice, and wrote to us")
    page.get_by_role("button", name="Refund").click()
    expect(page.get_by_text("Write the amount as a number").first).to_be_visible()
    page.get_by_label("Amount").fill("90.00")
    page.get_by_role("button", name="Refund").click()
    expect(page.get_by_text("Another staff member decides now.")).to_be_visible()
    assert purse(alice) == (9000, 0, 0)
    enter(*dave)
    approve(page, "$90.00")
    assert purse(alice) == (0, 9000, 0)
    run_due()
    find(page, alice.email)
    expect(page.get_by_role("row").filter(has_text="$90.00")).to_contain_text("Refunded")
    assert purse(alice) == (0, 0, 0)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_are_in_order(page, alice, enter, provider, axe, theme, width):  # noqa: F811
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 800})
    paid, disputed = top_up(alice.user_sub, 9000), top_up(alice.user_sub, 2500)
    refund(paid, 1200)
    dispute(disputed, due_at=clock.now() + timedelta(days=7))
    begun = start(alice)
    provider.is_silent = True
    with pytest.raises(NoAnswer):
        handle_event(provider, told(begun))
    handle_event(provider, replace(told(begun, "evt_2"), livemode=True))
    enter(*staff("carol"))
    person = f"/staff/payments/people/{alice.user_sub}/"
    for place in ("", "disputes/", "webhooks/", "webhooks/refused/"):
        page.goto(f"/staff/payments/{place}")
        axe(page)
    find(page, "nobody")
    expect(page.get_by_text("There is no such payment").first).to_be_visible()
    axe(page)
    for place in ("", "correct/", f"{paid.payment_intent_id}/", f"{disputed.payment_intent_id}/"):
        page.goto(person + place)
        axe(page)
    assert billing.failed_webhooks().items
    assert billing.refused_webhooks().items
