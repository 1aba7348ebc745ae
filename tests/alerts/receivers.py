"""The other end of a webhook, and what tests of webhooks say in one word."""

from dataclasses import dataclass, field
from datetime import timedelta

import time_machine

from alerts.items import AlertKind
from alerts.repository import AlertRepository
from alerts.services import webhooks
from core import clock
from core.outbound import Answer, OutboundFailed
from dynamo.table import Table, transact
from jobs.kinds import JobKind
from jobs.repository import SCHEMA
from jobs.services import list_jobs
from jobs.worker import run_due
from tests.alerts.people import actor, listed, tell

URL = "https://hooks.example.com/in?token=in-the-address"


@dataclass
class Receiver:
    """Answers with `status`, or fails with `failure`; keeps what it got."""

    status: int = 204
    failure: str = ""
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    got: list = field(default_factory=list)

    def post(self, url, *, body, headers, max_bytes):
        self.got.append((url, body, dict(headers)))
        if self.failure:
            raise OutboundFailed(self.failure)
        return Answer(status=self.status, headers=self.headers, body=self.body[:max_bytes])


def ask_for(user, **changed):
    asked = {
        "name": "My program",
        "url": URL,
        "categories": ["security", "account", "money"],
        "min_severity": 20,
        **changed,
    }
    return webhooks.add_endpoint(user_sub=user.user_sub, actor=actor(user), **asked)


def add(user, **changed):
    """The same, and nobody is told of it."""
    issued = ask_for(user, **changed)
    forget_routes()
    return issued


def send_alert(user, kind=AlertKind.NEW_DEVICE, *, occurrence=1, **context):
    """What the routing of an alert does about webhooks; gives the alert."""
    from alerts.catalogue import CATALOGUE

    tell(user, kind, **context)
    forget_routes()
    (found, *_) = [alert for alert in listed(user) if alert.kind is kind]
    alert = AlertRepository().find(user.user_sub, found.alert_id)
    wanting = webhooks.endpoints_wanting(user.user_sub, CATALOGUE[kind])
    writes = webhooks.delivery_writes(alert, wanting, occurrence=occurrence)
    if writes:
        transact(writes)
    return alert


def forget_routes():
    """So that only what a test sends is sent; tests of routing are elsewhere."""
    for _, row in list_jobs(kind=JobKind.ALERT_ROUTE):
        Table(SCHEMA).delete(row.key)


def log(user, issued):
    return webhooks.list_deliveries(user.user_sub, issued.endpoint.endpoint_id)[1]


def stored(user, issued):
    return webhooks.get_owned_endpoint(user.user_sub, issued.endpoint.endpoint_id)


def work(after=timedelta()):
    """Runs what is due by then, and stays there no longer."""
    with time_machine.travel(clock.now() + after + timedelta(seconds=1), tick=False):
        run_due()
