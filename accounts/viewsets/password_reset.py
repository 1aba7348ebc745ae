from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from accounts import services
from accounts.serializers.password_reset import AskResetSerializer, ConfirmResetSerializer
from core.actor import actor_of
from core.api import CsrfProtected


class PasswordResetViewSet(ViewSet):
    """One answer, whether or not the address has an account."""

    permission_classes = [AllowAny, CsrfProtected]

    @extend_schema(
        operation_id="password_resets_create",
        summary="Ask for a link to set a new password",
        description="Sends one mail, whether or not the address has an account.",
        tags=["password"],
        request=AskResetSerializer,
        responses={202: None},
    )
    def create(self, request: Request) -> Response:
        sent = AskResetSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        services.ask_password_reset(**sent.validated_data, actor=actor_of(request))
        return Response(status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="password_resets_confirm",
        summary="Set a new password with the link's token",
        description="Ends every session of the account and signs nobody in. One answer,"
        " `reset_link_invalid`, for an unknown, used, expired or outdated token.",
        tags=["password"],
        request=ConfirmResetSerializer,
        responses={204: None},
    )
    def confirm(self, request: Request) -> Response:
        sent = ConfirmResetSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        services.confirm_password_reset(**sent.validated_data, actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
