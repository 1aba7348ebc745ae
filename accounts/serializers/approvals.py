from typing import Any

from rest_framework import serializers

from accounts.items import ApprovalState
from accounts.services.approvals import REASON_LENGTH
from core.api import StrictSerializer
from dynamo.cursor import MAX_LENGTH
from users import emails

REASON = "Why; at most 500 characters. Staff see it."


class ReasonSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=REASON_LENGTH, help_text=REASON)


class MfaResetRequestSerializer(ReasonSerializer):
    account = serializers.CharField(
        max_length=emails.MAX_LENGTH, help_text="The email address, the handle or the user_sub."
    )


class ApprovalQuerySerializer(StrictSerializer):
    after = serializers.CharField(
        default="",
        allow_blank=True,
        trim_whitespace=False,
        max_length=MAX_LENGTH,
        help_text="`next` of the page before; empty for the first one.",
    )
    show = serializers.ChoiceField(
        choices=["open", "all"], default="open", help_text="Only what waits, or everything."
    )


class ApprovalSerializer(serializers.Serializer[Any]):
    approval_id = serializers.CharField(source="approval.approval_id")
    kind = serializers.CharField(source="approval.kind")
    state = serializers.ChoiceField(choices=[str(state) for state in ApprovalState])
    subject = serializers.CharField(source="approval.subject", help_text="Whom it is about.")
    details = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2),
        help_text="What else it is about: name and value.",
    )
    reason = serializers.CharField(source="approval.reason")
    requester = serializers.CharField(source="approval.requester")
    asked_at = serializers.DateTimeField(source="approval.asked_at", help_text="UTC.")
    open_until = serializers.DateTimeField(source="approval.open_until", help_text="UTC.")
    decided_by = serializers.CharField(source="approval.decided_by", allow_blank=True)
    decided_at = serializers.DateTimeField(
        source="approval.decided_at", allow_null=True, help_text="UTC."
    )
    decision_reason = serializers.CharField(source="approval.decision_reason", allow_blank=True)
    breaks_glass = serializers.BooleanField(
        source="approval.breaks_glass", help_text="Whether one person did it alone."
    )
    may_decide = serializers.BooleanField(help_text="Whether you may decide it.")


class ApprovalListSerializer(serializers.Serializer[Any]):
    results = ApprovalSerializer(many=True)
    next = serializers.CharField(
        allow_blank=True, help_text="The cursor of the next page; empty at the end."
    )
