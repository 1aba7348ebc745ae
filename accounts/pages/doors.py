"""What the pages of signing up and signing in share."""

from django.contrib.auth.decorators import login_not_required
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.browser import sign_in
from core.form_errors import add_errors, told, words

__all__ = ["PUBLIC", "add_errors", "sign_in", "told", "words"]

PUBLIC = [login_not_required, never_cache, sensitive_post_parameters()]
