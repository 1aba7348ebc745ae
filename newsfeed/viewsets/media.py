from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from typing_extensions import override

from core.actor import actor_of
from core.scopes import Area
from newsfeed import media_responses
from newsfeed.serializers.media import (
    VARIANTS,
    MediaChangeSerializer,
    MediaSerializer,
    MediaUploadSerializer,
)
from newsfeed.services import media, serving
from newsfeed.viewsets.doors import FeedViewSet, viewer_of


class MediaUploadView(APIView):
    scope_area = Area.FEED
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="media_create",
        summary="Upload a picture or file",
        description="For a post to come: name its `media_id` there within a day. A picture is"
        " `pending` for some seconds.",
        tags=["media"],
        request={"multipart/form-data": MediaUploadSerializer},
        responses={201: MediaSerializer},
    )
    def post(self, request: Request) -> Response:
        sent = MediaUploadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        file = sent.validated_data["file"]
        found = media.upload(
            author_sub=viewer_of(request),
            file=file,
            name=file.name,
            alt=sent.validated_data["alt"],
            actor=actor_of(request),
        )
        return Response(MediaSerializer(found).data, status=status.HTTP_201_CREATED)


class MediaViewSet(FeedViewSet):
    @extend_schema(
        operation_id="media_retrieve",
        summary="One of your uploads",
        tags=["media"],
        responses=MediaSerializer,
    )
    def retrieve(self, request: Request, media_id: str) -> Response:
        found = media.find_own(user_sub=viewer_of(request), media_id=media_id)
        return Response(MediaSerializer(found).data)

    @extend_schema(
        operation_id="media_update",
        summary="Say what a picture shows",
        description="The post that holds it says so too.",
        tags=["media"],
        request=MediaChangeSerializer,
        responses=MediaSerializer,
    )
    def partial_update(self, request: Request, media_id: str) -> Response:
        sent = MediaChangeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        found = media.describe(
            user_sub=viewer_of(request),
            media_id=media_id,
            alt=sent.validated_data["alt"],
            actor=actor_of(request),
        )
        return Response(MediaSerializer(found).data)

    @extend_schema(
        operation_id="media_destroy",
        summary="Delete an upload",
        description="409 `media_in_use` while a post holds it.",
        tags=["media"],
        responses={204: None},
    )
    def destroy(self, request: Request, media_id: str) -> Response:
        media.delete(user_sub=viewer_of(request), media_id=media_id, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class _WhateverIsAccepted(DefaultContentNegotiation):
    """A file has the type it has; only its errors are JSON."""

    @override
    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class MediaFileView(APIView):
    scope_area = Area.FEED
    content_negotiation_class = _WhateverIsAccepted

    @extend_schema(
        operation_id="media_file_retrieve",
        summary="The bytes of a picture or file",
        description="`preview` of what you may unlock, all of what you may read; 404 for"
        " everything else. May be a redirect to an address that is good for a minute. Downloads"
        " answer `Range`.",
        tags=["media"],
        parameters=[OpenApiParameter("variant", str, OpenApiParameter.PATH, enum=VARIANTS)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, media_id: str, variant: str) -> HttpResponseBase:
        viewer = viewer_of(request)
        served = serving.find_served(viewer_sub=viewer, media_id=media_id, variant=variant)
        return media_responses.answer(request._request, served)
