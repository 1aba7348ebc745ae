from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import actor_of
from newsfeed import services
from newsfeed.serializers.reactions import ReactSerializer
from newsfeed.viewsets.doors import FeedViewSet, viewer_of


class ReactionViewSet(FeedViewSet):
    @extend_schema(
        operation_id="reaction_update",
        summary="React to a post",
        description="Instead of your earlier reaction; doing it again changes nothing. The counts"
        " are in the post.",
        tags=["posts"],
        request=ReactSerializer,
        responses={204: None},
    )
    def update(self, request: Request, post_id: str) -> Response:
        sent = ReactSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        services.react(
            user_sub=viewer_of(request),
            post_id=post_id,
            kind=sent.validated_data["kind"],
            actor=actor_of(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="reaction_destroy",
        summary="Take your reaction back",
        tags=["posts"],
        responses={204: None},
    )
    def destroy(self, request: Request, post_id: str) -> Response:
        services.unreact(user_sub=viewer_of(request), post_id=post_id, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
