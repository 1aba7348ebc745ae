from rest_framework import serializers

from core.api import StrictSerializer
from newsfeed.items import NotificationKind, NotificationView
from newsfeed.serializers.paging import PageSerializer
from newsfeed.serializers.people import PersonSerializer


class NotificationSerializer(serializers.Serializer[NotificationView]):
    notification_id = serializers.CharField(help_text="A 26-character ULID.")
    kind = serializers.ChoiceField(choices=[str(kind) for kind in NotificationKind])
    actor = PersonSerializer(allow_null=True, help_text="Null once that account is gone.")
    post_id = serializers.CharField(allow_blank=True, help_text="Empty when no post is meant.")
    created_at = serializers.DateTimeField(help_text="UTC.")
    unread = serializers.BooleanField()


class NotificationPageSerializer(PageSerializer):
    results = NotificationSerializer(many=True, source="items")


class ReadSerializer(StrictSerializer):
    upto = serializers.RegexField(
        r"^[0-9A-HJKMNP-TV-Z]{26}$",
        help_text="`notification_id` of the newest one that was shown; newer ones stay unread.",
    )
