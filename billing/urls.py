from django.urls import URLPattern, URLResolver, path

from billing.pages import ledger, methods, payments, top_up, wallet
from billing.viewsets.methods import PaymentMethodViewSet
from billing.viewsets.payments import PaymentViewSet
from billing.viewsets.wallet import WalletViewSet
from billing.webhooks import receive

pages: list[URLPattern | URLResolver] = [
    path("wallet/", wallet.wallet, name="wallet"),
    path("wallet/top-up/", top_up.TopUpPage.as_view(), name="top_up"),
    path("wallet/payments/", payments.payment_list, name="payments"),
    path("wallet/payments/<str:payment_id>/", payments.payment, name="payment"),
    path("wallet/payments/<str:payment_id>/return/", payments.back, name="payment_return"),
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
    path("billing/webhooks/<str:provider>/", receive, name="webhook"),
]
api: list[URLPattern | URLResolver] = [
    path("billing/balance/", WalletViewSet.as_view({"get": "balance"}), name="balance"),
    path("billing/ledger/", WalletViewSet.as_view({"get": "ledger"}), name="ledger"),
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
