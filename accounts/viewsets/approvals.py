from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from accounts.items import Approval
from accounts.person import person_of
from accounts.serializers.approvals import (
    ApprovalListSerializer,
    ApprovalQuerySerializer,
    ApprovalSerializer,
    MfaResetRequestSerializer,
    ReasonSerializer,
)
from accounts.services import approvals, operators, staff_resets
from accounts.services.approval_views import views_of
from accounts.staff import StaffOnly
from core.actor import actor_of
from core.stepup import StepUpRequired

STAFF = [IsAuthenticated, StaffOnly, StepUpRequired]


class ApprovalViewSet(ViewSet):
    """What one staff member asks for and another one decides."""

    permission_classes = STAFF
    is_hidden = True  # 404 for everybody else

    @extend_schema(
        operation_id="staff_approvals_list",
        summary="Requests that wait for a second staff member",
        description="For staff, after a recent confirmation that it is you. Newest first.",
        tags=["staff"],
        parameters=[ApprovalQuerySerializer],
        responses=ApprovalListSerializer,
    )
    def list(self, request: Request) -> Response:
        asked = ApprovalQuerySerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        staff, data = person_of(request), asked.validated_data
        found, following = approvals.list_approvals(
            staff=staff, after=data["after"], only_open=data["show"] == "open"
        )
        shown = {"results": views_of(found, staff=staff), "next": following}
        return Response(ApprovalListSerializer(shown).data)

    @extend_schema(
        operation_id="staff_approvals_retrieve",
        summary="One request",
        tags=["staff"],
        responses=ApprovalSerializer,
    )
    def retrieve(self, request: Request, approval_id: str) -> Response:
        return _shown(request, approvals.get_approval(approval_id))

    @extend_schema(
        operation_id="staff_approvals_approve",
        summary="Approve a request, which carries it out",
        description="Never by who asked for it, nor by whom it is about, nor by an account"
        " without a second factor. `approval_closed` once it was decided or is too old.",
        tags=["staff"],
        request=ReasonSerializer,
        responses=ApprovalSerializer,
    )
    def approve(self, request: Request, approval_id: str) -> Response:
        decided = approvals.approve(
            approval_id=approval_id,
            reason=_reason(request),
            staff=person_of(request),
            actor=actor_of(request),
        )
        return _shown(request, decided)

    @extend_schema(
        operation_id="staff_approvals_refuse",
        summary="Refuse a request, for good",
        tags=["staff"],
        request=ReasonSerializer,
        responses=ApprovalSerializer,
    )
    def refuse(self, request: Request, approval_id: str) -> Response:
        decided = approvals.refuse(
            approval_id=approval_id,
            reason=_reason(request),
            staff=person_of(request),
            actor=actor_of(request),
        )
        return _shown(request, decided)


class MfaResetRequestView(APIView):
    permission_classes = STAFF
    is_hidden = True

    @extend_schema(
        operation_id="staff_mfa_resets_create",
        summary="Ask to remove somebody's second factors",
        description="Another staff member decides within seven days. The person is told.",
        tags=["staff"],
        request=MfaResetRequestSerializer,
        responses={201: ApprovalSerializer},
    )
    def post(self, request: Request) -> Response:
        sent = MfaResetRequestSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        approval = staff_resets.request_mfa_reset(
            user=operators.find_account(sent.validated_data["account"]),
            reason=sent.validated_data["reason"],
            requester=person_of(request),
            actor=actor_of(request),
        )
        return _shown(request, approval, code=status.HTTP_201_CREATED)


def _reason(request: Request) -> str:
    sent = ReasonSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return str(sent.validated_data["reason"])


def _shown(request: Request, approval: Approval, *, code: int = status.HTTP_200_OK) -> Response:
    (view,) = views_of([approval], staff=person_of(request))
    return Response(ApprovalSerializer(view).data, status=code)
