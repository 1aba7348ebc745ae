from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import StrictSerializer
from newsfeed.items import FILES_MOST, PICTURES_MOST, Arrivals, PostView, Visibility
from newsfeed.serializers.media import AttachmentSerializer
from newsfeed.serializers.paging import PageQuerySerializer, PageSerializer
from newsfeed.serializers.people import PersonSerializer
from newsfeed.serializers.reactions import KINDS

ACCESS = ("teaser", "full")
VISIBILITIES = [str(kind) for kind in Visibility]


class PostSerializer(serializers.Serializer[PostView]):
    """A post as you may read it: `text` never holds what is locked for you."""

    post_id = serializers.CharField(help_text="A 26-character ULID.")
    author = PersonSerializer()
    created_at = serializers.DateTimeField(help_text="UTC.")
    visibility = serializers.ChoiceField(choices=VISIBILITIES)
    access = serializers.SerializerMethodField(help_text="How much of the post `text` may be.")
    text = serializers.CharField(allow_blank=True, help_text="Markdown.")
    html = serializers.CharField(
        allow_blank=True, help_text="`text` as HTML that is safe to be put into a page."
    )
    warning = serializers.CharField(
        source="card.warning",
        allow_blank=True,
        help_text="Show this first, and the post when the reader asks for it. Empty for none.",
    )
    words = serializers.IntegerField(
        source="card.words", min_value=0, help_text="Of the whole post; of a paid one what is free."
    )
    locked_words = serializers.IntegerField(
        source="card.locked_words", min_value=0, help_text="What has to be unlocked."
    )
    has_more = serializers.BooleanField(help_text="Whether the post's own address has more of it.")
    locked = serializers.BooleanField(help_text="Whether the rest has to be unlocked.")
    unlock_price = serializers.IntegerField(
        min_value=0, help_text="In minor units of `currency`; 0 unless the post is paid."
    )
    currency = serializers.CharField(allow_blank=True, help_text="ISO 4217; empty without price.")
    version = serializers.IntegerField(
        source="card.version", min_value=1, help_text="Name it when you edit or unlock the post."
    )
    edited_at = serializers.DateTimeField(
        source="card.edited_at", allow_null=True, help_text="UTC; null for one never edited."
    )
    comments_locked = serializers.BooleanField(
        source="card.comments_locked", help_text="Whether its author takes no more comments."
    )
    own = serializers.BooleanField(help_text="Whether you wrote it.")
    hidden = serializers.BooleanField(help_text="Whether you hid it from your lists.")
    media = AttachmentSerializer(many=True, source="shown")
    comment_count = serializers.IntegerField(
        min_value=0, allow_null=True, help_text="Null in lists."
    )

    reactions = serializers.DictField(
        child=serializers.IntegerField(min_value=1),
        allow_null=True,
        help_text="How many of each kind that was left; null in lists.",
    )
    reaction = serializers.ChoiceField(
        choices=KINDS, allow_null=True, help_text="Your own; null in lists."
    )

    @extend_schema_field({"type": "string", "enum": list(ACCESS)})
    def get_access(self, view: PostView) -> str:
        return view.access.name.lower()


class PostPageSerializer(PageSerializer):
    results = PostSerializer(many=True, source="items")


class ArrivalsQuerySerializer(StrictSerializer):
    since = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=26,
        help_text="The id of the newest post that you have; empty if you have none.",
    )


class ArrivalsSerializer(serializers.Serializer[Arrivals]):
    count = serializers.IntegerField(min_value=0, max_value=20, help_text="20 at most.")
    more = serializers.BooleanField(help_text="Whether there are more than these.")


class PostListQuerySerializer(PageQuerySerializer):
    author = serializers.CharField(
        default="", allow_blank=True, max_length=64, help_text="A handle; empty for your own posts."
    )


class NewPostSerializer(StrictSerializer):
    body = serializers.CharField(
        trim_whitespace=False,
        help_text="Markdown without HTML, of at most 20,000 characters. A line break is one; a"
        " picture becomes a link. In a paid post, a line with only `<!-- more -->` ends the part"
        " that everybody may read.",
    )
    warning = serializers.CharField(
        default="",
        allow_blank=True,
        help_text="What readers are warned of before they see the post, of at most 200 characters.",
    )
    visibility = serializers.ChoiceField(choices=VISIBILITIES)
    unlock_price = serializers.IntegerField(
        default=0, min_value=0, help_text="In minor units of the site's currency; paid posts only."
    )

    media_ids = serializers.ListField(
        child=serializers.CharField(max_length=26),
        default=list,
        max_length=PICTURES_MOST + FILES_MOST,
        help_text="Uploads of yours that are `ready`, in the order in which they are shown.",
    )

    def validate_media_ids(self, value: list[str]) -> tuple[str, ...]:
        return tuple(value)

    def validate_visibility(self, value: str) -> Visibility:
        return Visibility(value)


class UnlockSerializer(StrictSerializer):
    price = serializers.IntegerField(
        min_value=1, help_text="The `unlock_price` that you saw: only that one is ever paid."
    )
    version = serializers.IntegerField(
        min_value=1, help_text="The `version` that you saw: only that one is bought."
    )


class UnlockedSerializer(serializers.Serializer[Any]):
    price = serializers.IntegerField(help_text="What was paid, in minor units.")
    currency = serializers.CharField()
    available = serializers.IntegerField(help_text="What your wallet has left.")
    created_at = serializers.DateTimeField(help_text="UTC.")
