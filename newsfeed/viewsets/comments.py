from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import actor_of
from newsfeed import services
from newsfeed.serializers.comments import (
    CommentPageSerializer,
    CommentSerializer,
    NewCommentSerializer,
)
from newsfeed.serializers.paging import PageQuerySerializer
from newsfeed.viewsets.doors import FeedViewSet, cursor_of, viewer_of


class CommentViewSet(FeedViewSet):
    @extend_schema(
        operation_id="comments_list",
        summary="The comments on a post",
        description="403 `post_locked` while you see only the free part of a paid post.",
        tags=["posts"],
        parameters=[PageQuerySerializer],
        responses=CommentPageSerializer,
    )
    def list(self, request: Request, post_id: str) -> Response:
        found = services.list_comments(
            viewer_sub=viewer_of(request), post_id=post_id, cursor=cursor_of(request)
        )
        return Response(CommentPageSerializer(found).data)

    @extend_schema(
        operation_id="comments_create",
        summary="Comment on a post",
        tags=["posts"],
        request=NewCommentSerializer,
        responses={201: CommentSerializer},
    )
    def create(self, request: Request, post_id: str) -> Response:
        sent = NewCommentSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        comment = services.add_comment(
            author_sub=viewer_of(request),
            post_id=post_id,
            text=sent.validated_data["text"],
            actor=actor_of(request),
        )
        return Response(CommentSerializer(comment).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="comments_destroy",
        summary="Delete a comment",
        description="Your own, or one on your post.",
        tags=["posts"],
        responses={204: None},
    )
    def destroy(self, request: Request, post_id: str, comment_id: str) -> Response:
        services.delete_comment(
            user_sub=viewer_of(request),
            post_id=post_id,
            comment_id=comment_id,
            actor=actor_of(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
