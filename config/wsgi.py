"""The WSGI application. It runs the system checks and refuses to start on an error."""

from config import environment

environment.prepare([])

from django.core.management import call_command  # noqa: E402  (settings first)
from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()
call_command("check", fail_level="ERROR", verbosity=0)
