from rest_framework import serializers

from newsfeed.items import DeletedPost, RevisionView
from newsfeed.serializers.paging import PageSerializer
from newsfeed.serializers.posts import VISIBILITIES, NewPostSerializer


class EditedPostSerializer(NewPostSerializer):
    """The whole post anew: what is left out is gone."""

    version = serializers.IntegerField(min_value=1, help_text="The one that you changed.")


class RevisionSerializer(serializers.Serializer[RevisionView]):
    version = serializers.IntegerField(source="revision.version", min_value=1)
    until = serializers.DateTimeField(help_text="When it was changed. UTC.")
    text = serializers.CharField(
        allow_null=True,
        allow_blank=True,
        help_text="Markdown. Null where you could not have read it at that time.",
    )
    warning = serializers.CharField(allow_blank=True)
    visibility = serializers.ChoiceField(choices=VISIBILITIES)
    unlock_price = serializers.IntegerField(min_value=0, help_text="In minor units.")
    currency = serializers.CharField(allow_blank=True, help_text="ISO 4217; empty without price.")


class RevisionPageSerializer(PageSerializer):
    results = RevisionSerializer(many=True, source="items")


class DeletedPostSerializer(serializers.Serializer[DeletedPost]):
    post_id = serializers.CharField(help_text="A 26-character ULID.")
    created_at = serializers.DateTimeField(source="card.created_at", help_text="UTC.")
    deleted_at = serializers.DateTimeField(help_text="UTC.")
    restorable_until = serializers.DateTimeField(
        allow_null=True, help_text="Null when it is kept only for who unlocked it."
    )
    sold = serializers.BooleanField(help_text="Whether people unlocked it and go on reading it.")
    visibility = serializers.ChoiceField(source="card.visibility", choices=VISIBILITIES)
    text = serializers.CharField(
        source="plain", allow_blank=True, help_text="The beginning, as plain text."
    )


class DeletedPageSerializer(PageSerializer):
    results = DeletedPostSerializer(many=True, source="items")
