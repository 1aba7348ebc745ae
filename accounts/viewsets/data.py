from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet
from typing_extensions import override

from accounts.downloads import download
from accounts.person import person_of
from accounts.serializers.data import (
    DeletionAskSerializer,
    DeletionSerializer,
    ExportListSerializer,
    ExportSerializer,
)
from accounts.services import deletion, exports
from core.actor import actor_of
from core.stepup import StepUpRequired
from sessions.current import session_of
from users import services as users


class ExportViewSet(ViewSet):
    """A person's copies of everything that is held of them."""

    @override
    def get_permissions(self) -> Sequence[Any]:
        free = self.action == "list"
        return [IsAuthenticated()] if free else [IsAuthenticated(), StepUpRequired()]

    @extend_schema(
        operation_id="exports_list",
        summary="Data exports",
        description="The newest first; those that expired are not listed.",
        tags=["account"],
        responses=ExportListSerializer,
    )
    def list(self, request: Request) -> Response:
        found = exports.list_exports(person_of(request).user_sub)
        return Response(ExportListSerializer({"results": found}).data)

    @extend_schema(
        operation_id="exports_create",
        summary="Ask for a data export",
        description="Needs a recent confirmation that it is you. One at a time, three a day; a"
        " mail says when it can be downloaded, which works for seven days.",
        tags=["account"],
        request=None,
        responses={202: ExportSerializer},
    )
    def create(self, request: Request) -> Response:
        export = exports.start_export(user=person_of(request), actor=actor_of(request))
        return Response(ExportSerializer(export).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="exports_download",
        summary="Download a data export",
        description="Needs a recent confirmation that it is you. 404 until it is ready.",
        tags=["account"],
        responses={
            (200, "application/json"): OpenApiResponse(
                OpenApiTypes.OBJECT, description="`about`, and `data` by app and section."
            )
        },
    )
    def download(self, request: Request, export_id: str) -> HttpResponse:
        file = exports.open_export(
            user=person_of(request), export_id=export_id, actor=actor_of(request)
        )
        return download(file)


class DeletionViewSet(ViewSet):
    """The deletion of the account, which can be taken back for 30 days."""

    @override
    def get_permissions(self) -> Sequence[Any]:
        asks = self.action == "create"
        return [IsAuthenticated(), StepUpRequired()] if asks else [IsAuthenticated()]

    @extend_schema(
        operation_id="deletion_retrieve",
        summary="When the account is erased, if it is",
        tags=["account"],
        responses=DeletionSerializer,
    )
    def retrieve(self, request: Request) -> Response:
        return Response(DeletionSerializer(person_of(request)).data)

    @extend_schema(
        operation_id="deletion_create",
        summary="Delete the account in 30 days",
        description="Needs a recent confirmation that it is you. Ends every other session.",
        tags=["account"],
        request=DeletionAskSerializer,
        responses={202: DeletionSerializer},
    )
    def create(self, request: Request) -> Response:
        sent = DeletionAskSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        deletion.ask_deletion(
            user=person_of(request),
            email=sent.validated_data["email"],
            request_session=session_of(request._request),
            actor=actor_of(request),
        )
        user = users.get_user(person_of(request).user_sub)
        return Response(DeletionSerializer(user).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="deletion_destroy",
        summary="Keep the account",
        tags=["account"],
        responses={204: None},
    )
    def destroy(self, request: Request) -> Response:
        deletion.cancel_deletion(user=person_of(request), actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
