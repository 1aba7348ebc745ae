from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core import idempotency
from core.actor import actor_of
from newsfeed import services
from newsfeed.serializers.comments import (
    CommentPageSerializer,
    CommentSerializer,
    EditCommentSerializer,
    NewCommentSerializer,
    ThreadSerializer,
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
        summary="Comment on a post, or reply to a comment",
        description="403 `comments_locked` once its author closed the comments.",
        tags=["posts"],
        parameters=[idempotency.documented("comment", required=False)],
        request=NewCommentSerializer,
        responses={201: CommentSerializer},
    )
    def create(self, request: Request, post_id: str) -> Response:
        sent = NewCommentSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        comment = services.add_comment(
            author_sub=viewer_of(request),
            post_id=post_id,
            **sent.validated_data,
            actor=actor_of(request),
            idempotency_key=idempotency.key_of(request, required=False),
        )
        return Response(CommentSerializer(comment).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="comments_retrieve",
        summary="One comment or reply",
        tags=["posts"],
        responses=CommentSerializer,
    )
    def retrieve(self, request: Request, post_id: str, comment_id: str) -> Response:
        comment = services.find_comment(
            viewer_sub=viewer_of(request), post_id=post_id, comment_id=comment_id
        )
        return Response(CommentSerializer(comment).data)

    @extend_schema(
        operation_id="comments_replies",
        summary="The replies to a comment",
        description="Oldest first; given the id of a reply, from that one on.",
        tags=["posts"],
        parameters=[PageQuerySerializer],
        responses=ThreadSerializer,
    )
    def replies(self, request: Request, post_id: str, comment_id: str) -> Response:
        thread = services.list_replies(
            viewer_sub=viewer_of(request),
            post_id=post_id,
            comment_id=comment_id,
            cursor=cursor_of(request),
        )
        return Response(ThreadSerializer(thread).data)

    @extend_schema(
        operation_id="comments_partial_update",
        summary="Edit your comment",
        description="It says that it was edited, and when.",
        tags=["posts"],
        request=EditCommentSerializer,
        responses=CommentSerializer,
    )
    def partial_update(self, request: Request, post_id: str, comment_id: str) -> Response:
        sent = EditCommentSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        comment = services.edit_comment(
            user_sub=viewer_of(request),
            post_id=post_id,
            comment_id=comment_id,
            text=sent.validated_data["text"],
            actor=actor_of(request),
        )
        return Response(CommentSerializer(comment).data)

    @extend_schema(
        operation_id="comments_destroy",
        summary="Delete a comment",
        description="Your own, or one on your post. While it has replies, its place stays, without"
        " a text or a name.",
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
