"""What callers send about keys. What the fields may hold is the services' to say."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apikeys.items import RotationStart
from apikeys.services import EXPIRIES, MAX_NETWORKS, OVERLAPS, Filter, KeyChanges, Shown
from apikeys.services.revoking import AT_ONCE, MOST_DAYS
from apikeys.services.usage import MOST_DAYS as MOST_DAYS_OF_USAGE
from core.api import QuerySerializer, StrictSerializer
from core.scopes import SCOPES
from dynamo.cursor import MAX_LENGTH
from users.texts import NAME_LENGTH

ID_LENGTH = 26
_FILTERS = ("unused_days", "created_before", "scope")
NETWORK_LENGTH = 64


def _scopes(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(choices=list(SCOPES)),
        allow_empty=False,
        max_length=len(SCOPES),
        help_text="What the key may do; nothing else.",
        **options,
    )


def _networks(**options: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=NETWORK_LENGTH),
        max_length=MAX_NETWORKS,
        help_text="CIDRs (203.0.113.0/24, 2001:db8::/32) or addresses from which it works; empty:"
        " from everywhere.",
        **options,
    )


def _pace(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(
        allow_null=True,
        min_value=1,
        help_text="At most what this site allows, which null stands for.",
        **options,
    )


class KeyQuerySerializer(QuerySerializer):
    after = serializers.CharField(
        default="",
        allow_blank=True,
        trim_whitespace=False,
        max_length=MAX_LENGTH,
        help_text="`next` of the page before; empty for the first one.",
    )
    status = serializers.ChoiceField(
        choices=[str(shown) for shown in Shown],
        default=str(Shown.ALL),
        help_text="`ended`: revoked or expired, for 90 days.",
    )

    def validate_status(self, value: str) -> Shown:
        return Shown(value)


class NewKeySerializer(StrictSerializer):
    name = serializers.CharField(
        max_length=NAME_LENGTH, help_text="For you to recognise it: the program that uses it."
    )
    description = serializers.CharField(
        default="", allow_blank=True, help_text="At most 200 characters."
    )
    scopes = _scopes()
    expires_in_days = serializers.ChoiceField(
        choices=EXPIRIES, default=90, allow_null=True, help_text="null: it never expires."
    )
    allowed_networks = _networks(default=list)
    calls_per_minute = _pace(default=None)


class KeyChangeSerializer(StrictSerializer):
    """What is left out stays."""

    version = serializers.IntegerField(
        min_value=1, help_text="Of the key that you read; 409 when it is another one by now."
    )
    name = serializers.CharField(required=False, max_length=NAME_LENGTH)
    description = serializers.CharField(
        required=False, allow_blank=True, help_text="At most 200 characters."
    )
    scopes = _scopes(required=False)
    expires_in_days = serializers.ChoiceField(
        choices=EXPIRIES,
        required=False,
        allow_null=True,
        help_text="Counted from now; null: it never expires.",
    )
    allowed_networks = _networks(required=False)
    calls_per_minute = _pace(required=False)

    def changes(self) -> KeyChanges:
        given = {name: value for name, value in self.validated_data.items() if name != "version"}
        return KeyChanges(**given)


class RotationSerializer(StrictSerializer):
    version = serializers.IntegerField(
        min_value=1, help_text="Of the key that you read; 409 when it is another one by now."
    )
    overlap_hours = serializers.ChoiceField(
        choices=OVERLAPS, default=24, help_text="How long the old secret goes on working."
    )
    start = serializers.ChoiceField(
        choices=[str(start) for start in RotationStart],
        default=str(RotationStart.NOW),
        help_text="first_use: the overlap begins when a program first sends the new secret.",
    )
    expires_in_days = serializers.ChoiceField(
        choices=EXPIRIES,
        required=False,
        allow_null=True,
        help_text="Another end, counted from now; null: never. Only with `start` now.",
    )

    def validate_start(self, value: str) -> RotationStart:
        return RotationStart(value)


class OverlapQuerySerializer(QuerySerializer):
    version = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="Of the key that you read: then 409 when it is another one by now.",
    )


class RevokeManySerializer(StrictSerializer):
    """Either `key_ids`, or what all keys have in common that are to go."""

    key_ids = serializers.ListField(
        child=serializers.CharField(max_length=ID_LENGTH),
        required=False,
        allow_empty=False,
        max_length=AT_ONCE,
    )
    all = serializers.BooleanField(required=False, help_text="true: every key that still works.")
    unused_days = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_DAYS, help_text="Not used for so many days."
    )
    created_before = serializers.DateTimeField(required=False)
    scope = serializers.ChoiceField(choices=list(SCOPES), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("all") and len(attrs) > 1:
            raise serializers.ValidationError({"all": [_("Leave it out, or all the others.")]})
        return attrs

    def wanted(self) -> Filter | None:
        """None when nothing is said about what to look for."""
        found = {name: value for name, value in self.validated_data.items() if name in _FILTERS}
        if scope := found.get("scope"):
            found["scope"] = SCOPES[scope]
        return Filter(**found) if found or self.validated_data.get("all") else None


class UsageQuerySerializer(QuerySerializer):
    days = serializers.IntegerField(default=30, min_value=1, max_value=MOST_DAYS_OF_USAGE)
