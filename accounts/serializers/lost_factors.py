from typing import Any

from rest_framework import serializers

from core.api import StrictSerializer


class LostCodeSerializer(StrictSerializer):
    code = serializers.CharField(max_length=20, help_text="From the mail, as XXXX-XXXX.")


class TokenSerializer(StrictSerializer):
    token = serializers.CharField(max_length=300, help_text="The last part of the mailed link.")


class MfaResetSerializer(serializers.Serializer[Any]):
    due = serializers.DateTimeField(help_text="From when on the factors can be removed. UTC.")
    ends_at = serializers.DateTimeField(help_text="Until when. UTC.")


class LostFactorsSerializer(serializers.Serializer[Any]):
    hint = serializers.CharField(help_text="Of the address that gets the code.")
    reset = MfaResetSerializer(allow_null=True, help_text="The wait that runs, or is over.")
    is_due = serializers.BooleanField(help_text="Whether the mailed link works now.")
