from typing import Any

from rest_framework import serializers

from core.api import StrictSerializer
from newsfeed.items import CHOOSABLE, NotificationKind, NotificationView
from newsfeed.serializers.paging import PageSerializer
from newsfeed.serializers.people import PersonSerializer


class NotificationSerializer(serializers.Serializer[NotificationView]):
    notification_id = serializers.CharField(help_text="A 26-character ULID.")
    kind = serializers.ChoiceField(choices=[str(kind) for kind in NotificationKind])
    actor = PersonSerializer(allow_null=True, help_text="The latest; null if nobody did it.")
    actors = PersonSerializer(many=True, help_text="The latest two, the latest first.")
    others = serializers.IntegerField(min_value=0, help_text="How many people more.")
    count = serializers.IntegerField(min_value=1, help_text="How often it was done.")
    post_id = serializers.CharField(
        allow_blank=True, help_text="Empty when no post is meant, or it was deleted."
    )
    comment_id = serializers.CharField(
        allow_blank=True, help_text="The newest comment of the line; empty when none is meant."
    )
    amount = serializers.IntegerField(
        min_value=0, help_text="What sales earned you, in minor units of `currency`; else 0."
    )
    currency = serializers.CharField(allow_blank=True, help_text="ISO 4217; empty without amount.")
    created_at = serializers.DateTimeField(help_text="UTC.")
    unread = serializers.BooleanField()


class NotificationPageSerializer(PageSerializer):
    results = NotificationSerializer(many=True, source="items")


class ReadSerializer(StrictSerializer):
    upto = serializers.RegexField(
        r"^[0-9A-HJKMNP-TV-Z]{26}$",
        help_text="`notification_id` of the newest one that was shown; newer ones stay unread.",
    )


class NotificationKindsSerializer(StrictSerializer):
    """Which kinds are shown; those that are not sent stay as they are."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {str(kind): serializers.BooleanField(required=False) for kind in CHOOSABLE}
