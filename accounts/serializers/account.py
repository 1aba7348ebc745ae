from rest_framework import serializers


class AccountSerializer(serializers.Serializer[object]):
    user_sub = serializers.CharField(help_text="The account's id: a 26-character ULID.")
    email = serializers.EmailField()
    handle = serializers.CharField()
    display_name = serializers.CharField(allow_blank=True)
    is_staff = serializers.BooleanField()
    created_at = serializers.DateTimeField(help_text="UTC.")
    email_verified_at = serializers.DateTimeField(help_text="UTC.", allow_null=True)
