from typing import Any

from rest_framework import serializers

from apikeys.items import ApiKey, KeyStatus
from apikeys.services import EXPIRIES
from core import clock
from core.api import StrictSerializer
from core.scopes import SCOPES
from dynamo.cursor import MAX_LENGTH
from users.texts import NAME_LENGTH


class KeyQuerySerializer(StrictSerializer):
    after = serializers.CharField(
        default="",
        allow_blank=True,
        trim_whitespace=False,
        max_length=MAX_LENGTH,
        help_text="`next` of the page before; empty for the first one.",
    )


class NewKeySerializer(StrictSerializer):
    name = serializers.CharField(
        max_length=NAME_LENGTH, help_text="For you to recognise it: the program that uses it."
    )
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=list(SCOPES)),
        allow_empty=False,
        max_length=len(SCOPES),
        help_text="What the key may do; nothing else.",
    )
    expires_in_days = serializers.ChoiceField(
        choices=EXPIRIES, default=90, allow_null=True, help_text="null: it never expires."
    )


class KeySerializer(serializers.Serializer[ApiKey]):
    key_id = serializers.CharField()
    name = serializers.CharField()
    hint = serializers.CharField(help_text="What may be shown of the key.")
    scopes = serializers.ListField(child=serializers.CharField(), source="sorted_scopes")
    status = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="null: never.")
    last_used_at = serializers.DateTimeField(
        allow_null=True, help_text="To the minute; null: never used."
    )
    last_used_ip = serializers.CharField(allow_blank=True)
    revoked_at = serializers.DateTimeField(allow_null=True)

    def get_status(self, key: ApiKey) -> KeyStatus:
        return key.status_at(clock.now())


class IssuedKeySerializer(serializers.Serializer[Any]):
    key = KeySerializer()
    secret = serializers.CharField(help_text="The whole key. It is shown this once.")


class KeyListSerializer(serializers.Serializer[Any]):
    results = KeySerializer(many=True)
    next = serializers.CharField(
        allow_blank=True, help_text="The cursor of the next page; empty at the end."
    )
