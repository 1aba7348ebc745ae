from django.urls import URLPattern, URLResolver, path

from billing.pages import ledger, methods, payments, receipts, statements, top_up, wallet
from billing.staff_pages import corrections, queues
from billing.staff_pages import payments as staff_payments
from billing.viewsets.methods import PaymentMethodViewSet
from billing.viewsets.payments import PaymentViewSet
from billing.viewsets.statements import ReceiptViewSet, StatementViewSet
from billing.viewsets.wallet import WalletViewSet
from billing.webhooks import receive

pages: list[URLPattern | URLResolver] = [
    path("wallet/", wallet.wallet, name="wallet"),
    path("wallet/top-up/", top_up.TopUpPage.as_view(), name="top_up"),
    path("wallet/payments/", payments.payment_list, name="payments"),
    path("wallet/payments/<str:payment_id>/", payments.payment, name="payment"),
    path("wallet/payments/<str:payment_id>/return/", payments.back, name="payment_return"),
    path("wallet/payments/<str:payment_id>/pay/", payments.go_on, name="payment_go_on"),
    path("wallet/payments/<str:payment_id>/receipt/", receipts.of_payment, name="payment_receipt"),
    path("wallet/payments/<str:payment_id>/cancel/", payments.give_up, name="payment_cancel"),
    path("wallet/payment-methods/", methods.method_list, name="payment_methods"),
    path("wallet/payment-methods/add/", methods.add, name="payment_method_add"),
    path("wallet/payment-methods/return/", methods.back, name="payment_method_return"),
    path(
        "wallet/payment-methods/<str:method_id>/default/",
        methods.make_default,
        name="payment_method_default",
    ),
    path(
        "wallet/payment-methods/<str:method_id>/remove/",
        methods.RemovePage.as_view(),
        name="payment_method_remove",
    ),
    path("wallet/ledger/", ledger.ledger, name="ledger"),
    path("wallet/ledger/export.csv", ledger.export, name="ledger_csv"),
    path(
        "wallet/purchases/<str:reference>/receipt/",
        receipts.of_purchase,
        name="purchase_receipt",
    ),
    path("wallet/statements/", statements.statement_list, name="statements"),
    path("wallet/statements/<str:month>/", statements.statement, name="statement"),
    path("wallet/statements/<str:month>/export.csv", ledger.export, name="statement_csv"),
    path("billing/return/<str:provider>/", payments.come_back, name="provider_return"),
    path("billing/webhooks/<str:provider>/", receive, name="webhook"),
    path("billing/webhooks/<str:provider>/<str:secret>/", receive, name="webhook_secret"),
    path("staff/payments/", staff_payments.SearchPage.as_view(), name="staff_payments"),
    path("staff/payments/disputes/", queues.DisputesPage.as_view(), name="staff_disputes"),
    path("staff/payments/webhooks/", queues.WebhooksPage.as_view(), name="staff_webhooks"),
    path(
        "staff/payments/webhooks/refused/",
        queues.RefusedWebhooksPage.as_view(),
        name="staff_refused_webhooks",
    ),
    path(
        "staff/payments/webhooks/<str:event_id>/replay/",
        queues.ReplayPage.as_view(),
        name="staff_webhook_replay",
    ),
    path(
        "staff/payments/people/<str:user_sub>/",
        staff_payments.PersonPage.as_view(),
        name="staff_person",
    ),
    path(
        "staff/payments/people/<str:user_sub>/correct/",
        corrections.CorrectionPage.as_view(),
        name="staff_correction",
    ),
    path(
        "staff/payments/people/<str:user_sub>/<str:payment_id>/",
        staff_payments.PaymentPage.as_view(),
        name="staff_payment",
    ),
]
api: list[URLPattern | URLResolver] = [
    path("billing/balance/", WalletViewSet.as_view({"get": "balance"}), name="balance"),
    path("billing/ledger/", WalletViewSet.as_view({"get": "ledger"}), name="ledger"),
    path(
        "billing/ledger/export.csv",
        WalletViewSet.as_view({"get": "export_csv"}),
        name="ledger_csv",
    ),
    path("billing/statements/", StatementViewSet.as_view({"get": "list"}), name="statements"),
    path(
        "billing/statements/<str:month>/",
        StatementViewSet.as_view({"get": "retrieve"}),
        name="statement",
    ),
    path(
        "billing/statements/<str:month>/export.csv",
        StatementViewSet.as_view({"get": "export_csv"}),
        name="statement_csv",
    ),
    path(
        "billing/purchases/<str:reference>/receipt/",
        ReceiptViewSet.as_view({"get": "of_purchase"}),
        name="purchase_receipt",
    ),
    path(
        "billing/settings/",
        WalletViewSet.as_view({"get": "retrieve_settings", "patch": "update_settings"}),
        name="settings",
    ),
    path("billing/payments/", PaymentViewSet.as_view({"get": "list"}), name="payments"),
    path(
        "billing/payments/<str:payment_id>/",
        PaymentViewSet.as_view({"get": "retrieve"}),
        name="payment",
    ),
    path(
        "billing/payments/<str:payment_id>/history/",
        PaymentViewSet.as_view({"get": "history"}),
        name="payment_history",
    ),
    path(
        "billing/payments/<str:payment_id>/receipt/",
        ReceiptViewSet.as_view({"get": "of_payment"}),
        name="payment_receipt",
    ),
    path("billing/charges/", PaymentViewSet.as_view({"post": "charge"}), name="charges"),
    path("billing/top-ups/", PaymentViewSet.as_view({"post": "start"}), name="top_ups"),
    path(
        "billing/payment-methods/",
        PaymentMethodViewSet.as_view({"get": "list", "post": "create"}),
        name="payment_methods",
    ),
    path(
        "billing/payment-methods/<str:method_id>/",
        PaymentMethodViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="payment_method",
    ),
]
