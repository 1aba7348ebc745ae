from typing import Any

from rest_framework import serializers

from core.api import StrictSerializer
from mfa.items import FACTORS
from mfa.services.devices import NAME_LENGTH
from mfa.texts import CONSENT_NEEDED
from users import emails


def _name() -> serializers.CharField:
    return serializers.CharField(
        max_length=NAME_LENGTH,
        default="",
        allow_blank=True,
        help_text="So that its owner knows it again.",
    )


class TotpSerializer(StrictSerializer):
    name = _name()


class SmsSerializer(StrictSerializer):
    phone = serializers.CharField(max_length=32, help_text="A mobile number with its country code.")
    name = _name()
    consent = serializers.BooleanField(
        help_text="`true`: whose number it is agreed to get text messages with codes, and with"
        " alerts if they choose them, at their carrier's rates, until they reply STOP.",
        error_messages={"required": CONSENT_NEEDED, "null": CONSENT_NEEDED},
    )


class EmailSerializer(StrictSerializer):
    address = serializers.CharField(
        max_length=emails.MAX_LENGTH, help_text="Not the address that signs in."
    )
    name = _name()


class EndOthersSerializer(StrictSerializer):
    end_others = serializers.BooleanField(
        default=True, help_text="Whether every other session ends."
    )


class CodeSerializer(EndOthersSerializer):
    code = serializers.CharField(max_length=20, help_text="Six digits.")


class RenameSerializer(StrictSerializer):
    name = serializers.CharField(
        max_length=NAME_LENGTH, help_text="So that its owner knows it again."
    )


class RemoveQuerySerializer(StrictSerializer):
    end_others = serializers.ChoiceField(
        choices=["true", "false"], default="true", help_text="Whether every other session ends."
    )
    turns_off = serializers.ChoiceField(
        choices=["true", "false"],
        default="false",
        help_text="`true` for the only device that is left: two-step sign-in is then off.",
    )


class DeviceSerializer(serializers.Serializer[Any]):
    device_id = serializers.CharField()
    method = serializers.ChoiceField(choices=[str(method) for method in FACTORS])
    name = serializers.CharField()
    hint = serializers.CharField(
        allow_blank=True, help_text="The end of the number, or the address shortened."
    )
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    consent_at = serializers.DateTimeField(
        allow_null=True, help_text="Of a phone: when its owner agreed to text messages."
    )
    opted_out_at = serializers.DateTimeField(
        allow_null=True, help_text="Of a phone: when it was last seen to refuse them, after a STOP."
    )


class MfaSerializer(serializers.Serializer[Any]):
    devices = DeviceSerializer(many=True, help_text="Those that are turned on.")
    recovery_codes = serializers.IntegerField(help_text="How many are left.")
    preferred = serializers.CharField(
        allow_blank=True,
        help_text="The `device_id` that is asked for first at sign-in; empty: the strongest one.",
    )


class TotpSetupSerializer(serializers.Serializer[Any]):
    device_id = serializers.CharField()
    name = serializers.CharField()
    secret = serializers.CharField(help_text="In base32; shown only now.")
    uri = serializers.CharField(help_text="The otpauth URI, for a QR code.")


class RecoveryCodesSerializer(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(
        child=serializers.CharField(),
        help_text="Shown only now. Empty unless this turned two-step sign-in on.",
    )
    others_ended = serializers.BooleanField(
        help_text="Whether every other session was ended; if it was wanted and is false, end them"
        " at `/sessions/end-others/`."
    )
