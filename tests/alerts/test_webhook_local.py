"""In local mode a webhook can be tried on one machine, over a real connection."""

import pytest
from standardwebhooks import Webhook

from alerts.webhook_items import DeliveryState, EndpointState
from core import hooks
from tests.alerts.receivers import add, log, send_alert, stored, work


@pytest.fixture
def address(live_server, settings, tmp_path, monkeypatch):
    settings.DEBUG, settings.SITE_URL, settings.LOCAL_DIR = True, live_server.url, tmp_path
    monkeypatch.setattr("dynamo.client.is_local", lambda: True)
    return f"{live_server.url}/dev/hooks/"


def test_what_arrives_there_is_kept_with_its_signature(address, alice):
    issued = add(alice, url=address)
    send_alert(alice)
    work()
    assert log(alice, issued)[0].state is DeliveryState.DELIVERED
    (hook,) = hooks.list_hooks()
    signed = Webhook(issued.secret)
    assert hook.headers["user-agent"] == "Latchkey-Webhooks/1"
    timestamp = int(hook.headers["webhook-timestamp"])
    from core import clock

    again = signed.sign(hook.headers["webhook-id"], clock.from_epoch(timestamp), hook.body)
    assert hook.headers["webhook-signature"] == again


@pytest.mark.parametrize("found", [["10.0.0.5"], ["8.8.8.8", "169.254.169.254"]])
def test_a_name_that_leads_inside_by_then_is_not_connected_to(alice, monkeypatch, found):
    """Through all layers: what was a good address when it was added is checked again."""
    issued, tried = add(alice), []
    monkeypatch.setattr("core.outbound.resolve", lambda host, port: found)
    monkeypatch.setattr("core.outbound.socket.create_connection", lambda *to, **_: tried.append(to))
    send_alert(alice)
    work()
    (delivery,) = log(alice, issued)
    assert (delivery.state, delivery.error) == (DeliveryState.RETRYING, "address_refused")
    assert (delivery.status, tried) == (0, [])


def test_it_plays_a_server_that_is_gone(address, alice):
    issued = add(alice, url=address + "410/")
    send_alert(alice)
    work()
    assert stored(alice, issued).state is EndpointState.GONE
