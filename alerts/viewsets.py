from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from alerts import services
from alerts.serializers import (
    AlertListSerializer,
    AlertQuerySerializer,
    AlertSerializer,
    PreferencesChangeSerializer,
    PreferencesSerializer,
    ReadAllSerializer,
    UnreadSerializer,
    shown,
)
from core.actor import actor_of
from core.scopes import Area


class AlertViewSet(ViewSet):
    scope_area = Area.ALERTS

    @extend_schema(
        operation_id="alerts_list",
        summary="Your alerts",
        description="Newest first, 90 days. A page may be short and still have a next one.",
        tags=["alerts"],
        parameters=[AlertQuerySerializer],
        responses=AlertListSerializer,
    )
    def list(self, request: Request) -> Response:
        asked = AlertQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        found = services.list_alerts(
            user_sub=str(request.user.pk), after=asked.validated_data["after"]
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
        operation_id="alerts_unread_count",
        summary="How many alerts are unread",
        tags=["alerts"],
        responses=UnreadSerializer,
    )
    def unread(self, request: Request) -> Response:
        return Response(UnreadSerializer({"count": services.badge(str(request.user.pk))}).data)


class PreferencesView(APIView):
    scope_area = Area.ALERTS

    @extend_schema(
        operation_id="alerts_preferences_retrieve",
        summary="Which alerts you get where",
        tags=["alerts"],
        responses=PreferencesSerializer,
    )
    def get(self, request: Request) -> Response:
        found = services.get_preferences(str(request.user.pk))
        return Response(PreferencesSerializer(shown(found)).data)

    @extend_schema(
        operation_id="alerts_preferences_update",
        summary="Choose which alerts you get where",
        description="All of it or nothing. 400 `alert_mandatory` names what cannot be turned off;"
        " 409 `alert_preferences_changed`.",
        tags=["alerts"],
        request=PreferencesChangeSerializer,
        responses=PreferencesSerializer,
    )
    def patch(self, request: Request) -> Response:
        sent = PreferencesChangeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        changed = services.change_preferences(
            user_sub=str(request.user.pk), **sent.validated_data, actor=actor_of(request)
        )
        return Response(PreferencesSerializer(shown(changed)).data)
