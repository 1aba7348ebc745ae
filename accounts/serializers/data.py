from typing import Any

from rest_framework import serializers

from accounts.items import ExportState
from core.api import StrictSerializer
from users import emails


class ExportSerializer(serializers.Serializer[Any]):
    export_id = serializers.CharField(help_text="A 26-character ULID.")
    state = serializers.ChoiceField(choices=[str(state) for state in ExportState])
    asked_at = serializers.DateTimeField(help_text="UTC.")
    expires_at = serializers.DateTimeField(
        help_text="UTC. When the file is deleted; while it is being built, when that is given up."
    )
    size = serializers.IntegerField(min_value=0, help_text="Bytes; 0 while it is being built.")


class ExportListSerializer(serializers.Serializer[Any]):
    results = ExportSerializer(many=True)


class DeletionAskSerializer(StrictSerializer):
    email = serializers.CharField(
        max_length=emails.MAX_LENGTH, help_text="The account's own address, to confirm."
    )


class DeletionSerializer(serializers.Serializer[Any]):
    delete_after = serializers.DateTimeField(
        allow_null=True, help_text="UTC. When the account is erased; null = it stays."
    )
