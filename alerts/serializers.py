from typing import Any

from rest_framework import serializers

from alerts import services
from alerts.items import AlertKind, Category, Channel, Preferences
from core.api import StrictSerializer
from dynamo.cursor import MAX_LENGTH

ID_LENGTH = 26


class AlertQuerySerializer(StrictSerializer):
    after = serializers.CharField(
        default="",
        allow_blank=True,
        trim_whitespace=False,
        max_length=MAX_LENGTH,
        help_text="`next` of the page before; empty for the first one.",
    )


class FactSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Stable, as `ip` or `device`.")
    label = serializers.CharField()  # type: ignore[assignment]  # Serializer.label, unused here
    value = serializers.CharField()


class AlertSerializer(serializers.Serializer[Any]):
    alert_id = serializers.CharField(help_text="A 26-character ULID.")
    kind = serializers.ChoiceField(choices=[str(kind) for kind in AlertKind])
    category = serializers.ChoiceField(choices=[str(category) for category in Category])
    severity = serializers.IntegerField(min_value=0, max_value=100, help_text="100 is the worst.")
    title = serializers.CharField()
    sentence = serializers.CharField()
    facts = FactSerializer(many=True)
    n = serializers.IntegerField(min_value=1, help_text="How often it happened.")
    first_at = serializers.DateTimeField(help_text="UTC.")
    last_at = serializers.DateTimeField(help_text="UTC.")
    unread = serializers.BooleanField()


class AlertListSerializer(serializers.Serializer[Any]):
    results = AlertSerializer(source="items", many=True)
    next = serializers.CharField(
        source="next_cursor", allow_blank=True, help_text="Empty on the last page."
    )
    mark = serializers.CharField(
        allow_blank=True, help_text="Send it to read-all/ to mark what this list showed as read."
    )


class ReadAllSerializer(StrictSerializer):
    upto = serializers.CharField(max_length=ID_LENGTH, help_text="`mark` of the list you saw.")


class UnreadSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0, max_value=30, help_text="30: that or more.")


class ChannelsSerializer(StrictSerializer):
    in_app = serializers.BooleanField(
        required=False, help_text="Counts as new. If false, such alerts arrive read."
    )
    email = serializers.BooleanField(required=False)


class ChoicesSerializer(StrictSerializer):
    security = ChannelsSerializer(required=False, help_text="Mandatory: false is refused.")
    account = ChannelsSerializer(required=False)
    money = ChannelsSerializer(required=False)


class PreferencesChangeSerializer(StrictSerializer):
    version = serializers.IntegerField(
        min_value=1, help_text="Of the choices that you read; 409 when it is another one by now."
    )
    choices = ChoicesSerializer(help_text="What you leave out stays as it is.")


class PreferencesSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, help_text="Moves with each change.")
    choices = ChoicesSerializer()
    mandatory = serializers.ListField(
        child=serializers.CharField(), help_text="Categories that are always sent."
    )


def shown(preferences: Preferences) -> dict[str, Any]:
    """Every choice, also those never made."""
    return {
        "version": preferences.version,
        "choices": {
            str(category): {
                str(channel): preferences.wants(category, channel) for channel in Channel
            }
            for category in Category
        },
        "mandatory": sorted(services.mandatory_categories()),
    }
