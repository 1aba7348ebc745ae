from typing import Any

from rest_framework import serializers

from core.api import StrictSerializer
from newsfeed.items import Draft, DraftText
from newsfeed.serializers.posts import VISIBILITIES

ID = r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$"


class DraftSerializer(serializers.Serializer[Draft]):
    """As it was typed: it is checked when it is published or scheduled."""

    draft_id = serializers.CharField(help_text="A 26-character ULID.")
    version = serializers.IntegerField(min_value=1, help_text="Name it when you change the draft.")
    updated_at = serializers.DateTimeField(help_text="UTC.")
    body = serializers.CharField(source="text.body", allow_blank=True)
    warning = serializers.CharField(source="text.warning", allow_blank=True)
    visibility = serializers.ChoiceField(
        source="text.visibility", choices=VISIBILITIES, allow_blank=True
    )
    price = serializers.CharField(
        source="text.price", allow_blank=True, help_text="As typed, in the site's currency."
    )
    media_ids = serializers.ListField(source="text.media_ids", child=serializers.CharField())
    due = serializers.DateTimeField(
        allow_null=True, help_text="When it is published by itself. Null unless it is scheduled."
    )
    problem = serializers.CharField(
        allow_blank=True, help_text="Why it was not published at its time, if it was not."
    )


class DraftListSerializer(serializers.Serializer[Any]):
    results = DraftSerializer(many=True)


class NewDraftSerializer(StrictSerializer):
    body = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)
    warning = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)
    visibility = serializers.ChoiceField(choices=VISIBILITIES, default="", allow_blank=True)
    price = serializers.CharField(
        default="", allow_blank=True, help_text="As people write it: `4.50`."
    )
    media_ids = serializers.ListField(child=serializers.RegexField(ID), default=list)

    def text(self) -> DraftText:
        typed = {name: self.validated_data[name] for name in ("body", "warning", "price")}
        return DraftText(
            **typed,
            visibility=str(self.validated_data["visibility"]),
            media_ids=tuple(self.validated_data["media_ids"]),
        )


class ChangedDraftSerializer(NewDraftSerializer):
    version = serializers.IntegerField(
        min_value=0, help_text="The one that you changed; 0 makes a new draft under this id."
    )


class ScheduleSerializer(StrictSerializer):
    due = serializers.DateTimeField(
        help_text="When to publish it, with an offset: from a minute to a year from now."
    )
