from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import actor_of
from newsfeed import services
from newsfeed.items import NotificationKind
from newsfeed.serializers.notifications import (
    NotificationKindsSerializer,
    NotificationPageSerializer,
    ReadSerializer,
)
from newsfeed.serializers.paging import PageQuerySerializer
from newsfeed.viewsets.doors import FeedViewSet, cursor_of, viewer_of


class NotificationViewSet(FeedViewSet):
    @extend_schema(
        operation_id="notifications_list",
        summary="What people did about you",
        description="Newest first; the same thing done by several people within twelve hours is"
        " one line. People whom you blocked or muted are in none.",
        tags=["feed"],
        parameters=[PageQuerySerializer],
        responses=NotificationPageSerializer,
    )
    def list(self, request: Request) -> Response:
        found = services.list_notifications(user_sub=viewer_of(request), cursor=cursor_of(request))
        return Response(NotificationPageSerializer(found).data)

    @extend_schema(
        operation_id="notifications_read",
        summary="Mark notifications as read",
        tags=["feed"],
        request=ReadSerializer,
        responses={204: None},
    )
    def mark_read(self, request: Request) -> Response:
        sent = ReadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        services.mark_notifications_read(
            user_sub=viewer_of(request), upto=sent.validated_data["upto"]
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="notifications_preferences",
        summary="Which kinds of notifications you are shown",
        tags=["feed"],
        responses=NotificationKindsSerializer,
    )
    def choices(self, request: Request) -> Response:
        return Response(services.notification_choices(viewer_of(request)))

    @extend_schema(
        operation_id="notifications_preferences_update",
        summary="Choose which kinds you are shown",
        description="Also of what happened before. What is not sent stays as it is.",
        tags=["feed"],
        request=NotificationKindsSerializer,
        responses=NotificationKindsSerializer,
    )
    def choose(self, request: Request) -> Response:
        sent = NotificationKindsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        services.choose_notifications(
            user_sub=viewer_of(request),
            choices={NotificationKind(name): on for name, on in sent.validated_data.items()},
            actor=actor_of(request),
        )
        return self.choices(request)
