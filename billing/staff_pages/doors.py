"""What the pages of staff share: who gets in, and whom a page is about."""

from dataclasses import dataclass

from django.http import Http404
from django.views.decorators.cache import never_cache

from accounts.staff import staff_only
from billing import services
from billing.items import Wallet
from billing.pages.doors import billing_page
from core import ids
from core.stepup import step_up_required
from users import services as users
from users.errors import UserNotFound

STAFF = [staff_only, never_cache, step_up_required, billing_page]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`name` is their id once the account is gone: its books stay."""

    user_sub: str
    name: str
    wallet: Wallet


def person_or_404(user_sub: str) -> Person:
    if not ids.is_id(user_sub):
        raise Http404
    wallet = services.get_wallet(user_sub)
    try:
        user = users.get_user(user_sub)
    except UserNotFound:
        if not (wallet.version or services.list_payments(user_sub).items):
            raise Http404 from None
        return Person(user_sub=user_sub, name=user_sub, wallet=wallet)
    return Person(user_sub=user_sub, name=f"@{user.handle}", wallet=wallet)
