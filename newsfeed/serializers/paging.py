from typing import Any

from rest_framework import serializers

from core.api import StrictSerializer
from dynamo.cursor import MAX_LENGTH


class PageQuerySerializer(StrictSerializer):
    after = serializers.CharField(
        default="",
        allow_blank=True,
        trim_whitespace=False,
        max_length=MAX_LENGTH,
        help_text="`next` of the page before; empty for the first one.",
    )


class PageSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(
        source="next_cursor",
        allow_blank=True,
        help_text="The cursor of the next page; empty at the end. A page may be short and still"
        " have a next one.",
    )
