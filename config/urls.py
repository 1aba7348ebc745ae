from django.urls import URLPattern, URLResolver, include, path

from accounts import urls as accounts_urls
from alerts import urls as alerts_urls
from apikeys import urls as apikeys_urls
from billing import urls as billing_urls
from core import urls as core_urls
from mfa import urls as mfa_urls
from newsfeed import urls as newsfeed_urls
from sessions import urls as sessions_urls

handler400 = "core.error_pages.handler400"
handler403 = "core.error_pages.handler403"
handler404 = "core.error_pages.handler404"
handler500 = "core.error_pages.handler500"

# In this order: accounts' sessions/current/ goes before sessions' sessions/<sid>/.
APPS = {
    "accounts": accounts_urls,
    "sessions": sessions_urls,
    "mfa": mfa_urls,
    "apikeys": apikeys_urls,
    "alerts": alerts_urls,
    "billing": billing_urls,
    "newsfeed": newsfeed_urls,
}


def _mount() -> list[URLPattern | URLResolver]:
    pages = [path("", include((urls.pages, name))) for name, urls in APPS.items()]
    api = [
        path("api/v1/", include((urls.api, f"{name}-api"), namespace=f"{name}-api"))
        for name, urls in {**APPS, "core": core_urls}.items()
    ]
    return [*pages, *api]


urlpatterns: list[URLPattern | URLResolver] = [path("", include(core_urls.pages)), *_mount()]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
