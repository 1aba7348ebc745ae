from contextlib import suppress
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
from newsfeed.errors import (
    DraftChanged,
    DraftNotFound,
    DraftScheduled,
    IdempotencyKeyReused,
    PostNotFound,
    TooManyDrafts,
)
from newsfeed.forms.drafts import ComposeForm
from newsfeed.items import Visibility, Written
from newsfeed.pages.attaching import Attached, attached_of, take_in
from newsfeed.pages.doors import viewer_of
from newsfeed.pages.drafts import initial_of, save_typed, schedule, zone_of
from newsfeed.pages.preview import preview_of


@method_decorator(never_cache, name="dispatch")
class NewPostPage(View):
    """The button that was pressed (`do`) publishes, now or later, keeps what is typed as a draft,
    or only shows what it would look like."""

    attached: Attached | None = None

    def get(self, request: HttpRequest) -> HttpResponse:
        """Raises DraftNotFound for a draft that is not there."""
        named = request.GET.get("draft", "")
        if not named:
            return self.show(request, self.form(request, initial={"token": ids.new_id()}))
        draft = services.find_draft(author_sub=viewer_of(request), draft_id=named)
        if draft.due is not None:
            return redirect("newsfeed:scheduled")
        self.attached = attached_of(draft.user_id, draft.text.media_ids)
        return self.show(request, self.form(request, initial=initial_of(draft)), draft=draft)

    def post(self, request: HttpRequest) -> HttpResponse:
        self.attached = take_in(request)
        if self.attached.told:
            return self.show(request, self.form(request, initial=request.POST.dict()))
        form = self.form(request, request.POST.dict())
        if request.POST.get("do") == "draft":
            return self.keep(request, form)
        if not form.is_valid():
            return self.show(request, form)
        try:
            return self.act(request, form)
        except (DraftChanged, DraftScheduled) as error:
            return self.show_conflict(request, form, error)
        except (IdempotencyKeyReused, PostNotFound):  # for another post, or one deleted since
            return self.show_reused(request, form)
        except (DraftNotFound, Forbidden, Invalid, RateLimited, TooManyDrafts) as error:
            add_errors(form, error)
            return told(self.show(request, form), error)

    def act(self, request: HttpRequest, form: ComposeForm) -> HttpResponse:
        match request.POST.get("do"):
            case "preview":
                written = written_of(form.cleaned_data, self.media_ids)
                shown = preview_of(viewer_of(request), written)
                return self.show(request, form, preview=shown)
            case "schedule":
                return self.schedule(request, form)
            case _:
                return self.publish(request, form.cleaned_data)

    def show_reused(self, request: HttpRequest, form: ComposeForm) -> HttpResponse:
        form.data = {**form.data, "token": ids.new_id(), "draft_version": 0}
        form.add_error(
            None, _("You published from this form before. Send it again for one more post.")
        )
        return self.show(request, form)

    def keep(self, request: HttpRequest, form: ComposeForm) -> HttpResponse:
        """As it is, however much of it is missing."""
        try:
            save_typed(request, request.POST.get("token", ""), self.media_ids)
        except (DraftChanged, DraftScheduled) as error:
            return self.show_conflict(request, form, error)
        except (DraftNotFound, Invalid, RateLimited, TooManyDrafts) as error:
            form.errors.clear()
            add_errors(form, error)
            return told(self.show(request, form), error)
        messages.success(request, _("Your draft is kept."))
        return redirect("newsfeed:drafts")

    def schedule(self, request: HttpRequest, form: ComposeForm) -> HttpResponse:
        if form.cleaned_data["due"] is None:
            form.add_error("due", _("Choose when to publish it."))
            return self.show(request, form)
        draft = save_typed(request, form.cleaned_data["token"], self.media_ids)
        form.data = {**form.data, "draft_version": draft.version}
        schedule(request, draft.draft_id, form)
        return redirect("newsfeed:scheduled")

    def show_conflict(
        self, request: HttpRequest, form: ComposeForm, error: DraftChanged | DraftScheduled
    ) -> HttpResponse:
        """What was typed stays in the form, and what is stored stands beside it."""
        stored = services.find_draft(
            author_sub=viewer_of(request), draft_id=request.POST.get("token", "")
        )
        form.data = {**form.data, "draft_version": stored.version}
        form.errors.clear()
        add_errors(form, error)
        return self.show(request, form, stored=stored)

    def publish(self, request: HttpRequest, typed: dict[str, Any]) -> HttpResponse:
        view = services.publish_post(
            author_sub=viewer_of(request),
            written=written_of(typed, self.media_ids),
            idempotency_key=typed["token"],
            draft_id=typed["token"],
            actor=actor_of(request),
        )
        with suppress(DraftNotFound, DraftChanged):  # its form was never saved, or is saved anew
            services.discard_draft(
                author_sub=viewer_of(request), draft_id=typed["token"], actor=actor_of(request)
            )
        messages.success(request, _("Your post is published."))
        return redirect("newsfeed:post", view.post_id)

    def form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> ComposeForm:
        zone = zone_of(viewer_of(request))
        return ComposeForm(*args, may_sell=billing.is_configured(), zone=zone, **kwargs)

    def show(self, request: HttpRequest, form: ComposeForm, **shown: Any) -> HttpResponse:
        return render(
            request, "newsfeed/new.html", {"form": form, "attached": self.attached, **shown}
        )

    @property
    def media_ids(self) -> tuple[str, ...]:
        return self.attached.media_ids if self.attached else ()


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
        messages.success(request, _("Your post is deleted. You can bring it back for 30 days."))
        return redirect("newsfeed:home")
