from typing import Any

from rest_framework import serializers

from accounts.serializers.fields import password_field
from core.api import StrictSerializer
from users import emails, handles


class SignUpSerializer(StrictSerializer):
    email = serializers.CharField(max_length=emails.MAX_LENGTH)
    handle = serializers.CharField(
        max_length=handles.MAX_LENGTH + 1, help_text="Letters a to z, digits and underscores."
    )
    password = password_field("At least 10 characters; one that is easy to guess is refused.")


class AttemptSerializer(serializers.Serializer[Any]):
    attempt = serializers.CharField(help_text="Names this sign-up in the calls that follow.")


class VerifySerializer(StrictSerializer):
    code = serializers.CharField(max_length=20, help_text="From the mail, as XXXX-XXXX.")
    password = password_field(
        "The one chosen at sign-up; not needed in the browser that began it.", required=False
    )
    handle = serializers.CharField(
        max_length=handles.MAX_LENGTH + 1,
        required=False,
        help_text="Another one, when the answer was 409 handle_taken.",
    )
