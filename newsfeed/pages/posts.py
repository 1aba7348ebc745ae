from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from billing import services as billing
from core import ids
from core.actor import actor_of
from core.errors import Forbidden, Invalid, RateLimited
from core.form_errors import add_errors, told
from newsfeed import services
from newsfeed.errors import IdempotencyKeyReused, PostNotFound
from newsfeed.forms.posts import PostForm
from newsfeed.items import Visibility, Written
from newsfeed.pages.attaching import Attached, take_in
from newsfeed.pages.doors import viewer_of
from newsfeed.pages.preview import preview_of


@method_decorator(never_cache, name="dispatch")
class NewPostPage(View):
    """The button that was pressed (`do`) publishes, or only shows what it would look like."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, self.form(initial={"token": ids.new_id()}))

    def post(self, request: HttpRequest) -> HttpResponse:
        attached = take_in(request)
        if attached.told:
            return self.show(request, self.form(initial=request.POST.dict()), attached)
        form = self.form(request.POST.dict())
        if not form.is_valid():
            return self.show(request, form, attached)
        try:
            if request.POST.get("do") == "preview":
                shown = preview_of(viewer_of(request), written_of(form.cleaned_data))
                return self.show(request, form, attached, preview=shown)
            written = written_of(form.cleaned_data, attached.media_ids)
            return self.publish(request, written, form.cleaned_data["token"])
        except (IdempotencyKeyReused, PostNotFound):  # for another post, or one deleted since
            form.data = {**form.data, "token": ids.new_id()}
            form.add_error(
                None, _("You published from this form before. Send it again for one more post.")
            )
            return self.show(request, form, attached)
        except (Forbidden, Invalid, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, form, attached), error)

    def publish(self, request: HttpRequest, written: Written, token: str) -> HttpResponse:
        view = services.publish_post(
            author_sub=viewer_of(request),
            written=written,
            idempotency_key=token or None,
            actor=actor_of(request),
        )
        messages.success(request, _("Your post is published."))
        return redirect("newsfeed:post", view.post_id)

    def form(self, *args: Any, **kwargs: Any) -> PostForm:
        return PostForm(*args, may_sell=billing.is_configured(), **kwargs)

    def show(
        self, request: HttpRequest, form: PostForm, attached: Attached | None = None, **shown: Any
    ) -> HttpResponse:
        context = {"form": form, "attached": attached, **shown}
        return render(request, "newsfeed/new.html", context)


def written_of(typed: dict[str, Any], media_ids: tuple[str, ...] = ()) -> Written:
    return Written(
        body=typed["body"],
        visibility=Visibility(typed["visibility"]),
        unlock_price=typed.get("unlock_price") or 0,
        warning=typed["warning"],
        media_ids=media_ids,
    )


@method_decorator(never_cache, name="dispatch")
class DeletePostPage(View):
    def get(self, request: HttpRequest, post_id: str) -> HttpResponse:
        """Raises PostNotFound, also for the post of somebody else."""
        view = services.read_post(viewer_sub=viewer_of(request), post_id=post_id)
        if not view.own:
            raise PostNotFound
        return render(request, "newsfeed/delete.html", {"post": view})

    def post(self, request: HttpRequest, post_id: str) -> HttpResponse:
        services.delete_post(
            author_sub=viewer_of(request), post_id=post_id, actor=actor_of(request)
        )
        messages.success(request, _("Your post is deleted."))
        return redirect("newsfeed:home")
