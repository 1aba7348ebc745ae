"""A person who pays by one of several providers, its webhooks, and its dashboard in the sandbox."""

import re

from playwright.sync_api import expect

from jobs.worker import run_due
from tests.accounts.lost import staff
from tests.billing.lives import purse
from tests.jobs.work import until


def to_the_provider(page, provider, amount="$25.00", *, save=False, path="/wallet/top-up/"):
    """As far as its page."""
    page.goto(path)
    page.get_by_label(amount, exact=True).check()
    choose(page, provider)
    if save:
        page.get_by_label(re.compile("^Save ")).check()
    page.get_by_role("button", name=re.compile("^(Go on to payment|Add funds)")).click()
    expect(page.get_by_text(f"This page plays {provider}")).to_be_visible()


def choose(page, provider):
    """Its page, also beside what is saved there."""
    page.locator(f"input[name=pay_with][value={provider.lower()}]").check()


def pay_as(page, choice):
    """`choice`: a test card or account of the sandbox."""
    page.get_by_role("radio", name=choice).first.check()
    page.get_by_role("button", name=re.compile("^(Agree|Pay|Save)")).click()


def charge_saved(page, title, amount="$25.00"):
    page.goto("/wallet/top-up/")
    page.get_by_label(amount, exact=True).check()
    page.get_by_role("radio", name=re.compile(f"^{title}")).check()
    page.get_by_role("button", name="Add funds").click()


def leave_and_confirm(page, provider):
    """A charge of what is saved, whose owner must be there: they left its page, and come back."""
    expect(page.get_by_text(f"This page plays {provider}")).to_be_visible()
    page.goto("/wallet/payments/")
    page.get_by_role("link", name="Top-up with a saved method").click()
    expect(page.get_by_text("You have to confirm this payment")).to_be_visible()
    page.get_by_role("button", name=f"Confirm at {provider}").click()


def see_its_receipt(page, method, amount="$25.00"):
    """Of a charge that went through; `method` as its page names it."""
    expect(page.get_by_text(f"{amount} is in your wallet.")).to_be_visible()
    expect(page.get_by_text(method)).to_be_visible()
    page.get_by_role("link", name="Receipt").click()
    expect(page.get_by_role("row").filter(has_text="Total")).to_contain_text(amount)


def remove_saved(page, title):
    page.goto("/wallet/payment-methods/")
    page.get_by_role("link", name=f"Remove… {title}").click()
    page.get_by_role("button", name=f"Remove {title}").click()
    expect(page.get_by_text("Nothing is saved")).to_be_visible()


def look_around(page, axe, width, payment):
    """On the pages of the wallet, and that of the payment."""
    for path in (payment, "/wallet/", "/wallet/top-up/", "/wallet/payment-methods/"):
        page.goto(path)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def hear(sandbox):
    """Until our site has taken every webhook."""
    until(lambda: not sandbox.state.pending_events())


def by_hand(page, sandbox, *buttons):
    """What a provider or a bank does, on the sandbox's dashboard, with the newest payment."""
    page.goto("/wallet/")
    page.get_by_role("link", name="Refund, dispute and more by hand").click()
    for button in buttons:
        page.get_by_role("button", name=button, exact=True).first.click()
        hear(sandbox)


def stat(page, name):
    page.goto("/wallet/")
    return page.locator(".stat").filter(has_text=name)


def see_it_come(page, sandbox, script, amount="$25.00"):
    """On the page that people come back to: it asks again by itself; without scripts they do."""
    hear(sandbox)
    again = page.get_by_role("link", name="Check again")
    if script == "off" and again.count():
        again.click()
    expect(page.get_by_text(f"{amount} is in your wallet.")).to_be_visible()


def ask_for_refund(page, payment, amount):
    """As staff; `payment` is the address of its page. More than one may decide alone."""
    page.goto("/staff/payments/")
    page.get_by_label("Payment or person").fill(payment.rstrip("/").rpartition("/")[2])
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("Reason").fill("They paid twice and wrote to us")
    page.get_by_role("button", name="Refund").click()
    expect(page.get_by_text("Another staff member decides now.")).to_be_visible()


def approve(page, amount):
    """As another one of staff."""
    page.goto("/staff/approvals/")
    page.get_by_role("link", name="Decide").click()
    expect(page.get_by_text(amount)).to_be_visible()
    page.get_by_label("Reason").fill("Seen both payments")
    page.get_by_role("button", name="Approve and do it").click()
    expect(page.get_by_text("It is approved, and done.")).to_be_visible()


def refund_by_two(page, alice, sign_in, enter, sandbox, payment):
    """$100.00 of Alice's: Carol asks, Dave approves, the provider sends it."""
    carol, dave = staff("carol"), staff("dave")
    enter(*carol)
    ask_for_refund(page, payment, "100.00")
    assert purse(alice) == (10_000, 0, 0)  # one alone moves nothing
    enter(*dave)
    approve(page, "$100.00")
    sign_in(alice)
    page.goto(payment)
    expect(page.get_by_text("Refund of $100.00 started")).to_be_visible()
    expect(stat(page, "On hold")).to_contain_text("$100.00")
    run_due()
    hear(sandbox)
    page.goto(payment)
    expect(page.get_by_text("$100.00 refunded")).to_be_visible()
    assert purse(alice) == (0, 0, 0)


def lose_one_and_win_one(page, alice, sandbox, add_funds):
    """Of two payments of $25.00 that a bank takes back."""
    payment = add_funds(page)
    by_hand(page, sandbox, "Charge back")
    expect(stat(page, "On hold")).to_contain_text("$25.00")
    expect(page.get_by_text("Your wallet is restricted")).to_be_visible()
    by_hand(page, sandbox, "Lose")
    page.goto(payment)
    expect(page.get_by_text("$25.00 went back for good to where it came from.")).to_be_visible()
    assert purse(alice) == (0, 0, 0)

    payment = add_funds(page)
    by_hand(page, sandbox, "Charge back", "Win")
    page.goto(payment)
    expect(page.get_by_text("The payment stands.")).to_be_visible()
    expect(stat(page, "Available")).to_contain_text("$25.00")
    expect(page.get_by_text("Your wallet is restricted")).to_be_hidden()
    assert purse(alice) == (2500, 0, 0)
