from rest_framework import serializers

from accounts.serializers.fields import password_field
from core.api import StrictSerializer
from users import emails


class AskResetSerializer(StrictSerializer):
    email = serializers.CharField(max_length=emails.MAX_LENGTH)


class ConfirmResetSerializer(StrictSerializer):
    token = serializers.CharField(max_length=100, help_text="The last part of the mailed link.")
    password = password_field("At least 10 characters; one that is easy to guess is refused.")
