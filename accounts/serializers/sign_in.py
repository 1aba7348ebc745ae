from rest_framework import serializers

from accounts.serializers.fields import password_field
from core.api import StrictSerializer
from users import emails


class SignInSerializer(StrictSerializer):
    login = serializers.CharField(
        max_length=emails.MAX_LENGTH, help_text="The email address or the handle."
    )
    password = password_field("The account's password.")
    remember = serializers.BooleanField(
        default=False, help_text="Whether the session outlives the browser window."
    )
