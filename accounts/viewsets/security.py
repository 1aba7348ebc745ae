from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.serializers.security import (
    ConfirmSerializer,
    HistoryQuerySerializer,
    HistorySerializer,
    PasswordSerializer,
)
from accounts.serializers.sign_in import SendCodeSerializer
from core.actor import actor_of
from core.errors import Invalid
from core.scopes import Area
from sessions.current import session_of
from users import services as users


class ConfirmView(APIView):
    @extend_schema(
        operation_id="account_confirm",
        summary="Confirm that it is you",
        description="What answers `reauthentication_required` works for five minutes after this."
        " The session gets a new key. An account with a second factor sends `code` (and `method`,"
        " `device_id`) instead of the password.",
        tags=["account"],
        request=ConfirmSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        sent = ConfirmSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        user, data = users.get_user(str(request.user.pk)), sent.validated_data
        _check_present(data, ["code"] if user.factors else ["password"])
        services.confirm_person(
            user=user,
            password=data.get("password", ""),
            **sent.choice(),
            code=data.get("code", ""),
            session=session_of(request._request),
            actor=actor_of(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConfirmCodeView(APIView):
    @extend_schema(
        operation_id="account_confirm_send",
        summary="Send a code for confirming that it is you",
        description="Only where the strongest factor of the account gets its codes sent.",
        tags=["account"],
        request=SendCodeSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        sent = SendCodeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        services.send_confirm_code(
            user=users.get_user(str(request.user.pk)),
            **sent.choice(),
            session=session_of(request._request),
            actor=actor_of(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordView(APIView):
    @extend_schema(
        operation_id="account_password_update",
        summary="Change the password",
        description="The session gets a new key; every other one ends unless `end_others` is"
        " false.",
        tags=["account"],
        request=PasswordSerializer,
        responses={204: None},
    )
    def put(self, request: Request) -> Response:
        sent = PasswordSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        services.change_password(
            user=users.get_user(str(request.user.pk)),
            **sent.validated_data,
            session=session_of(request._request),
            actor=actor_of(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class SignInHistoryView(APIView):
    scope_area = Area.SESSIONS

    @extend_schema(
        operation_id="account_sign_ins_list",
        summary="The sign-in history",
        description="Newest first, 90 days. A page may be short and still have a next one.",
        tags=["account"],
        parameters=[HistoryQuerySerializer],
        responses=HistorySerializer,
    )
    def get(self, request: Request) -> Response:
        asked = HistoryQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        records, following = services.list_sign_ins(
            user_sub=str(request.user.pk), after=asked.validated_data["after"]
        )
        return Response(HistorySerializer({"results": records, "next": following}).data)


def _check_present(data: dict[str, Any], needed: list[str]) -> None:
    missing = {name: [_("This field is required.")] for name in needed if not data.get(name)}
    if missing:
        raise Invalid(errors=missing)
