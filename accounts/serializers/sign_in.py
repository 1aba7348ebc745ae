from typing import Any

from rest_framework import serializers

from accounts.serializers.fields import password_field
from core.api import StrictSerializer
from mfa.items import SENT, Method
from users import emails


class SignInSerializer(StrictSerializer):
    login = serializers.CharField(
        max_length=emails.MAX_LENGTH, help_text="The email address or the handle."
    )
    password = password_field("The account's password.")
    remember = serializers.BooleanField(
        default=False, help_text="Whether the session outlives the browser window."
    )


class MethodsSerializer(serializers.Serializer[Any]):
    methods = serializers.ListField(
        child=serializers.ChoiceField(choices=[str(method) for method in Method]),
        help_text="How the person can confirm, the strongest way first.",
    )
    expires_at = serializers.DateTimeField(help_text="Until when; UTC.")


class SecondStepNeededSerializer(serializers.Serializer[Any]):
    second_step = MethodsSerializer()


class SecondStepSerializer(StrictSerializer):
    method = serializers.ChoiceField(choices=[str(method) for method in Method])
    code = serializers.CharField(max_length=60, help_text="The code of that method.")
    trust_browser = serializers.BooleanField(
        default=False,
        help_text="Whether this client skips the second step for 30 days; not for staff.",
    )


class SendCodeSerializer(StrictSerializer):
    method = serializers.ChoiceField(choices=[str(method) for method in SENT])
