from typing import Any

from rest_framework import serializers

from alerts.items import Category, Severity
from alerts.webhook_items import Delivery, DeliveryState, EndpointState, WebhookEndpoint
from core.api import StrictSerializer
from core.targets import MAX_URL
from users.texts import NAME_LENGTH

WHOLE_URL = "whole_url"  # of the context; masked without it
CATEGORIES = [str(category) for category in Category]


class NewWebhookSerializer(StrictSerializer):
    name = serializers.CharField(max_length=NAME_LENGTH, help_text="For you to recognise it.")
    url = serializers.CharField(
        max_length=MAX_URL, help_text="https, on the public internet, port 443 or 8443."
    )
    categories = serializers.ListField(
        child=serializers.ChoiceField(choices=CATEGORIES),
        allow_empty=False,
        max_length=len(CATEGORIES),
        default=lambda: list(CATEGORIES),
        help_text="Alerts about which it gets; without it, all.",
    )
    min_severity = serializers.ChoiceField(
        choices=[int(severity) for severity in Severity],
        default=int(Severity.INFO),
        help_text="Alerts that are less serious are not sent there.",
    )


class WebhookSerializer(serializers.Serializer[WebhookEndpoint]):
    endpoint_id = serializers.CharField()
    name = serializers.CharField()
    url = serializers.SerializerMethodField(
        help_text="Whole for a person in the browser. A key gets scheme and host, then `/…`: the"
        " rest may hold a token."
    )
    categories = serializers.ListField(child=serializers.CharField(), source="sorted_categories")
    min_severity = serializers.IntegerField()
    state = serializers.ChoiceField(
        choices=[str(state) for state in EndpointState],
        help_text="`gone`: it answered 410. `failing`: it failed for five days.",
    )
    failing_since = serializers.DateTimeField(
        allow_null=True, help_text="null: the last delivery arrived."
    )
    created_at = serializers.DateTimeField()

    def get_url(self, webhook: WebhookEndpoint) -> str:
        return webhook.url if self.context.get(WHOLE_URL) else webhook.masked_url


class WebhookListSerializer(serializers.Serializer[Any]):
    results = WebhookSerializer(many=True)


class IssuedWebhookSerializer(serializers.Serializer[Any]):
    webhook = WebhookSerializer(source="endpoint")
    secret = serializers.CharField(help_text="What it is signed with. It is shown this once.")


class DeliverySerializer(serializers.Serializer[Delivery]):
    delivery_id = serializers.CharField()
    webhook_id = serializers.CharField(
        source="message.webhook_id", help_text="The same however often the event is sent."
    )
    kind = serializers.CharField(source="message.kind")
    alert_id = serializers.CharField(source="message.alert_id", allow_blank=True)
    state = serializers.ChoiceField(choices=[str(state) for state in DeliveryState])
    attempts = serializers.IntegerField()
    status = serializers.IntegerField(help_text="Of the last answer; 0: there was none.")
    error = serializers.CharField(allow_blank=True, help_text="Why there was no answer.")
    milliseconds = serializers.IntegerField()
    answer = serializers.CharField(allow_blank=True, help_text="Its first KB.")
    next_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class DeliveryListSerializer(serializers.Serializer[Any]):
    results = DeliverySerializer(many=True)


class SentSerializer(serializers.Serializer[Any]):
    delivery_id = serializers.CharField(help_text="Its entry in the log, once it was tried.")
