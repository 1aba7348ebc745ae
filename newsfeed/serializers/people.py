from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core import avatars, links
from newsfeed.items import FollowCounts, PersonView
from newsfeed.serializers.paging import PageSerializer
from users.items import Profile


class PersonSerializer(serializers.Serializer[Profile]):
    """What everybody may see of a person."""

    user_sub = serializers.CharField(help_text="A 26-character ULID.")
    handle = serializers.CharField()
    name = serializers.CharField(help_text="The display name, or the handle without one.")
    avatar_url = serializers.SerializerMethodField(help_text="Null without a picture.")

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_avatar_url(self, profile: Profile) -> str | None:
        return links.absolute(avatars.path_of(profile.avatar)) if profile.avatar else None


class FollowCountsSerializer(serializers.Serializer[FollowCounts]):
    followers = serializers.IntegerField()
    following = serializers.IntegerField()


class PersonViewSerializer(serializers.Serializer[PersonView]):
    person = PersonSerializer()
    bio = serializers.SerializerMethodField(help_text="Empty for whom you blocked.")
    own = serializers.BooleanField(help_text="It is you.")
    followed = serializers.BooleanField(help_text="By you.")
    blocked = serializers.BooleanField(help_text="By you: then you see nothing else of them.")
    muted = serializers.BooleanField(help_text="By you.")
    counts = FollowCountsSerializer(allow_null=True, help_text="Null for whom you blocked.")

    def get_bio(self, view: PersonView) -> str:
        return "" if view.blocked else view.person.bio


class PeopleSerializer(PageSerializer):
    results = PersonSerializer(many=True, source="items")


class SuggestionsSerializer(serializers.Serializer[Any]):
    results = PersonSerializer(many=True)
