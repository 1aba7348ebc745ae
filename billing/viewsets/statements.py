from dataclasses import asdict

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing import services
from billing.answering import ledger_file
from billing.items import Statement
from billing.serializers import (
    PageQuerySerializer,
    PurchaseReceiptSerializer,
    StatementListSerializer,
    StatementSerializer,
    TopUpReceiptSerializer,
)
from billing.viewsets.doors import BillingViewSet, cursor_of
from dynamo.gather import gather

MONTH = OpenApiParameter("month", str, OpenApiParameter.PATH, description="Such as 2026-11.")


class StatementViewSet(BillingViewSet):
    @extend_schema(
        operation_id="billing_statements_list",
        summary="What each month closed with",
        description="Newest first, the running month so far included.",
        tags=["billing"],
        responses=StatementListSerializer,
    )
    def list(self, request: Request) -> Response:
        found = services.list_statements(str(request.user.pk))
        return Response(StatementListSerializer({"results": found}).data)

    @extend_schema(
        operation_id="billing_statements_retrieve",
        summary="The statement of a month",
        description="Its lines are paged, the rest is of the whole month.",
        tags=["billing"],
        parameters=[MONTH, PageQuerySerializer],
        responses=StatementSerializer,
    )
    def retrieve(self, request: Request, month: str) -> Response:
        user_sub, after = str(request.user.pk), cursor_of(request)
        statement, lines = gather(
            lambda: services.get_statement(user_sub, month),
            lambda: services.statement_lines(user_sub, month, after),
        )
        shown = {**_facts(statement), "results": lines.items, "next": lines.next_cursor}
        return Response(StatementSerializer(shown).data)

    @extend_schema(
        operation_id="billing_statements_export_csv",
        summary="The lines of a month as a table",
        tags=["billing"],
        parameters=[MONTH],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def export_csv(self, request: Request, month: str) -> StreamingHttpResponse:
        return ledger_file(str(request.user.pk), month)


class ReceiptViewSet(BillingViewSet):
    @extend_schema(
        operation_id="billing_payments_receipt",
        summary="The receipt of a top-up",
        description="404 `no_receipt` while its money has not come.",
        tags=["billing"],
        responses=TopUpReceiptSerializer,
    )
    def of_payment(self, request: Request, payment_id: str) -> Response:
        receipt = services.top_up_receipt(str(request.user.pk), payment_id)
        shown = {
            "payment": receipt.payment,
            "paid_at": receipt.paid_at,
            "refunds": receipt.refunds,
            "total": receipt.total,
            "seller": services.seller(),
        }
        return Response(TopUpReceiptSerializer(shown).data)

    @extend_schema(
        operation_id="billing_purchases_receipt",
        summary="The receipt of a purchase",
        tags=["billing"],
        responses=PurchaseReceiptSerializer,
    )
    def of_purchase(self, request: Request, reference: str) -> Response:
        purchase = services.purchase_receipt(str(request.user.pk), reference)
        shown = {**asdict(purchase), "seller": services.seller()}
        return Response(PurchaseReceiptSerializer(shown).data)


def _facts(statement: Statement) -> dict[str, object]:
    moved = [
        {"bucket": bucket, "type": kind, "amount": amount}
        for (bucket, kind), amount in statement.moved.items()
    ]
    return {
        "month": statement.month,
        "currency": statement.currency,
        "opening": statement.opening,
        "closing": statement.closing,
        "moved": moved,
        "lines": statement.lines,
        "is_final": statement.is_final,
        "is_verified": statement.is_verified,
    }
