"""What becomes of a post: edited, its history, deleted ones, pinned, its comments locked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from billing import services as billing
from core.actor import actor_of
from core.errors import Forbidden, Invalid, RateLimited, ServiceUnavailable
from core.form_errors import add_errors, told, words
from core.money import to_decimal
from newsfeed import services
from newsfeed.errors import PostChanged, PostIsSold
from newsfeed.forms.drafts import EditForm
from newsfeed.items import Post, Written
from newsfeed.pages.attaching import Attached, attached_of, take_in
from newsfeed.pages.doors import back, cursor_of, older_than, paged, viewer_of
from newsfeed.pages.posts import written_of
from newsfeed.pages.preview import preview_of


@method_decorator(never_cache, name="dispatch")
class EditPostPage(View):
    """On a conflict the page keeps what was typed, and shows what is stored beside it."""

    attached: Attached | None = None

    def get(self, request: HttpRequest, post_id: str) -> HttpResponse:
        post = self.stored(request, post_id)
        held = [each.media_id for each in post.attachments]
        self.attached = attached_of(post.card.user_id, held)
        return self.show(request, post, self.form(initial=_initial_of(post)))

    def post(self, request: HttpRequest, post_id: str) -> HttpResponse:
        post, self.attached = self.stored(request, post_id), take_in(request)
        if self.attached.told:
            return self.show(request, post, self.form(initial=request.POST.dict()))
        form = self.form(request.POST.dict())
        if not form.is_valid():
            return self.show(request, post, form)
        if request.POST.get("do") == "preview":
            return self.preview(request, post, form)
        try:
            return self.save(request, post_id, form)
        except PostChanged as error:
            post = self.stored(request, post_id)
            form.data = {**form.data, "version": post.card.version}
            form.add_error(None, words(error))
            return self.show(request, post, form, changed=True)
        except (Forbidden, Invalid, RateLimited, ServiceUnavailable) as error:
            add_errors(form, error)
            return told(self.show(request, post, form), error)

    def preview(self, request: HttpRequest, post: Post, form: EditForm) -> HttpResponse:
        try:
            shown = preview_of(viewer_of(request), self.written(form))
        except (Invalid, ServiceUnavailable) as error:
            add_errors(form, error)
            return self.show(request, post, form)
        return self.show(request, post, form, preview=shown)

    def save(self, request: HttpRequest, post_id: str, form: EditForm) -> HttpResponse:
        services.edit_post(
            author_sub=viewer_of(request),
            post_id=post_id,
            version=form.cleaned_data["version"],
            written=self.written(form),
            actor=actor_of(request),
        )
        messages.success(request, _("Your changes are saved."))
        return redirect("newsfeed:post", post_id)

    def written(self, form: EditForm) -> Written:
        return written_of(form.cleaned_data, self.attached.media_ids if self.attached else ())

    def stored(self, request: HttpRequest, post_id: str) -> Post:
        return services.editable_post(author_sub=viewer_of(request), post_id=post_id)

    def form(self, *args: Any, **kwargs: Any) -> EditForm:
        return EditForm(*args, may_sell=billing.is_configured(), **kwargs)

    def show(self, request: HttpRequest, post: Post, form: EditForm, **shown: Any) -> HttpResponse:
        return render(
            request,
            "newsfeed/edit.html",
            {"post": post, "form": form, "attached": self.attached, **shown},
        )


@require_safe
@never_cache
@paged
def history(request: HttpRequest, post_id: str) -> HttpResponse:
    viewer, cursor = viewer_of(request), cursor_of(request)
    view = services.read_post(viewer_sub=viewer, post_id=post_id)
    found = services.list_revisions(viewer_sub=viewer, post_id=post_id, cursor=cursor)
    shown = {
        "post": view,
        "revisions": found.items,
        "newer": request.path if cursor else "",
        "older": older_than(request.path, found.next_cursor),
    }
    return render(request, "newsfeed/history.html", shown)


@require_safe
@never_cache
@paged
def deleted(request: HttpRequest) -> HttpResponse:
    cursor = cursor_of(request)
    found = services.list_deleted(author_sub=viewer_of(request), cursor=cursor)
    shown = {
        "deleted": found.items,
        "newer": request.path if cursor else "",
        "older": older_than(request.path, found.next_cursor),
    }
    return render(request, "newsfeed/deleted.html", shown)


@require_POST
def restore(request: HttpRequest, deleted_id: str) -> HttpResponse:
    services.restore_post(
        author_sub=viewer_of(request), post_id=deleted_id, actor=actor_of(request)
    )
    messages.success(request, _("Your post is back."))
    return redirect("newsfeed:post", deleted_id)


@method_decorator(never_cache, name="dispatch")
class PurgePage(View):
    """Asks once more: there is no way back from here."""

    def get(self, request: HttpRequest, deleted_id: str) -> HttpResponse:
        found = services.find_deleted(author_sub=viewer_of(request), post_id=deleted_id)
        return render(request, "newsfeed/purge.html", {"deleted": found})

    def post(self, request: HttpRequest, deleted_id: str) -> HttpResponse:
        try:
            services.purge_post(
                author_sub=viewer_of(request), post_id=deleted_id, actor=actor_of(request)
            )
        except PostIsSold as error:
            messages.error(request, words(error))
        else:
            messages.success(request, _("The post is removed for good."))
        return redirect("newsfeed:deleted")


@require_POST
def pin(request: HttpRequest, post_id: str) -> HttpResponse:
    services.pin_post(author_sub=viewer_of(request), post_id=post_id, actor=actor_of(request))
    messages.success(request, _("Your profile begins with this post now."))
    return back(request, "newsfeed:post", post_id)


@require_POST
def unpin(request: HttpRequest, post_id: str) -> HttpResponse:
    services.unpin_post(author_sub=viewer_of(request), post_id=post_id, actor=actor_of(request))
    messages.success(request, _("Your profile begins with your newest post again."))
    return back(request, "newsfeed:post", post_id)


@require_POST
def lock_comments(request: HttpRequest, post_id: str) -> HttpResponse:
    _lock(request, post_id, locked=True)
    messages.success(request, _("Nobody can comment on this post any more."))
    return back(request, "newsfeed:post", post_id)


@require_POST
def unlock_comments(request: HttpRequest, post_id: str) -> HttpResponse:
    _lock(request, post_id, locked=False)
    messages.success(request, _("People can comment on this post again."))
    return back(request, "newsfeed:post", post_id)


def _lock(request: HttpRequest, post_id: str, *, locked: bool) -> None:
    services.lock_comments(
        author_sub=viewer_of(request), post_id=post_id, locked=locked, actor=actor_of(request)
    )


def _initial_of(post: Post) -> dict[str, Any]:
    card = post.card
    price = str(to_decimal(card.unlock_price, card.currency)) if card.unlock_price else ""
    return {
        "version": card.version,
        "body": post.body,
        "warning": card.warning,
        "visibility": str(card.visibility),
        "unlock_price": price,
    }
