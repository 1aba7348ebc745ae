"""A person's webhooks: who may have which, and how their secrets are kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from alerts.catalogue import CATALOGUE
from alerts.errors import WebhookExists, WebhookLimitReached, WebhookNotFound
from alerts.items import AlertKind
from alerts.services import webhooks
from alerts.webhook_items import EndpointState
from core import clock
from core.errors import Invalid, RateLimited
from core.ids import new_id
from dynamo.errors import StorageError
from dynamo.metering import budget
from jobs.worker import run_due
from tests.alerts.people import actor, listed
from tests.alerts.receivers import add, ask_for, forget_routes, stored
from tests.dumps import dump_tables


def named(user, issued):
    return {
        "user_sub": user.user_sub,
        "endpoint_id": issued.endpoint.endpoint_id,
        "actor": actor(user),
    }


def kinds(user):
    return [alert.kind for alert in listed(user)]


def test_the_secret_is_given_once_and_is_nowhere_in_storage_or_logs(alice, caplog):
    caplog.set_level("DEBUG")
    issued = add(alice)
    for text in (dump_tables(), caplog.text, repr(issued), repr(stored(alice, issued))):
        assert issued.secret not in text
        assert issued.secret.removeprefix("whsec_") not in text
    assert "in-the-address" not in caplog.text + repr(issued)


def test_its_owner_is_told_by_name_and_host_only(alice):
    add(alice)
    (alert,) = listed(alice)
    assert alert.kind is AlertKind.WEBHOOK_ADDED
    assert "“My program”" in alert.sentence
    assert "hooks.example.com." in alert.sentence
    assert "in-the-address" not in alert.sentence


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("url", "http://hooks.example.com/"),
        ("url", "https://127.0.0.1/"),
        ("url", "https://hooks.example.com:22/"),
        ("categories", []),
        ("categories", ["security", "nonsense"]),
        ("min_severity", 21),
        ("endpoint_id", "HEAD"),
    ],
)
def test_bad_input_names_the_field_and_changes_nothing(alice, field, value):
    before = dump_tables()
    with pytest.raises(Invalid) as refused:
        add(alice, **{field: value})
    assert list(refused.value.errors) == [field]
    assert dump_tables() == before


def test_there_are_five_at_most(alice, bob):
    issued = [add(alice) for _ in range(5)]
    before = dump_tables("alerts", "app")
    with pytest.raises(WebhookLimitReached):
        add(alice)
    assert dump_tables("alerts", "app") == before
    add(bob)
    webhooks.remove_endpoint(**named(alice, issued[0]))
    add(alice)
    assert len(webhooks.list_endpoints(alice.user_sub)) == 5


@pytest.mark.engine
def test_of_parallel_additions_five_are_kept(alice):
    def attempt(_number):
        try:
            return add(alice)
        except WebhookLimitReached:
            return None

    with ThreadPoolExecutor(max_workers=8) as pool:
        made = [issued for issued in pool.map(attempt, range(8)) if issued]
    assert len(made) == len(webhooks.list_endpoints(alice.user_sub)) == 5


def test_a_form_sent_twice_adds_one(alice):
    endpoint_id = new_id()
    add(alice, endpoint_id=endpoint_id)
    with pytest.raises(WebhookExists):
        add(alice, endpoint_id=endpoint_id)
    assert len(webhooks.list_endpoints(alice.user_sub)) == 1


def test_additions_are_limited(alice):
    for _ in range(20):
        webhooks.remove_endpoint(**named(alice, add(alice)))
    with pytest.raises(RateLimited):
        add(alice)


def test_a_rotation_gives_another_secret_and_tells(alice):
    first = add(alice)
    second = webhooks.rotate_secret(**named(alice, first))
    assert second.secret != first.secret
    assert kinds(alice)[0] is AlertKind.WEBHOOK_SECRET_ROTATED
    text = dump_tables()
    assert first.secret not in text
    assert second.secret not in text
    endpoint = stored(alice, first)
    assert endpoint.old_secret_at(clock.now()) == first.endpoint.secret
    assert endpoint.old_secret_at(clock.now() + timedelta(hours=24, seconds=1)) == ""


def test_a_secret_opens_for_its_own_webhook_only(alice):
    from core.crypto import DecryptionFailed, decrypt

    issued = add(alice)
    with pytest.raises(DecryptionFailed):
        decrypt(issued.endpoint.secret, context=f"webhook:{alice.user_sub}:{new_id()}")


def test_one_that_is_off_is_not_asked_for(alice):
    entry = CATALOGUE[AlertKind.NEW_DEVICE]
    issued = add(alice)
    assert [each.host for each in webhooks.endpoints_wanting(alice.user_sub, entry)] == [
        "hooks.example.com"
    ]
    for _ in range(2):
        off = webhooks.disable_endpoint(**named(alice, issued))
        assert off.state is EndpointState.DISABLED
    assert webhooks.endpoints_wanting(alice.user_sub, entry) == []
    for _ in range(2):
        assert webhooks.enable_endpoint(**named(alice, issued)).is_active
    assert len(webhooks.endpoints_wanting(alice.user_sub, entry)) == 1


def test_each_gets_only_what_it_asks_for(alice, bob):
    add(alice, name="money", categories=["money"])
    add(alice, name="worst", min_severity=90)
    add(alice, name="all")
    add(bob)

    def wanting(kind):
        found = webhooks.endpoints_wanting(alice.user_sub, CATALOGUE[kind])
        return {endpoint.name for endpoint in found}

    assert wanting(AlertKind.PAYMENT_SUCCEEDED) == {"money", "all"}
    assert wanting(AlertKind.NEW_DEVICE) == {"all"}
    assert wanting(AlertKind.EMAIL_CHANGED) == {"worst", "all"}


@pytest.mark.parametrize(
    "act",
    [
        webhooks.rotate_secret,
        webhooks.disable_endpoint,
        webhooks.enable_endpoint,
        webhooks.remove_endpoint,
        webhooks.send_test,
    ],
)
def test_somebody_elses_and_unknown_are_the_same(alice, mallory, act):
    issued = add(alice)
    before = dump_tables()
    for endpoint_id in (issued.endpoint.endpoint_id, new_id(), "HEAD", "x#y"):
        with pytest.raises(WebhookNotFound):
            act(user_sub=mallory.user_sub, endpoint_id=endpoint_id, actor=actor(mallory))
    assert dump_tables() == before


def test_a_removed_one_is_gone_and_its_alerts_stay(alice):
    issued = add(alice)
    webhooks.remove_endpoint(**named(alice, issued))
    assert webhooks.list_endpoints(alice.user_sub) == []
    with pytest.raises(WebhookNotFound):
        webhooks.remove_endpoint(**named(alice, issued))
    assert kinds(alice) == [AlertKind.WEBHOOK_REMOVED, AlertKind.WEBHOOK_ADDED]


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (webhooks.disable_endpoint, AlertKind.WEBHOOK_TURNED_OFF),
        (webhooks.enable_endpoint, AlertKind.WEBHOOK_TURNED_ON),
        (webhooks.remove_endpoint, AlertKind.WEBHOOK_REMOVED),
    ],
)
def test_turning_it_off_or_on_and_removing_it_are_told(alice, act, kind):
    issued = add(alice)
    if kind is AlertKind.WEBHOOK_TURNED_ON:
        webhooks.disable_endpoint(**named(alice, issued))
    forget_routes()
    act(**named(alice, issued))
    newest = listed(alice)[0]
    assert newest.kind is kind
    assert "“My program”" in newest.sentence
    assert "hooks.example.com" in newest.sentence
    assert "in-the-address" not in dump_tables("app") + newest.sentence
    assert CATALOGUE[kind].mandatory
    mail.outbox.clear()
    run_due()
    assert [message.to for message in mail.outbox] == [[alice.email]]


def test_what_changes_nothing_tells_nothing(alice):
    issued = add(alice)
    webhooks.enable_endpoint(**named(alice, issued))
    assert kinds(alice) == [AlertKind.WEBHOOK_ADDED]
    for _ in range(2):
        webhooks.disable_endpoint(**named(alice, issued))
    assert kinds(alice).count(AlertKind.WEBHOOK_TURNED_OFF) == 1


def test_turning_on_is_limited_and_turning_off_never(alice):
    issued = add(alice)
    for _ in range(20):
        webhooks.disable_endpoint(**named(alice, issued))
        webhooks.enable_endpoint(**named(alice, issued))
    webhooks.disable_endpoint(**named(alice, issued))
    with pytest.raises(RateLimited):
        webhooks.enable_endpoint(**named(alice, issued))
    assert not stored(alice, issued).is_active
    webhooks.remove_endpoint(**named(alice, issued))


@pytest.mark.parametrize("act", [webhooks.disable_endpoint, webhooks.remove_endpoint])
def test_a_change_that_fails_tells_nothing(alice, faults, act):
    issued = add(alice)
    before = dump_tables("alerts", "app")
    with faults.outage(), pytest.raises(StorageError):
        act(**named(alice, issued))
    assert dump_tables("alerts", "app") == before


def test_they_cost_what_they_should(alice):
    entry = CATALOGUE[AlertKind.NEW_DEVICE]
    with budget(calls=1, rru=1, wru=0):
        assert webhooks.endpoints_wanting(alice.user_sub, entry) == []
    with budget(calls=2, wru=12):  # the limit, then all in one transaction
        ask_for(alice)
    with budget(calls=1, rru=1, wru=0):
        webhooks.list_endpoints(alice.user_sub)


def test_the_hour_of_the_old_secret_is_in_the_signature_only_as_long_as_it_lasts(alice):
    from standardwebhooks import Webhook

    from alerts.services.webhooks import signing

    first = add(alice)
    second = webhooks.rotate_secret(**named(alice, first))
    endpoint = stored(alice, first)
    now = clock.now()
    both = signing.headers_for(endpoint, webhook_id="msg_1", body="{}", at=now)
    assert both["webhook-signature"].count("v1,") == 2
    for issued in (first, second):
        Webhook(issued.secret).verify("{}", dict(both))
    with time_machine.travel(now + timedelta(hours=24, minutes=1), tick=False):
        one = signing.headers_for(endpoint, webhook_id="msg_1", body="{}", at=clock.now())
        assert one["webhook-signature"].count("v1,") == 1
        Webhook(second.secret).verify("{}", dict(one))
