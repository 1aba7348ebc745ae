from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from newsfeed import services
from newsfeed.serializers.notifications import NotificationPageSerializer, ReadSerializer
from newsfeed.serializers.paging import PageQuerySerializer
from newsfeed.viewsets.doors import FeedViewSet, cursor_of, viewer_of


class NotificationViewSet(FeedViewSet):
    @extend_schema(
        operation_id="notifications_list",
        summary="What people did about you",
        description="Follows, comments and unlocks, newest first.",
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
