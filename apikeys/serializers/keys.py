"""A key as its owner sees it."""

from datetime import datetime, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apikeys.items import UNDO_WITHIN, ApiKey, EndReason, KeyStatus, PendingSecret, PreviousSecret
from apikeys.services import Hint, hints_of
from core import clock

HOUR = timedelta(hours=1)


class PreviousSecretSerializer(serializers.Serializer[PreviousSecret]):
    hint = serializers.CharField(help_text="What may be shown of it.")
    works_until = serializers.DateTimeField(source="until")
    last_used_at = serializers.DateTimeField(
        allow_null=True, help_text="Since the rotation; null: every program has moved on."
    )
    last_used_ip = serializers.CharField(allow_blank=True)


class PendingSecretSerializer(serializers.Serializer[PendingSecret]):
    hint = serializers.CharField(help_text="What may be shown of it.")
    overlap_hours = serializers.SerializerMethodField(
        help_text="How long the one in use goes on after the first use of this one."
    )

    def get_overlap_hours(self, pending: PendingSecret) -> int:
        return pending.overlap // HOUR


class KeySerializer(serializers.Serializer[ApiKey]):
    key_id = serializers.CharField(help_text="A 26-character ULID; the second part of the key.")
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    hint = serializers.CharField(help_text="What may be shown of the key.")
    scopes = serializers.ListField(child=serializers.CharField(), source="sorted_scopes")
    allowed_networks = serializers.ListField(
        child=serializers.CharField(), help_text="CIDRs; empty: it works from everywhere."
    )
    calls_per_minute = serializers.IntegerField(
        allow_null=True, help_text="null: as many as this site allows."
    )
    status = serializers.SerializerMethodField()
    version = serializers.IntegerField(
        min_value=1, help_text="Moves with each change; send it with yours."
    )
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="null: never.")
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="null: never used.")
    last_used_ip = serializers.CharField(allow_blank=True)
    last_used_client = serializers.CharField(
        allow_blank=True, help_text="What the program calls itself: the start of its User-Agent."
    )
    previous_secret = serializers.SerializerMethodField(
        help_text="The one before the last rotation, while it still works."
    )
    pending_secret = serializers.SerializerMethodField(
        help_text="One that takes over at its first use."
    )
    revoked_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.ChoiceField(
        choices=[str(reason) for reason in EndReason],
        allow_null=True,
        help_text="Why it ended before its time.",
    )
    undo_until = serializers.SerializerMethodField(
        help_text="Before this, undo-revoke brings it back; null: nothing does."
    )
    hints = serializers.SerializerMethodField(help_text="What would make it safer.")

    def get_status(self, key: ApiKey) -> KeyStatus:
        return key.status_at(clock.now())

    @extend_schema_field(PreviousSecretSerializer(allow_null=True))
    def get_previous_secret(self, key: ApiKey) -> dict[str, Any] | None:
        previous = key.previous_at(clock.now()) if key.is_living_at(clock.now()) else None
        return None if previous is None else PreviousSecretSerializer(previous).data

    @extend_schema_field(PendingSecretSerializer(allow_null=True))
    def get_pending_secret(self, key: ApiKey) -> dict[str, Any] | None:
        pending = key.pending if key.is_living_at(clock.now()) else None
        return None if pending is None else PendingSecretSerializer(pending).data

    def get_undo_until(self, key: ApiKey) -> datetime | None:
        if key.revoked_at is None or not key.can_return_at(clock.now()):
            return None
        return key.revoked_at + UNDO_WITHIN

    def get_hints(self, key: ApiKey) -> list[Hint]:
        return hints_of(key, clock.now())


class IssuedKeySerializer(serializers.Serializer[Any]):
    key = KeySerializer()
    secret = serializers.CharField(help_text="The whole key. It is shown this once.")


class KeyListSerializer(serializers.Serializer[Any]):
    results = KeySerializer(many=True)
    next = serializers.CharField(
        allow_blank=True, help_text="The cursor of the next page; empty at the end."
    )


class RevokedSerializer(serializers.Serializer[Any]):
    key_id = serializers.CharField()
    revoked = serializers.BooleanField(help_text="false: there is no such key of yours.")


class RevokedListSerializer(serializers.Serializer[Any]):
    results = RevokedSerializer(many=True)


class DayUsageSerializer(serializers.Serializer[Any]):
    day = serializers.DateField(help_text="UTC.")
    ok = serializers.IntegerField(help_text="Answered with 2xx or 3xx.")
    refused = serializers.IntegerField(help_text="401 or 403 although the secret was right.")
    rate_limited = serializers.IntegerField(help_text="429.")
    client_error = serializers.IntegerField(help_text="Every other 4xx.")
    server_error = serializers.IntegerField(help_text="5xx.")


class UsageSerializer(serializers.Serializer[Any]):
    results = DayUsageSerializer(many=True)


class OwnerSerializer(serializers.Serializer[Any]):
    user_sub = serializers.CharField(help_text="The account's id: a 26-character ULID.")
    handle = serializers.CharField()


class LimitSerializer(serializers.Serializer[Any]):
    calls = serializers.IntegerField(help_text="In so many seconds.")
    seconds = serializers.IntegerField()
    burst = serializers.IntegerField(help_text="How many of them may come at once.")


class CurrentKeySerializer(serializers.Serializer[Any]):
    key = KeySerializer()
    owner = OwnerSerializer()
    limit = LimitSerializer()
