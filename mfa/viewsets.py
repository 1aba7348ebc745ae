from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet
from typing_extensions import override

from core.actor import actor_of
from core.stepup import StepUpRequired
from mfa import services
from mfa.doors import confirm, end_others, factor, person
from mfa.serializers import (
    CodeSerializer,
    DeviceSerializer,
    EmailSerializer,
    EndOthersSerializer,
    MfaSerializer,
    RecoveryCodesSerializer,
    RemoveQuerySerializer,
    RenameSerializer,
    SmsSerializer,
    TotpSerializer,
    TotpSetupSerializer,
)
from sessions.errors import SessionsChanging


class MfaViewSet(ViewSet):
    """Second factors. Everything but looking needs a fresh proof of who it is; keys never do."""

    @override
    def get_permissions(self) -> Sequence[Any]:
        return (
            [IsAuthenticated()] if self.action == "list" else [IsAuthenticated(), StepUpRequired()]
        )

    @extend_schema(
        operation_id="mfa_retrieve",
        summary="What two-step sign-in has turned on",
        tags=["mfa"],
        responses=MfaSerializer,
    )
    def list(self, request: Request) -> Response:
        return Response(MfaSerializer(services.overview(person(request._request))).data)

    @extend_schema(
        operation_id="mfa_totp_create",
        summary="Set up an authenticator app",
        description="It counts once one of its codes was confirmed, within an hour.",
        tags=["mfa"],
        request=TotpSerializer,
        responses={201: TotpSetupSerializer},
    )
    def create_totp(self, request: Request) -> Response:
        data = _sent(TotpSerializer, request)
        setup = services.start_totp(user=person(request._request), **data, actor=actor_of(request))
        return Response(TotpSetupSerializer(setup).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="mfa_sms_create",
        summary="Set up a phone number",
        description="Sends a code to it. It counts once that was confirmed.",
        tags=["mfa"],
        request=SmsSerializer,
        responses={201: DeviceSerializer},
    )
    def create_sms(self, request: Request) -> Response:
        data = _sent(SmsSerializer, request)
        device = services.start_sms(user=person(request._request), **data, actor=actor_of(request))
        return Response(DeviceSerializer(device).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="mfa_email_create",
        summary="Set up a mailbox",
        description="Sends a code to it. It counts once that was confirmed.",
        tags=["mfa"],
        request=EmailSerializer,
        responses={201: DeviceSerializer},
    )
    def create_email(self, request: Request) -> Response:
        data = _sent(EmailSerializer, request)
        device = services.start_email(
            user=person(request._request), **data, actor=actor_of(request)
        )
        return Response(DeviceSerializer(device).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="mfa_confirm",
        summary="Turn a device on by its code",
        description="The first one brings ten recovery codes, shown only in this answer.",
        tags=["mfa"],
        request=CodeSerializer,
        responses={200: RecoveryCodesSerializer},
    )
    def confirm(self, request: Request, method: str, device_id: str) -> Response:
        data, inner = _sent(CodeSerializer, request), request._request
        codes = confirm(person(inner), factor(method), device_id, data["code"], inner)
        ended = data["end_others"] and end_others(inner)
        shown = RecoveryCodesSerializer({"recovery_codes": codes, "others_ended": ended})
        return Response(shown.data)

    @extend_schema(
        operation_id="mfa_resend",
        summary="Send another code to a device that is being set up",
        tags=["mfa"],
        request=None,
        responses={204: None},
    )
    def resend(self, request: Request, method: str, device_id: str) -> Response:
        services.resend_code(
            user=person(request._request),
            method=factor(method),
            device_id=device_id,
            actor=actor_of(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="mfa_prefer",
        summary="Ask for a device first at sign-in",
        description='"Confirm that it is you" asks for the strongest one all the same.',
        tags=["mfa"],
        request=None,
        responses={204: None},
    )
    def prefer(self, request: Request, method: str, device_id: str) -> Response:
        services.prefer_device(
            user=person(request._request),
            method=factor(method),
            device_id=device_id,
            actor=actor_of(request),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="mfa_partial_update",
        summary="Rename a device",
        tags=["mfa"],
        request=RenameSerializer,
        responses=DeviceSerializer,
    )
    def partial_update(self, request: Request, method: str, device_id: str) -> Response:
        device = services.rename_device(
            user=person(request._request),
            method=factor(method),
            device_id=device_id,
            **_sent(RenameSerializer, request),
            actor=actor_of(request),
        )
        return Response(DeviceSerializer(device).data)

    @extend_schema(
        operation_id="mfa_destroy",
        summary="Remove a device",
        description="The last one turns two-step sign-in off and ends the recovery codes: it is"
        " refused (`last_factor`) unless `turns_off` is `true`, and in any case"
        " (`last_factor_required`) for an account that must have two-step sign-in.",
        tags=["mfa"],
        parameters=[RemoveQuerySerializer],
        responses={204: None},
    )
    def destroy(self, request: Request, method: str, device_id: str) -> Response:
        asked = RemoveQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        services.remove_device(
            user=person(request._request),
            method=factor(method),
            device_id=device_id,
            turns_off=asked.validated_data["turns_off"] == "true",
            actor=actor_of(request),
        )
        if asked.validated_data["end_others"] == "true" and not end_others(request._request):
            raise SessionsChanging
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="mfa_recovery_codes_create",
        summary="Make new recovery codes",
        description="Ten, shown only in this answer. The ones before stop working.",
        tags=["mfa"],
        request=EndOthersSerializer,
        responses={201: RecoveryCodesSerializer},
    )
    def create_recovery_codes(self, request: Request) -> Response:
        data = _sent(EndOthersSerializer, request)
        codes = services.replace_recovery_codes(
            user=person(request._request), actor=actor_of(request)
        )
        ended = data["end_others"] and end_others(request._request)
        shown = RecoveryCodesSerializer({"recovery_codes": codes, "others_ended": ended})
        return Response(shown.data, status=status.HTTP_201_CREATED)


def _sent(serializer: type[Any], request: Request) -> dict[str, Any]:
    sent = serializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)
