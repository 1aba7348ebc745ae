from typing import Any

from rest_framework import serializers

from alerts.items import AlertKind, Answer, Category, Severity
from alerts.services.searching import MOST_TEXT
from core.api import StrictSerializer
from dynamo.cursor import MAX_LENGTH

ID_LENGTH = 26


class AlertQuerySerializer(StrictSerializer):
    after = serializers.CharField(
        default="",
        allow_blank=True,
        trim_whitespace=False,
        max_length=MAX_LENGTH,
        help_text="`next` of the page before; empty for the first one.",
    )

    category = serializers.ChoiceField(
        default="", allow_blank=True, choices=[str(category) for category in Category]
    )
    min_severity = serializers.ChoiceField(
        default="",
        allow_blank=True,
        choices=[str(int(severity)) for severity in Severity],
        help_text="At least this serious.",
    )
    unread = serializers.ChoiceField(
        default="", allow_blank=True, choices=["1"], help_text="1: only those."
    )
    q = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=MOST_TEXT,
        help_text="A part of the title, the sentence or a fact.",
    )


class FactSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Stable, as `ip` or `device`.")
    label = serializers.CharField()  # type: ignore[assignment]  # Serializer.label, unused here
    value = serializers.CharField()


class AlertSerializer(serializers.Serializer[Any]):
    alert_id = serializers.CharField(help_text="A 26-character ULID.")
    kind = serializers.ChoiceField(choices=[str(kind) for kind in AlertKind])
    category = serializers.ChoiceField(choices=[str(category) for category in Category])
    severity = serializers.IntegerField(min_value=0, max_value=100, help_text="100 is the worst.")
    title = serializers.CharField()
    sentence = serializers.CharField()
    facts = FactSerializer(many=True)
    n = serializers.IntegerField(min_value=1, help_text="How often it happened.")
    first_at = serializers.DateTimeField(help_text="UTC.")
    last_at = serializers.DateTimeField(help_text="UTC.")
    unread = serializers.BooleanField()
    asks = serializers.BooleanField(help_text="Its owner is asked whether it was them.")
    answer = serializers.ChoiceField(
        choices=[str(answer) for answer in Answer],
        allow_null=True,
        help_text="What its owner said; null also when it happened again since.",
    )


class AlertListSerializer(serializers.Serializer[Any]):
    results = AlertSerializer(source="items", many=True)
    next = serializers.CharField(
        source="next_cursor", allow_blank=True, help_text="Empty on the last page."
    )
    mark = serializers.CharField(
        allow_blank=True,
        help_text="Send it to read-all/ to mark what this list showed, and all older, as read."
        " Empty when only some were asked for.",
    )


class ReadAllSerializer(StrictSerializer):
    upto = serializers.CharField(max_length=ID_LENGTH, help_text="`mark` of the list you saw.")


class UnreadSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=0, max_value=30, help_text="30: that or more.")
