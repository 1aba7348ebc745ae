from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from typing_extensions import override

from core.api import StrictSerializer
from users import emails


class NewEmailSerializer(StrictSerializer):
    email = serializers.CharField(max_length=emails.MAX_LENGTH, help_text="The new address.")


class EmailProofSerializer(StrictSerializer):
    code = serializers.CharField(
        max_length=20, required=False, help_text="From the mail, as XXXX-XXXX."
    )
    token = serializers.CharField(
        max_length=100, required=False, help_text="The last part of the mailed link instead."
    )

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"code": [_("Send either a code or a token.")]})
        return attrs


class EmailChangeSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(help_text="The address that waits to be verified.")
    expires_at = serializers.DateTimeField(help_text="When the change lapses. UTC.")
