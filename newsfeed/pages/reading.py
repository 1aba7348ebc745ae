"""One post with what belongs to it: the box that sells it, and its comments."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from billing import services as billing
from core.actor import actor_of
from core.errors import Conflict, Forbidden, Invalid, RateLimited, ServiceUnavailable
from core.form_errors import add_errors, told, words
from core.money import format_money
from newsfeed import services
from newsfeed.forms.comments import CommentForm
from newsfeed.forms.unlocks import UnlockForm
from newsfeed.items import CommentPage
from newsfeed.pages.doors import cursor_of, older_than, paged, viewer_of


@require_safe
@never_cache
@paged
def post(request: HttpRequest, post_id: str) -> HttpResponse:
    """Raises PostNotFound."""
    return _show(request, post_id, CommentForm())


@method_decorator(never_cache, name="dispatch")
class CommentsPage(View):
    """Where a comment is sent to; its address alone leads to the post."""

    def get(self, request: HttpRequest, post_id: str) -> HttpResponse:
        return redirect("newsfeed:post", post_id)

    def post(self, request: HttpRequest, post_id: str) -> HttpResponse:
        form = CommentForm(request.POST)
        if not form.is_valid():
            return _show(request, post_id, form)
        try:
            services.add_comment(
                author_sub=viewer_of(request),
                post_id=post_id,
                text=form.cleaned_data["text"],
                actor=actor_of(request),
            )
        except (Invalid, Forbidden, RateLimited) as error:
            add_errors(form, error)
            return told(_show(request, post_id, form), error)
        messages.success(request, _("Your comment is there."))
        return redirect("newsfeed:post", post_id)


@require_POST
def delete_comment(request: HttpRequest, post_id: str, comment_id: str) -> HttpResponse:
    services.delete_comment(
        user_sub=viewer_of(request),
        post_id=post_id,
        comment_id=comment_id,
        actor=actor_of(request),
    )
    messages.success(request, _("The comment is deleted."))
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


def _show(request: HttpRequest, post_id: str, form: CommentForm) -> HttpResponse:
    viewer, cursor = viewer_of(request), cursor_of(request)
    view = services.read_post(viewer_sub=viewer, post_id=post_id)
    wallet, comments = None, CommentPage(items=[])
    if not view.locked:
        comments = services.list_comments(viewer_sub=viewer, post_id=post_id, cursor=cursor)
    elif billing.is_configured():
        wallet = billing.get_wallet(viewer)
    here = reverse("newsfeed:post", args=[post_id])
    context = {
        "post": view,
        "wallet": wallet,
        "missing": max(0, view.unlock_price - wallet.available) if wallet else 0,
        "form": form,
        "comments": comments.items,
        "newer": here if cursor else "",
        "older": older_than(here, comments.next_cursor),
    }
    return render(request, "newsfeed/post.html", context)
