"""What becomes of a post: its history, deleted ones, what is pinned, the lock of its comments."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import actor_of
from core.http import PROBLEM_TYPE
from newsfeed import services
from newsfeed.serializers.lives import DeletedPageSerializer, RevisionPageSerializer
from newsfeed.serializers.paging import PageQuerySerializer
from newsfeed.serializers.posts import PostListQuerySerializer, PostPageSerializer
from newsfeed.viewsets.doors import NOBODY, FeedViewSet, cursor_of, listed_of, viewer_of


class DeletedViewSet(FeedViewSet):
    @extend_schema(
        operation_id="deleted_list",
        summary="The posts that you deleted",
        description="The latest first, for 30 days; longer while people who unlocked it read it.",
        tags=["posts"],
        parameters=[PageQuerySerializer],
        responses=DeletedPageSerializer,
    )
    def list(self, request: Request) -> Response:
        found = services.list_deleted(author_sub=viewer_of(request), cursor=cursor_of(request))
        return Response(DeletedPageSerializer(found).data)

    @extend_schema(
        operation_id="deleted_restore",
        summary="Bring a deleted post back",
        tags=["posts"],
        request=None,
        responses={204: None},
    )
    def restore(self, request: Request, deleted_id: str) -> Response:
        services.restore_post(
            author_sub=viewer_of(request), post_id=deleted_id, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="deleted_destroy",
        summary="Remove a deleted post for good",
        description="409 `post_is_sold` while somebody holds an unlock of it.",
        tags=["posts"],
        responses={204: None},
    )
    def destroy(self, request: Request, deleted_id: str) -> Response:
        services.purge_post(
            author_sub=viewer_of(request), post_id=deleted_id, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class LifeViewSet(FeedViewSet):
    @extend_schema(
        operation_id="posts_history",
        summary="What a post was before",
        description="For who may read it to the end, newest first. 403 `post_locked`.",
        tags=["posts"],
        parameters=[PageQuerySerializer],
        responses=RevisionPageSerializer,
    )
    def history(self, request: Request, post_id: str) -> Response:
        found = services.list_revisions(
            viewer_sub=viewer_of(request), post_id=post_id, cursor=cursor_of(request)
        )
        return Response(RevisionPageSerializer(found).data)

    @extend_schema(
        operation_id="pinned_list",
        summary="The post that a profile begins with",
        description="One or none, as far as you may see it.",
        tags=["posts"],
        parameters=[PostListQuerySerializer],
        responses={200: PostPageSerializer, (404, PROBLEM_TYPE): NOBODY},
    )
    def pinned(self, request: Request) -> Response:
        author, _after = listed_of(request)
        found = services.find_pinned(viewer_sub=viewer_of(request), author_sub=author)
        page = {"items": [found] if found else [], "next_cursor": ""}
        return Response(PostPageSerializer(page).data)

    @extend_schema(
        operation_id="posts_pin",
        summary="Begin your profile with a post of yours",
        description="In place of the one before.",
        tags=["posts"],
        request=None,
        responses={204: None},
    )
    def pin(self, request: Request, post_id: str) -> Response:
        services.pin_post(author_sub=viewer_of(request), post_id=post_id, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="posts_unpin",
        summary="Take your pinned post down",
        tags=["posts"],
        responses={204: None},
    )
    def unpin(self, request: Request, post_id: str) -> Response:
        services.unpin_post(author_sub=viewer_of(request), post_id=post_id, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="posts_lock_comments",
        summary="Let nobody comment on your post any more",
        description="What is there stays.",
        tags=["posts"],
        request=None,
        responses={204: None},
    )
    def lock(self, request: Request, post_id: str) -> Response:
        return _lock(request, post_id, locked=True)

    @extend_schema(
        operation_id="posts_unlock_comments",
        summary="Let people comment on your post again",
        tags=["posts"],
        responses={204: None},
    )
    def unlock(self, request: Request, post_id: str) -> Response:
        return _lock(request, post_id, locked=False)


def _lock(request: Request, post_id: str, *, locked: bool) -> Response:
    services.lock_comments(
        author_sub=viewer_of(request), post_id=post_id, locked=locked, actor=actor_of(request)
    )
    return Response(status=status.HTTP_204_NO_CONTENT)
