from django.urls import URLPattern, URLResolver, path

from alerts import mail_events, webhook_urls
from alerts import pages as doors
from alerts import preference_pages as preference_doors
from alerts.preference_viewsets import PreferencesView
from alerts.services.export import FileFormat
from alerts.unsubscribe_pages import UnsubscribePage
from alerts.viewsets import AlertViewSet

pages: list[URLPattern | URLResolver] = [
    path("alerts/", doors.list_page, name="list"),
    path("alerts/read-all/", doors.read_all, name="read_all"),
    path("alerts/unread-count/", doors.unread_count, name="unread_count"),
    *(
        path(f"alerts/export.{each}", doors.export, {"file_format": each}, name=f"export_{each}")
        for each in FileFormat
    ),
    path("alerts/<str:alert_id>/", doors.detail, name="detail"),
    path("alerts/<str:alert_id>/read/", doors.read, name="read"),
    path("alerts/<str:alert_id>/unread/", doors.unread, name="unread"),
    path("alerts/<str:alert_id>/delete/", doors.delete, name="delete"),
    path("alerts/<str:alert_id>/was-me/", doors.was_me, name="was_me"),
    path("settings/alerts/", preference_doors.PreferencesPage.as_view(), name="preferences"),
    path("settings/alerts/phone/remove/", preference_doors.remove_phone, name="remove_phone"),
    path("settings/alerts/<str:channel>/resume/", preference_doors.lift_suspension, name="resume"),
    path("unsubscribe/<str:token>/", UnsubscribePage.as_view(), name="unsubscribe"),
    path("mail/events/<str:provider>/", mail_events.receive, name="mail_events"),
    *webhook_urls.pages,
]
api: list[URLPattern | URLResolver] = [
    path("alerts/", AlertViewSet.as_view({"get": "list"}), name="list"),
    path("alerts/unread-count/", AlertViewSet.as_view({"get": "count"}), name="unread_count"),
    *(
        path(
            f"alerts/export.{each}",
            AlertViewSet.as_view({"get": f"export_{each}"}),
            name=f"export_{each}",
        )
        for each in FileFormat
    ),
    path("alerts/read-all/", AlertViewSet.as_view({"post": "read_all"}), name="read_all"),
    path("alerts/preferences/", PreferencesView.as_view(), name="preferences"),
    path(
        "alerts/<str:alert_id>/",
        AlertViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="detail",
    ),
    path("alerts/<str:alert_id>/read/", AlertViewSet.as_view({"post": "read"}), name="read"),
    path("alerts/<str:alert_id>/unread/", AlertViewSet.as_view({"post": "unread"}), name="unread"),
    path("alerts/<str:alert_id>/was-me/", AlertViewSet.as_view({"post": "was_me"}), name="was_me"),
    *webhook_urls.api,
]
