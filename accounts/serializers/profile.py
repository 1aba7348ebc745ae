from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core import avatars, links
from core.api import StrictSerializer
from users import handles
from users.items import Profile


class ProfileSerializer(serializers.Serializer[Profile]):
    user_sub = serializers.CharField(help_text="The account's id: a 26-character ULID.")
    handle = serializers.CharField()
    display_name = serializers.CharField(allow_blank=True, help_text="Empty: show the handle.")
    bio = serializers.CharField(allow_blank=True, help_text="Plain text with line breaks.")
    avatar_url = serializers.SerializerMethodField(
        help_text="A square WebP of 256 pixels, to be kept for ever; null without a picture."
    )
    version = serializers.IntegerField(
        min_value=1, help_text="Moves with each change of the texts; send it with yours."
    )
    updated_at = serializers.DateTimeField(help_text="UTC.")

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_avatar_url(self, profile: Profile) -> str | None:
        return links.absolute(avatars.path_of(profile.avatar)) if profile.avatar else None


class ProfileChangeSerializer(StrictSerializer):
    version = serializers.IntegerField(
        min_value=1, help_text="Of the profile that you read; 409 when it is another one by now."
    )
    display_name = serializers.CharField(
        required=False, allow_blank=True, help_text="At most 80 characters, one line."
    )
    bio = serializers.CharField(
        required=False, allow_blank=True, help_text="At most 300 characters of plain text."
    )
    handle = serializers.CharField(
        required=False,
        max_length=handles.MAX_LENGTH + 1,
        help_text="Two changes in 14 days; nobody else can take the old one for 14 days.",
    )


class AvatarSerializer(serializers.Serializer[Any]):
    avatar = serializers.FileField(
        help_text="JPEG, PNG or WebP, at most 5 MB and 25 megapixels.", use_url=False
    )
