from collections.abc import Sequence
from datetime import UTC
from typing import Any

from rest_framework import serializers

from alerts import services
from alerts.items import MODES, Category, Channel, DigestTime, Mode, Preferences, QuietHours
from core import time_zones
from core.api import StrictSerializer

ZONE_LENGTH = 64
CLOCK = "%H:%M"


def _modes(channel: Channel, **options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=[str(mode) for mode in MODES[channel]], required=False, **options
    )


class ChannelsSerializer(StrictSerializer):
    in_app = _modes(Channel.IN_APP, help_text="Counts as new. If off, such alerts arrive read.")
    email = _modes(Channel.EMAIL, help_text="daily, weekly: gathered into one mail.")
    sms = _modes(Channel.SMS, help_text="To the phone that you confirmed for alerts.")
    webhook = _modes(Channel.WEBHOOK, help_text="Each webhook has a filter of its own besides.")


class ChoicesSerializer(StrictSerializer):
    security = ChannelsSerializer(
        required=False, help_text="Mandatory in the app and by email: anything but now is refused."
    )
    account = ChannelsSerializer(required=False)
    money = ChannelsSerializer(required=False)


class LeastSerializer(StrictSerializer):
    in_app = serializers.IntegerField(required=False, min_value=0, max_value=100)
    email = serializers.IntegerField(required=False, min_value=0, max_value=100)
    sms = serializers.IntegerField(required=False, min_value=0, max_value=100)
    webhook = serializers.IntegerField(required=False, min_value=0, max_value=100)


class QuietSerializer(StrictSerializer):
    start = serializers.TimeField(format=CLOCK, input_formats=[CLOCK], help_text="As 22:00.")
    end = serializers.TimeField(
        format=CLOCK, input_formats=[CLOCK], help_text="As 07:00; on the next day if not later."
    )
    days = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6),
        default=lambda: list(range(7)),
        max_length=7,
        help_text="On which it starts; 0 is Monday.",
    )

    def to_representation(self, instance: QuietHours) -> dict[str, Any]:
        return {
            "start": instance.start.strftime(CLOCK),
            "end": instance.end.strftime(CLOCK),
            "days": sorted(instance.days),
        }


class DigestSerializer(StrictSerializer):
    hour = serializers.IntegerField(min_value=0, max_value=23, help_text="Of your time zone.")
    weekday = serializers.IntegerField(
        min_value=0, max_value=6, default=0, help_text="Of weekly ones; 0 is Monday."
    )


class PreferencesChangeSerializer(StrictSerializer):
    """What is left out stays as it is."""

    version = serializers.IntegerField(
        min_value=1,
        required=False,
        help_text="Of what you read; 409 when it is another one by now. Or send If-Match.",
    )
    choices = ChoicesSerializer(required=False)
    min_severity = LeastSerializer(required=False, help_text="By channel; 0 is everything.")
    time_zone = serializers.CharField(
        required=False, allow_blank=True, max_length=ZONE_LENGTH, help_text="As Europe/Berlin."
    )
    quiet = QuietSerializer(required=False, allow_null=True, help_text="null turns it off.")
    digest = DigestSerializer(required=False)
    mute_until = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default_timezone=UTC,
        help_text="At most 90 days ahead; null turns it off.",
    )

    def changes(self) -> services.Changes:
        sent = {name: value for name, value in self.validated_data.items() if name != "version"}
        if sent.get("quiet"):
            sent["quiet"] = QuietHours(
                **{**sent["quiet"], "days": frozenset(sent["quiet"]["days"])}
            )
        if "digest" in sent:
            sent["digest"] = DigestTime(**sent["digest"])
        return services.Changes(**sent)  # type: ignore[typeddict-item]  # checked field by field


class SuspensionSerializer(serializers.Serializer[Any]):
    channel = serializers.CharField()
    reason = serializers.ChoiceField(choices=["bounced", "complained"])
    at = serializers.DateTimeField()


class NextDigestSerializer(serializers.Serializer[Any]):
    mode = serializers.ChoiceField(choices=["daily", "weekly"])
    at = serializers.DateTimeField(help_text="UTC.")


class PreferencesSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, help_text="Moves with each change; the ETag.")
    choices = ChoicesSerializer()
    mandatory = serializers.ListField(
        child=serializers.CharField(),
        help_text="Categories that are always sent, in the app and by email.",
    )
    min_severity = LeastSerializer()
    time_zone = serializers.CharField(help_text="Of the quiet hours and digests.")
    quiet = QuietSerializer(allow_null=True)
    digest = DigestSerializer()
    next_digests = NextDigestSerializer(many=True)
    mute_until = serializers.DateTimeField(allow_null=True, help_text="UTC.")
    phone_end = serializers.CharField(
        allow_blank=True, help_text="Last digits of the phone for alerts; empty for none."
    )
    suspended = SuspensionSerializer(many=True, help_text="Channels that get nothing for now.")


def shown(preferences: Preferences) -> dict[str, Any]:
    """Every choice, also those never made."""
    return {
        "version": preferences.version,
        "choices": {
            str(category): {
                str(channel): str(preferences.mode(category, channel)) for channel in Channel
            }
            for category in Category
        },
        "mandatory": sorted(services.mandatory_categories()),
        "min_severity": {str(channel): preferences.least(channel) for channel in Channel},
        "time_zone": time_zones.zone_of(preferences.time_zone).key,
        "quiet": preferences.quiet,
        "digest": preferences.digest,
        "next_digests": _next_digests(preferences),
        "mute_until": preferences.mute_until,
        "phone_end": preferences.phone.last4 if preferences.phone else "",
        "suspended": [
            {"channel": str(channel), "reason": str(found.reason), "at": found.at}
            for channel, found in preferences.suspended.items()
        ],
    }


def _next_digests(preferences: Preferences) -> Sequence[dict[str, Any]]:
    modes = (mode for mode in Mode if mode in preferences.armed)
    return [{"mode": str(mode), "at": preferences.armed[mode].slot} for mode in modes]
