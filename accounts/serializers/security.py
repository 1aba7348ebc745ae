from typing import Any

from rest_framework import serializers

from accounts.items import Outcome
from accounts.serializers.fields import password_field
from accounts.serializers.sign_in import ChosenWaySerializer
from core.api import StrictSerializer
from dynamo.cursor import MAX_LENGTH
from mfa.items import Method


class ConfirmSerializer(ChosenWaySerializer):
    password = password_field("The account's password, if it has no second factor.", required=False)
    method = serializers.ChoiceField(
        choices=[str(method) for method in Method],
        required=False,
        help_text="The strongest factor of the account, which is the default, or `recovery`.",
    )
    code = serializers.CharField(
        max_length=60, required=False, help_text="The code of that method."
    )


class PasswordSerializer(StrictSerializer):
    current_password = password_field("The password until now.")
    new_password = password_field("At least 10 characters, and not easy to guess.")
    end_others = serializers.BooleanField(
        default=True, help_text="Whether every other session ends."
    )


class HistoryQuerySerializer(StrictSerializer):
    after = serializers.CharField(
        default="",
        allow_blank=True,
        trim_whitespace=False,
        max_length=MAX_LENGTH,
        help_text="`next` of the page before; empty for the first one.",
    )


class SignInRecordSerializer(serializers.Serializer[Any]):
    record_id = serializers.CharField()
    outcome = serializers.ChoiceField(choices=[str(outcome) for outcome in Outcome])
    methods = serializers.ListField(
        child=serializers.CharField(), help_text="How the person proved who they are."
    )
    ip = serializers.CharField(allow_blank=True, help_text="Where it was tried from.")
    label = serializers.CharField(  # type: ignore[assignment]  # Serializer.label, unused here
        help_text="The browser and its system, as far as known."
    )
    known_browser = serializers.BooleanField(
        help_text="Whether the account had been signed in to from this browser before."
    )
    created_at = serializers.DateTimeField(help_text="UTC.")


class HistorySerializer(serializers.Serializer[Any]):
    results = SignInRecordSerializer(many=True)
    next = serializers.CharField(
        allow_blank=True, help_text="The cursor of the next page; empty at the end."
    )
