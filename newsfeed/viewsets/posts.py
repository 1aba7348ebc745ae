from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core import idempotency
from core.actor import actor_of
from core.http import PROBLEM_TYPE
from newsfeed import services
from newsfeed.items import Written
from newsfeed.serializers.lives import EditedPostSerializer
from newsfeed.serializers.posts import (
    NewPostSerializer,
    PostListQuerySerializer,
    PostPageSerializer,
    PostSerializer,
    UnlockedSerializer,
    UnlockSerializer,
)
from newsfeed.viewsets.doors import NOBODY, FeedViewSet, listed_of, viewer_of


class PostViewSet(FeedViewSet):
    not_for_keys = ("unlock",)

    @extend_schema(
        operation_id="posts_list",
        summary="The posts of one person",
        description="What you may see of them, newest first.",
        tags=["posts"],
        parameters=[PostListQuerySerializer],
        responses={200: PostPageSerializer, (404, PROBLEM_TYPE): NOBODY},
    )
    def list(self, request: Request) -> Response:
        author, after = listed_of(request)
        found = services.list_posts_of(
            viewer_sub=viewer_of(request), author_sub=author, cursor=after
        )
        return Response(PostPageSerializer(found).data)

    @extend_schema(
        operation_id="posts_create",
        summary="Publish a post",
        description="503 `billing_not_configured` for a paid post where payments are off. The same"
        " `Idempotency-Key` within a day is the post that is there.",
        tags=["posts"],
        parameters=[idempotency.documented("post", required=False)],
        request=NewPostSerializer,
        responses={201: PostSerializer},
    )
    def create(self, request: Request) -> Response:
        sent = NewPostSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        view = services.publish_post(
            author_sub=viewer_of(request),
            actor=actor_of(request),
            idempotency_key=idempotency.key_of(request, required=False),
            written=Written(**sent.validated_data),
        )
        return Response(PostSerializer(view).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="posts_retrieve",
        summary="Read a post",
        description="The whole text, or the free part of a paid post that you did not unlock.",
        tags=["posts"],
        responses=PostSerializer,
    )
    def retrieve(self, request: Request, post_id: str) -> Response:
        view = services.read_post(viewer_sub=viewer_of(request), post_id=post_id)
        return Response(PostSerializer(view).data)

    @extend_schema(
        operation_id="posts_update",
        summary="Edit your post",
        description="All of it anew; what it was before is in its history. 409 `post_changed` when"
        " `version` is not the stored one.",
        tags=["posts"],
        request=EditedPostSerializer,
        responses=PostSerializer,
    )
    def update(self, request: Request, post_id: str) -> Response:
        sent = EditedPostSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        typed = dict(sent.validated_data)
        view = services.edit_post(
            author_sub=viewer_of(request),
            post_id=post_id,
            version=typed.pop("version"),
            written=Written(**typed),
            actor=actor_of(request),
        )
        return Response(PostSerializer(view).data)

    @extend_schema(
        operation_id="posts_destroy",
        summary="Delete your post",
        description="You can bring it back for 30 days. Who unlocked it goes on reading it.",
        tags=["posts"],
        responses={204: None},
    )
    def destroy(self, request: Request, post_id: str) -> Response:
        services.delete_post(
            author_sub=viewer_of(request), post_id=post_id, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="posts_unlock",
        summary="Unlock a post from your wallet",
        description="Charged once, however often it is sent. 409 `price_changed` (with the"
        " `price` and `currency` of now), `offer_changed`, `already_unlocked` or"
        " `insufficient_funds` charge nothing. API keys cannot do this.",
        tags=["posts"],
        request=UnlockSerializer,
        responses={201: UnlockedSerializer},
    )
    def unlock(self, request: Request, post_id: str) -> Response:
        sent = UnlockSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        receipt = services.unlock_post(
            buyer_sub=viewer_of(request),
            post_id=post_id,
            **sent.validated_data,
            actor=actor_of(request),
        )
        return Response(UnlockedSerializer(receipt).data, status=status.HTTP_201_CREATED)
