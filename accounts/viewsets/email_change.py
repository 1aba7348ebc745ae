from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet
from typing_extensions import override

from accounts import services
from accounts.person import person_of
from accounts.serializers.account import AccountSerializer
from accounts.serializers.email_change import (
    EmailChangeSerializer,
    EmailProofSerializer,
    NewEmailSerializer,
)
from core.actor import actor_of
from core.errors import NotFound
from core.http import PROBLEM_TYPE
from core.openapi import ProblemSerializer
from core.stepup import StepUpRequired

NONE = OpenApiResponse(ProblemSerializer, "No change waits.")


class EmailChangeViewSet(ViewSet):
    """The change of address that waits for its code; an account has one at a time."""

    @override
    def get_permissions(self) -> Sequence[Any]:
        asks = self.action == "create"
        return [IsAuthenticated(), StepUpRequired()] if asks else [IsAuthenticated()]

    @extend_schema(
        operation_id="email_change_retrieve",
        summary="The change of address that waits",
        tags=["account"],
        responses={200: EmailChangeSerializer, (404, PROBLEM_TYPE): NONE},
    )
    def retrieve(self, request: Request) -> Response:
        change = services.find_email_change(person_of(request))
        if change is None:
            raise NotFound
        return Response(EmailChangeSerializer(change).data)

    @extend_schema(
        operation_id="email_change_create",
        summary="Ask to change the email address",
        description="Needs a recent confirmation that it is you. Sends a code to the new address"
        " and a notice to the present one; an older change that waits is replaced.",
        tags=["account"],
        request=NewEmailSerializer,
        responses={202: None},
    )
    def create(self, request: Request) -> Response:
        sent = NewEmailSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        services.start_email_change(
            user=person_of(request), actor=actor_of(request), **sent.validated_data
        )
        return Response(status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="email_change_destroy",
        summary="Keep the old address",
        tags=["account"],
        responses={204: None},
    )
    def destroy(self, request: Request) -> Response:
        services.cancel_email_change(user=person_of(request), actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="email_change_confirm",
        summary="Change the address with the mailed code",
        tags=["account"],
        request=EmailProofSerializer,
        responses=AccountSerializer,
    )
    def confirm(self, request: Request) -> Response:
        sent = EmailProofSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user = services.confirm_email_change(
            user=person_of(request), actor=actor_of(request), **sent.validated_data
        )
        return Response(AccountSerializer(user).data)

    @extend_schema(
        operation_id="email_change_resend",
        summary="Send another code",
        description="The code before it stops working. Without a change nothing is sent.",
        tags=["account"],
        request=None,
        responses={204: None},
    )
    def resend(self, request: Request) -> Response:
        services.resend_email_change_mail(user=person_of(request), actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
