from datetime import datetime

from rest_framework import serializers

from mfa import services as mfa
from users.models import User


class AccountSerializer(serializers.Serializer[object]):
    user_sub = serializers.CharField(help_text="The account's id: a 26-character ULID.")
    email = serializers.EmailField()
    handle = serializers.CharField()
    display_name = serializers.CharField(allow_blank=True)
    is_staff = serializers.BooleanField()
    created_at = serializers.DateTimeField(help_text="UTC.")
    email_verified_at = serializers.DateTimeField(help_text="UTC.", allow_null=True)
    mfa_due_at = serializers.SerializerMethodField(
        help_text="UTC. By when two-step sign-in has to be turned on; null: no day is fixed."
    )

    def get_mfa_due_at(self, user: User) -> datetime | None:
        return mfa.due_of(user)
