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


class WaySerializer(serializers.Serializer[Any]):
    method = serializers.ChoiceField(choices=[str(method) for method in Method])
    device_id = serializers.CharField(
        allow_blank=True, help_text="Of the phone or mailbox; empty where no code is sent."
    )
    name = serializers.CharField(allow_blank=True, help_text="As its owner called it.")
    hint = serializers.CharField(
        allow_blank=True, help_text="The end of the number, or the address shortened."
    )


class MethodsSerializer(serializers.Serializer[Any]):
    methods = serializers.ListField(
        child=serializers.ChoiceField(choices=[str(method) for method in Method]),
        help_text="How the person can confirm, the strongest way first.",
    )
    ways = WaySerializer(
        many=True, help_text="The same by device; the one that is asked for first comes first."
    )
    expires_at = serializers.DateTimeField(help_text="Until when; UTC.")


class SecondStepNeededSerializer(serializers.Serializer[Any]):
    second_step = MethodsSerializer()


class ChosenWaySerializer(StrictSerializer):
    method = serializers.ChoiceField(
        choices=[str(method) for method in Method],
        required=False,
        help_text="Without it the one that is asked for first.",
    )
    device_id = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=26,
        help_text="The phone or mailbox that the code goes to; without it the first one of the"
        " method.",
    )

    def choice(self) -> dict[str, Any]:
        """As the services take it."""
        data = self.validated_data
        method = Method(data["method"]) if "method" in data else None
        return {"method": method, "device_id": data["device_id"]}


class SecondStepSerializer(ChosenWaySerializer):
    code = serializers.CharField(max_length=60, help_text="The code of that method.")
    trust_browser = serializers.BooleanField(
        default=False,
        help_text="Whether this client skips the second step for 30 days; not for staff.",
    )


class SendCodeSerializer(ChosenWaySerializer):
    method = serializers.ChoiceField(
        choices=[str(method) for method in SENT],
        required=False,
        help_text="Without it the one that is asked for first.",
    )
