from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import StrictSerializer
from newsfeed.items import Attachment, CardMedia, Media, MediaKind, MediaState, Variant

KINDS = [str(kind) for kind in MediaKind]
STATES = [str(state) for state in MediaState]
VARIANTS = [str(variant) for variant in Variant]


class AttachmentSerializer(serializers.Serializer[Attachment | CardMedia]):
    """A picture or file of a post. Its bytes are at `/api/v1/media/{media_id}/{variant}/`:
    `full` and `small` of what you may read, `preview` (blurred) of what you may unlock."""

    media_id = serializers.CharField(help_text="A 26-character ULID.")
    kind = serializers.ChoiceField(choices=KINDS)
    width = serializers.IntegerField(min_value=0, help_text="Of a picture, in pixels; else 0.")
    height = serializers.IntegerField(min_value=0)
    alt = serializers.CharField(allow_blank=True, help_text="What it shows; empty while locked.")
    name = serializers.CharField(allow_blank=True, help_text="Empty while locked.")


class MediaSerializer(serializers.Serializer[Media]):
    media_id = serializers.CharField(help_text="A 26-character ULID.")
    kind = serializers.ChoiceField(choices=KINDS)
    state = serializers.ChoiceField(
        choices=STATES,
        help_text="`pending` until a picture is written anew; only `ready` ones can be in a post.",
    )
    reason = serializers.CharField(allow_blank=True, help_text="Why it was refused.")
    content_type = serializers.CharField(help_text="By its content, whatever was sent.")
    name = serializers.CharField(help_text="What a download of it is called.")
    alt = serializers.CharField(allow_blank=True, help_text="What it shows, in words.")
    size = serializers.IntegerField(min_value=1, help_text="Bytes of the file that came.")
    width = serializers.IntegerField(min_value=0, help_text="Of a picture that is ready.")
    height = serializers.IntegerField(min_value=0)
    post_id = serializers.SerializerMethodField(
        help_text="The post or draft that holds it; null for none, and then it goes after a day."
    )

    @extend_schema_field({"type": ["string", "null"]})
    def get_post_id(self, media: Media) -> str | None:
        return media.post_id or None


class MediaUploadSerializer(serializers.Serializer[Any]):
    # Not an ImageField: that would decode a stranger's file in this very process.
    file = serializers.FileField(
        help_text="A JPEG, PNG, WebP or GIF picture of at most 10 MB and 40 megapixels, or a PDF,"
        " text, ZIP or EPUB file of at most 25 MB."
    )
    alt = serializers.CharField(default="", allow_blank=True, help_text="What it shows, in words.")


class MediaChangeSerializer(StrictSerializer):
    alt = serializers.CharField(allow_blank=True, help_text="What it shows, in words.")
