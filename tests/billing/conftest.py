from datetime import timedelta

import pytest
import stripe
from django.test import Client, override_settings

from billing import providers
from billing.items import ProviderName
from billing.sandbox import access
from billing.sandbox.server import Sandbox
from core import clock
from tests.accounts.lost import staff
from tests.billing import payer
from tests.billing.doubles import FakeProvider
from tests.billing.reconciled import DAY, There


class Post:
    """Stands for our site: keeps what the sandbox posts, and answers `status`."""

    def __init__(self):
        self.status, self.taken = 200, []

    def __call__(self, posted):
        self.taken.append(posted)
        return self.status


@pytest.fixture
def client():
    """Of nobody, and it meets the checks of CSRF, as providers do."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def sandbox(settings, post):
    """A sandbox in a thread that the adapters talk to; it delivers nothing by itself."""
    settings.STRIPE_SECRET_KEY = ""
    with override_settings(DEBUG=True):
        made = Sandbox(port=0, post=post, pauses=(0, 0))
    made.delivery.start = made.delivery.stop = lambda: None
    settings.BILLING_SANDBOX_PORT = made.port
    with made:
        yield made


@pytest.fixture
def stripe_api(sandbox):
    """The real package, as a stranger to our adapter would use it."""
    return stripe.StripeClient(
        access.api_key(),
        http_client=stripe.RequestsClient(timeout=5),
        base_addresses={"api": access.url()},
    )


@pytest.fixture
def no_waiting(monkeypatch):
    """The package waits before it repeats a call."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture
def control(stripe_api):
    """What Stripe's staff, banks and time do."""

    def do(path, **values):
        return stripe_api.raw_request("post", f"/_control/{path}", **values)

    return do


@pytest.fixture
def paypal_api(sandbox):
    """PayPal's API over plain HTTP."""
    return payer.Api()


@pytest.fixture
def provider(monkeypatch):
    """The only provider that is on, in memory: tests/billing/doubles.py."""
    found = FakeProvider()
    monkeypatch.setattr(providers, "_PROVIDERS", (found,))
    return found


@pytest.fixture
def switch_on(monkeypatch):
    """Of all providers those of these names are on, in memory; they are returned."""

    real = providers.all_providers()

    def switch(*names, **capabilities):
        fakes = [FakeProvider(name, **capabilities) for name in names]
        off = [one for one in real if one.name not in names]
        monkeypatch.setattr(providers, "_PROVIDERS", (*fakes, *off))
        return fakes

    return switch


@pytest.fixture
def ahead(time_machine):
    """Moves the clock by `minutes=…`, `days=…`."""

    def move(**by):
        time_machine.move_to(clock.now() + timedelta(**by), tick=True)

    return move


@pytest.fixture
def there(request, time_machine, provider):
    """Stripe, or the provider that a test is run for, which moves money from noon of DAY on."""
    time_machine.move_to(f"{DAY}T12:00:00Z", tick=True)
    provider.name = getattr(request, "param", ProviderName.STRIPE)
    provider.label = provider.name.label
    return There(provider)


@pytest.fixture
def closed(ahead):
    """To the day after, when the books of DAY are."""
    return lambda: ahead(days=1)


@pytest.fixture
def carol():
    """Staff, with an app; so is Dave."""
    return staff("carol")[0]


@pytest.fixture
def dave():
    return staff("dave")[0]
