from django.urls import URLPattern, path, re_path

from core import api_docs, avatars, hook_pages
from core import pages as views
from core.csrf import CsrfTokenView

pages: list[URLPattern] = [
    path("", views.home, name="home"),
    path("theme/", views.theme, name="theme"),
    path("robots.txt", views.robots, name="robots"),
    path("dev/inbox/", views.dev_inbox, name="dev_inbox"),
    path("dev/inbox/<str:message_id>/", views.dev_mail, name="dev_mail"),
    path("dev/inbox/<str:message_id>/html/", views.dev_mail_html, name="dev_mail_html"),
    path("dev/hooks/", hook_pages.dev_hooks, name="dev_hooks"),
    path("dev/hooks/<int:status>/", hook_pages.dev_hooks, name="dev_hooks_answer"),
    re_path(rf"^{avatars.PREFIX}(?P<name>{avatars.NAME})\.webp$", views.avatar, name="avatar"),
    path("api/schema/", api_docs.SchemaView.as_view(), name="api_schema"),
    path("api/docs/", api_docs.DocsView.as_view(), name="api_docs"),
]
api: list[URLPattern] = [path("csrf/", CsrfTokenView.as_view(), name="csrf")]
