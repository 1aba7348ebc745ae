"""Which channels an alert goes to, and when: one job for each. Only background jobs come here."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from alerts.catalogue import CATALOGUE, Entry
from alerts.items import Alert, Channel, Delivery, How
from alerts.repository import AlertRepository, PreferenceRepository
from alerts.services import webhooks
from alerts.services.delivery import Errand, errand_write
from alerts.services.inbox import mark_read_if_there
from alerts.services.resolving import resolve
from core import clock
from dynamo.gather import gather
from dynamo.table import Write
from users import services as users

ADDRESSED = (Channel.EMAIL, Channel.SMS)

_alerts = AlertRepository()
_preferences = PreferenceRepository()


def route_alert(*, user_sub: str, alert_id: str) -> list[Write]:
    """The writes that end the job of an occurrence: a job per channel that gets it.

    Of an event that happens again and again only some occurrences are sent (Grouping.steps).
    Which were is stored with the alert, in the transaction of those jobs: so a step is sent
    once, however many jobs race, and none is passed over when two occurrences are one job's.
    The first one after "this was not me" is sent whatever its number: somebody is back.
    """
    alert, preferences, user = gather(
        partial(_alerts.find_to_send, user_sub, alert_id),
        partial(_preferences.find, user_sub),
        partial(users.find_user, user_sub),
    )
    if alert is None or user is None:
        return []
    entry, now = CATALOGUE[alert.kind], clock.now()
    ways = resolve(entry, preferences, now=now, email=user.email)
    is_read = ways[Channel.IN_APP].how is How.NOTHING
    step = alert.n if alert.is_back else entry.step(alert.n)
    if step <= alert.notified_n:
        if is_read:
            mark_read_if_there(user_sub, alert_id)
        return []
    telling = _alerts.telling(alert, step=step, is_read=is_read)
    return [telling, *_errands(alert, ways, now), *_deliveries(alert, entry, ways)]


def _errands(alert: Alert, ways: Mapping[Channel, Delivery], now: datetime) -> list[Write]:
    return [
        errand_write(
            Errand(
                user_sub=alert.user_sub,
                alert_id=alert.alert_id,
                channel=channel,
                occurrence=str(alert.n),
            ),
            due=ways[channel].due or now,
        )
        for channel in ADDRESSED
        if ways[channel].how is How.SEND
    ]


def _deliveries(alert: Alert, entry: Entry, ways: Mapping[Channel, Delivery]) -> list[Write]:
    way = ways[Channel.WEBHOOK]
    if way.how is not How.SEND:
        return []
    endpoints = webhooks.endpoints_wanting(alert.user_sub, entry)
    return webhooks.delivery_writes(alert, endpoints, occurrence=alert.n, due=way.due)
