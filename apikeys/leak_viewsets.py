"""The door of whoever found a key: no account, no session, no CSRF token; the text is the proof."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apikeys import services
from core.api import JSONParser, StrictSerializer
from core.client_ip import client_ip


class ReportParser(JSONParser):
    max_bytes = 64 * 1024


class LeakReportSerializer(StrictSerializer):
    keys = serializers.ListField(
        child=serializers.CharField(max_length=services.LONGEST_TEXT, allow_blank=True),
        allow_empty=False,
        max_length=services.MOST_TEXTS,
        help_text="Whole keys, as they were found.",
    )


class AcceptedSerializer(serializers.Serializer[Any]):
    """Nothing: the answer is the same, whatever was reported."""


class LeakViewSet(ViewSet):
    authentication_classes: list[type[BaseAuthentication]] = []  # a key or session counts nothing
    permission_classes = [AllowAny]
    parser_classes = [ReportParser]

    @extend_schema(
        operation_id="api_key_leaks_create",
        summary="Report keys that became public",
        description="For anybody who found some, without signing in. Keys that work are revoked at"
        " once and for good, and their owners are told. The answer does not say which were keys.",
        tags=["api-keys"],
        request=LeakReportSerializer,
        responses={202: AcceptedSerializer},
    )
    def create(self, request: Request) -> Response:
        sent = LeakReportSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        services.report_leaked_keys(sent.validated_data["keys"], ip=client_ip(request._request))
        return Response({}, status=status.HTTP_202_ACCEPTED)
