"""The ASGI application, for servers that need one; WSGI is faster for this product (docs/adr)."""

from config import environment

environment.prepare([])

from django.core.asgi import get_asgi_application  # noqa: E402  (settings first)

application = get_asgi_application()
