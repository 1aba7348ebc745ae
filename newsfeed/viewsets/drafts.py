from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core import ids
from core.actor import actor_of
from newsfeed import services
from newsfeed.serializers.drafts import (
    ChangedDraftSerializer,
    DraftListSerializer,
    DraftSerializer,
    NewDraftSerializer,
    ScheduleSerializer,
)
from newsfeed.serializers.posts import PostSerializer
from newsfeed.viewsets.doors import FeedViewSet, viewer_of


class DraftViewSet(FeedViewSet):
    @extend_schema(
        operation_id="drafts_list",
        summary="Your drafts",
        description="The one that was changed last first; scheduled ones have a list of their own.",
        tags=["drafts"],
        responses=DraftListSerializer,
    )
    def list(self, request: Request) -> Response:
        found = services.list_drafts(author_sub=viewer_of(request))
        return Response(DraftListSerializer({"results": found}).data)

    @extend_schema(
        operation_id="drafts_create",
        summary="Keep a draft",
        description="At most 50 of one person, scheduled ones too: 409 `too_many_drafts`.",
        tags=["drafts"],
        request=NewDraftSerializer,
        responses={201: DraftSerializer},
    )
    def create(self, request: Request) -> Response:
        sent = NewDraftSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        draft = services.save_draft(
            author_sub=viewer_of(request),
            draft_id=ids.new_id(),
            version=0,
            text=sent.text(),
            actor=actor_of(request),
        )
        return Response(DraftSerializer(draft).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="drafts_retrieve",
        summary="One of your drafts",
        tags=["drafts"],
        responses=DraftSerializer,
    )
    def retrieve(self, request: Request, draft_id: str) -> Response:
        draft = services.find_draft(author_sub=viewer_of(request), draft_id=draft_id)
        return Response(DraftSerializer(draft).data)

    @extend_schema(
        operation_id="drafts_update",
        summary="Change a draft",
        description="All of it anew. 409 `draft_changed` when `version` is not the stored one,"
        " `draft_scheduled` while it waits for its time. Sent again, it changes nothing.",
        tags=["drafts"],
        request=ChangedDraftSerializer,
        responses=DraftSerializer,
    )
    def update(self, request: Request, draft_id: str) -> Response:
        sent = ChangedDraftSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        draft = services.save_draft(
            author_sub=viewer_of(request),
            draft_id=draft_id,
            version=sent.validated_data["version"],
            text=sent.text(),
            actor=actor_of(request),
        )
        return Response(DraftSerializer(draft).data)

    @extend_schema(
        operation_id="drafts_destroy",
        summary="Discard a draft",
        description="A scheduled one too.",
        tags=["drafts"],
        responses={204: None},
    )
    def destroy(self, request: Request, draft_id: str) -> Response:
        services.discard_draft(
            author_sub=viewer_of(request), draft_id=draft_id, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="drafts_publish",
        summary="Publish a draft now",
        description="A scheduled one too. It is a draft no more: sent again, it is not found.",
        tags=["drafts"],
        request=None,
        responses={201: PostSerializer},
    )
    def publish(self, request: Request, draft_id: str) -> Response:
        view = services.publish_draft(
            author_sub=viewer_of(request), draft_id=draft_id, actor=actor_of(request)
        )
        return Response(PostSerializer(view).data, status=status.HTTP_201_CREATED)


class ScheduledViewSet(FeedViewSet):
    @extend_schema(
        operation_id="scheduled_list",
        summary="Your scheduled posts",
        description="The next one first.",
        tags=["drafts"],
        responses=DraftListSerializer,
    )
    def list(self, request: Request) -> Response:
        found = services.list_scheduled(author_sub=viewer_of(request))
        return Response(DraftListSerializer({"results": found}).data)

    @extend_schema(
        operation_id="scheduled_update",
        summary="Schedule a draft, or choose another time",
        description="What could not be published now is refused now. What is no longer valid at"
        " its time goes back to the drafts with its `problem`, and you are notified.",
        tags=["drafts"],
        request=ScheduleSerializer,
        responses=DraftSerializer,
    )
    def update(self, request: Request, draft_id: str) -> Response:
        sent = ScheduleSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        draft = services.schedule_draft(
            author_sub=viewer_of(request),
            draft_id=draft_id,
            due=sent.validated_data["due"],
            actor=actor_of(request),
        )
        return Response(DraftSerializer(draft).data)

    @extend_schema(
        operation_id="scheduled_destroy",
        summary="Take a scheduled post back to your drafts",
        tags=["drafts"],
        responses={204: None},
    )
    def destroy(self, request: Request, draft_id: str) -> Response:
        services.cancel_scheduled(
            author_sub=viewer_of(request), draft_id=draft_id, actor=actor_of(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
