"""The tables of alerts, with their webhooks, and of who wants which alert where."""

from alerts.repository.alerts import ALERTS, ANSWER_LABEL, COUNT_LABEL, KEPT, AlertRepository
from alerts.repository.preferences import ALERT_PREFS, PreferenceRepository
from alerts.repository.webhooks import ENDPOINT_LABEL, HEAD_LABEL, WebhookRepository

__all__ = [
    "ALERTS",
    "ALERT_PREFS",
    "ANSWER_LABEL",
    "COUNT_LABEL",
    "ENDPOINT_LABEL",
    "HEAD_LABEL",
    "KEPT",
    "AlertRepository",
    "PreferenceRepository",
    "WebhookRepository",
]
