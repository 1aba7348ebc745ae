from django.urls import URLPattern, URLResolver, path

from apikeys import leak_pages
from apikeys import pages as doors
from apikeys.leak_viewsets import LeakViewSet
from apikeys.viewsets import ApiKeyViewSet, CurrentKeyView, SecretViewSet, StateViewSet

ROOT = "settings/api-keys/"
KEY = f"{ROOT}<str:key_id>/"

pages: list[URLPattern | URLResolver] = [
    path(ROOT, doors.list_page, name="list"),
    path(f"{ROOT}new/", doors.NewKeyPage.as_view(), name="new"),
    path(f"{ROOT}revoke/", doors.RevokeSeveralPage.as_view(), name="revoke_several"),
    path(KEY, doors.detail_page, name="detail"),
    path(f"{KEY}edit/", doors.EditPage.as_view(), name="edit"),
    path(f"{KEY}rotate/", doors.RotatePage.as_view(), name="rotate"),
    path(f"{KEY}end-old-secret/", doors.EndOldSecretPage.as_view(), name="end_old_secret"),
    path(f"{KEY}disable/", doors.disable, name="disable"),
    path(f"{KEY}enable/", doors.enable, name="enable"),
    path(f"{KEY}revoke/", doors.RevokePage.as_view(), name="revoke"),
    path(f"{KEY}undo-revoke/", doors.undo_revoke, name="undo_revoke"),
    path("security/report-key/", leak_pages.ReportPage.as_view(), name="report"),
    path("security/report-key/thanks/", leak_pages.reported, name="reported"),
]
_KEY = "api-keys/<str:key_id>/"
api: list[URLPattern | URLResolver] = [
    path("api-keys/", ApiKeyViewSet.as_view({"get": "list", "post": "create"}), name="keys"),
    path("api-keys/@current", CurrentKeyView.as_view(), name="current"),
    # With a slash, as every other address has one; the document names it once.
    path("api-keys/@current/", CurrentKeyView.as_view(schema=None), name="current_slash"),
    path("api-keys/revoke/", StateViewSet.as_view({"post": "revoke_many"}), name="revoke_many"),
    path(
        _KEY,
        ApiKeyViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="key",
    ),
    path(f"{_KEY}usage/", ApiKeyViewSet.as_view({"get": "usage"}), name="usage"),
    path(f"{_KEY}rotate/", SecretViewSet.as_view({"post": "rotate"}), name="rotate"),
    path(
        f"{_KEY}previous-secret/",
        SecretViewSet.as_view({"delete": "end_overlap"}),
        name="previous_secret",
    ),
    path(f"{_KEY}disable/", StateViewSet.as_view({"post": "disable"}), name="disable"),
    path(f"{_KEY}enable/", StateViewSet.as_view({"post": "enable"}), name="enable"),
    path(f"{_KEY}undo-revoke/", StateViewSet.as_view({"post": "undo_revoke"}), name="undo_revoke"),
    path("api-key-leaks/", LeakViewSet.as_view({"post": "create"}), name="leaks"),
]
