from django.urls import URLPattern, URLResolver, path

from alerts import webhook_pages as doors
from alerts.webhook_viewsets import WebhookViewSet

PAGES = "settings/webhooks/"
PAGE = PAGES + "<str:endpoint_id>/"
ROOT = "webhooks/"
ONE = ROOT + "<str:endpoint_id>/"
REPLAY = "deliveries/<str:delivery_id>/replay/"

pages: list[URLPattern | URLResolver] = [
    path(PAGES, doors.list_page, name="webhooks"),
    path(PAGES + "new/", doors.NewWebhookPage.as_view(), name="webhook_new"),
    path(PAGE, doors.detail, name="webhook"),
    path(PAGE + "rotate/", doors.RotatePage.as_view(), name="webhook_rotate"),
    path(PAGE + "remove/", doors.RemovePage.as_view(), name="webhook_remove"),
    path(PAGE + "test/", doors.test, name="webhook_test"),
    path(PAGE + "disable/", doors.disable, name="webhook_disable"),
    path(PAGE + "enable/", doors.enable, name="webhook_enable"),
    path(PAGE + REPLAY, doors.replay, name="webhook_replay"),
]
api: list[URLPattern | URLResolver] = [
    path(ROOT, WebhookViewSet.as_view({"get": "list", "post": "create"}), name="webhooks"),
    path(ONE, WebhookViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="webhook"),
    path(ONE + "rotate/", WebhookViewSet.as_view({"post": "rotate"}), name="webhook_rotate"),
    path(ONE + "disable/", WebhookViewSet.as_view({"post": "disable"}), name="webhook_disable"),
    path(ONE + "enable/", WebhookViewSet.as_view({"post": "enable"}), name="webhook_enable"),
    path(ONE + "test/", WebhookViewSet.as_view({"post": "test"}), name="webhook_test"),
    path(
        ONE + "deliveries/",
        WebhookViewSet.as_view({"get": "deliveries"}),
        name="webhook_deliveries",
    ),
    path(ONE + REPLAY, WebhookViewSet.as_view({"post": "replay"}), name="webhook_replay"),
]
