"""The ASGI application, for servers that need one; WSGI is faster for this product (docs/adr).

It runs the system checks and refuses to start on an error.
"""

from config import environment

environment.prepare([])

from django.core.asgi import get_asgi_application  # noqa: E402  (settings first)
from django.core.management import call_command  # noqa: E402

application = get_asgi_application()
call_command("check", fail_level="ERROR", verbosity=0)
