"""One post with what belongs to it: the box that sells it, and its comments."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from billing import services as billing
from billing.items import Wallet
from core.actor import actor_of
from core.errors import Conflict, Forbidden, Invalid, RateLimited, ServiceUnavailable
from core.form_errors import words
from core.money import format_money
from newsfeed import services
from newsfeed.errors import CommentNotFound
from newsfeed.forms.comments import NewCommentForm
from newsfeed.forms.unlocks import UnlockForm
from newsfeed.items import CommentPage, PostView
from newsfeed.pages.doors import cursor_of, older_than, paged, viewer_of


@require_safe
@never_cache
@paged
def post(request: HttpRequest, post_id: str) -> HttpResponse:
    """Raises PostNotFound. `?comment=` names one that the page is to hold."""
    try:
        return show_post(request, post_id, NewCommentForm())
    except CommentNotFound:
        messages.info(request, _("That comment is gone. These are the newest ones."))
        return redirect("newsfeed:post", post_id)


@require_POST
def unlock(request: HttpRequest, post_id: str) -> HttpResponse:
    """Whatever happens, the post is shown again: opened, or with the reason why not."""
    form = UnlockForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("What you saw was missing, so nothing was charged. Try again."))
        return redirect("newsfeed:post", post_id)
    try:
        receipt = services.unlock_post(
            buyer_sub=viewer_of(request),
            post_id=post_id,
            **form.cleaned_data,
            actor=actor_of(request),
        )
    except (Conflict, Forbidden, Invalid, RateLimited, ServiceUnavailable) as error:
        messages.error(request, words(error))
    else:
        paid = format_money(receipt.price, receipt.currency)
        messages.success(
            request, _("Unlocked for %(paid)s. You can read all of it now.") % {"paid": paid}
        )
    return redirect("newsfeed:post", post_id)


def _missing(view: PostView, wallet: Wallet) -> int:
    """What has to be added to buy it: a debt is paid back first."""
    return max(0, view.unlock_price + wallet.debt - wallet.available)


def show_post(request: HttpRequest, post_id: str, form: NewCommentForm) -> HttpResponse:
    viewer, cursor = viewer_of(request), cursor_of(request)
    view = services.read_post(viewer_sub=viewer, post_id=post_id)
    wallet, comments = None, CommentPage(items=[])
    asked = request.GET.get("comment", "")
    here = reverse("newsfeed:post", args=[post_id])
    if not view.locked:
        comments = services.list_comments(
            viewer_sub=viewer, post_id=post_id, cursor=cursor, at=asked, replies=True
        )
    elif billing.is_configured():
        wallet = billing.get_wallet(viewer)
    context = {
        "post": view,
        "pinned_here": view.own and services.is_pinned(author_sub=viewer, post_id=post_id),
        "wallet": wallet,
        "missing": _missing(view, wallet) if wallet else 0,
        "form": form,
        "comments": comments.items,
        "newer": here if cursor or asked else "",
        "older": older_than(here, comments.next_cursor),
    }
    return render(request, "newsfeed/post.html", context)
