from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from alerts import services
from alerts.answering import export_response, polled
from alerts.inbox_forms import wanted_of
from alerts.serializers import (
    AlertListSerializer,
    AlertQuerySerializer,
    AlertSerializer,
    ReadAllSerializer,
    UnreadSerializer,
)
from alerts.services.export import FileFormat
from core.actor import actor_of
from core.scopes import Area


class AlertViewSet(ViewSet):
    scope_area = Area.ALERTS
    not_for_keys = ("was_me",)  # a program cannot know

    @extend_schema(
        operation_id="alerts_list",
        summary="Your alerts",
        description="Newest first, 90 days. A page may be short, even empty, and still have a next"
        " one: each looks at 500 alerts at most for what you asked for.",
        tags=["alerts"],
        parameters=[AlertQuerySerializer],
        responses=AlertListSerializer,
    )
    def list(self, request: Request) -> Response:
        asked = AlertQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        found = services.list_alerts(
            user_sub=str(request.user.pk), after=data["after"], wanted=wanted_of(data)
        )
        return Response(AlertListSerializer(found).data)

    @extend_schema(
        operation_id="alerts_retrieve",
        summary="One alert",
        description="It stays unread until you mark it.",
        tags=["alerts"],
        responses=AlertSerializer,
    )
    def retrieve(self, request: Request, alert_id: str) -> Response:
        found = services.get_owned_alert(user_sub=str(request.user.pk), alert_id=alert_id)
        return Response(AlertSerializer(found).data)

    @extend_schema(
        operation_id="alerts_read",
        summary="Mark one alert as read",
        tags=["alerts"],
        request=None,
        responses={204: None},
    )
    def read(self, request: Request, alert_id: str) -> Response:
        services.mark_read(
            user_sub=str(request.user.pk), alert_id=alert_id, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="alerts_read_all",
        summary="Mark all alerts as read",
        description="Up to the `mark` of a list; what came after it stays unread.",
        tags=["alerts"],
        request=ReadAllSerializer,
        responses={204: None},
    )
    def read_all(self, request: Request) -> Response:
        sent = ReadAllSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        services.mark_all_read(
            user_sub=str(request.user.pk), **sent.validated_data, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="alerts_unread",
        summary="Mark one alert as unread",
        tags=["alerts"],
        request=None,
        responses={204: None},
    )
    def unread(self, request: Request, alert_id: str) -> Response:
        services.mark_unread(
            user_sub=str(request.user.pk), alert_id=alert_id, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="alerts_was_me",
        summary="Say that it was you",
        description="For alerts with `asks`. What to do when it was not you is on the alert's page:"
        " it signs everybody out, which a program is not asked to do.",
        tags=["alerts"],
        request=None,
        responses={204: None},
    )
    def was_me(self, request: Request, alert_id: str) -> Response:
        services.say_was_me(
            user_sub=str(request.user.pk), alert_id=alert_id, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="alerts_destroy",
        summary="Remove one alert",
        description="409 `alert_stays` for what is mandatory, as everything about security.",
        tags=["alerts"],
        responses={204: None},
    )
    def destroy(self, request: Request, alert_id: str) -> Response:
        services.delete_alert(
            user_sub=str(request.user.pk), alert_id=alert_id, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="alerts_export_csv",
        summary="All your alerts as a table",
        description="Texts that a spreadsheet would compute begin with an apostrophe.",
        tags=["alerts"],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def export_csv(self, request: Request) -> StreamingHttpResponse:
        return export_response(str(request.user.pk), FileFormat.CSV)

    @extend_schema(
        operation_id="alerts_export_ndjson",
        summary="All your alerts, one JSON object a line",
        tags=["alerts"],
        responses={(200, "application/x-ndjson"): OpenApiTypes.STR},
    )
    def export_ndjson(self, request: Request) -> StreamingHttpResponse:
        return export_response(str(request.user.pk), FileFormat.NDJSON)

    @extend_schema(
        operation_id="alerts_unread_count",
        summary="How many alerts are unread",
        description="To be asked again and again: send the `ETag` back as `If-None-Match`, and wait"
        " the seconds of `X-Poll-Interval` (a quarter of them while somebody looks at it). It does"
        " not keep a session alive.",
        tags=["alerts"],
        parameters=[
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
            OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200, 304]),
            OpenApiParameter("X-Poll-Interval", int, OpenApiParameter.HEADER, response=[200, 304]),
        ],
        responses={200: UnreadSerializer, 304: None},
    )
    def count(self, request: Request) -> HttpResponse:
        request._request.in_background = True  # type: ignore[attr-defined]
        found = services.unread(str(request.user.pk))
        return polled(request._request, Response(UnreadSerializer(found).data), tag=found.tag)
