"""Comments below a post: writing, answering, editing and deleting them, and one thread alone."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from core.actor import actor_of
from core.errors import Forbidden, Invalid, RateLimited
from core.form_errors import add_errors, told
from dynamo.cursor import CursorExpired
from newsfeed import services
from newsfeed.errors import CommentNotFound
from newsfeed.forms.comments import CommentForm, NewCommentForm, ReplyForm
from newsfeed.items import CommentView
from newsfeed.pages.doors import cursor_of, older_than, viewer_of
from newsfeed.pages.reading import show_post


@method_decorator(never_cache, name="dispatch")
class CommentsPage(View):
    """Where a comment is sent to; its address alone leads to the post."""

    def get(self, request: HttpRequest, post_id: str) -> HttpResponse:
        return redirect("newsfeed:post", post_id)

    def post(self, request: HttpRequest, post_id: str) -> HttpResponse:
        form = NewCommentForm(request.POST)
        if not form.is_valid():
            return show_post(request, post_id, form)
        try:
            added = _add(request, post_id, form)
        except (Invalid, Forbidden, RateLimited) as error:
            add_errors(form, error)
            return told(show_post(request, post_id, form), error)
        messages.success(request, _("Your comment is there."))
        return to_comment(post_id, added)


@method_decorator(never_cache, name="dispatch")
class ThreadPage(View):
    """A comment with its replies, and the form to answer the one that the address names."""

    def get(self, request: HttpRequest, post_id: str, comment_id: str) -> HttpResponse:
        try:
            return self.show(request, post_id, comment_id, ReplyForm())
        except CursorExpired:
            messages.info(request, _("That page link had expired. These are the first replies."))
            return redirect(request.path)

    def post(self, request: HttpRequest, post_id: str, comment_id: str) -> HttpResponse:
        form = ReplyForm(request.POST)
        if not form.is_valid():
            return self.show(request, post_id, comment_id, form)
        try:
            added = _add(request, post_id, form, reply_to=comment_id)
        except (Invalid, Forbidden, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, post_id, comment_id, form), error)
        messages.success(request, _("Your reply is there."))
        return to_comment(post_id, added)

    def show(
        self, request: HttpRequest, post_id: str, comment_id: str, form: ReplyForm
    ) -> HttpResponse:
        viewer, cursor = viewer_of(request), cursor_of(request)
        asked = {"viewer_sub": viewer, "post_id": post_id}
        thread = services.list_replies(**asked, comment_id=comment_id, cursor=cursor)
        whole = reverse("newsfeed:comment", args=[post_id, thread.comment.comment_id])
        appended = bool(request.htmx) and bool(cursor)  # type: ignore[attr-defined]
        context = {
            "thread": thread,
            "replies": thread.items,
            "older": older_than(whole, thread.next_cursor),
            "whole": "" if thread.begins else whole,
            "appended": appended,
        }
        if not appended:
            context |= {"post": services.read_post(**asked), "form": form}
        template = "newsfeed/_replies.html" if appended else "newsfeed/comment.html"
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response


@method_decorator(never_cache, name="dispatch")
class EditCommentPage(View):
    """Raises CommentNotFound, also for others' comments."""

    def get(self, request: HttpRequest, post_id: str, comment_id: str) -> HttpResponse:
        own = self.own(request, post_id, comment_id)
        return self.show(request, post_id, CommentForm(initial={"text": own.text}))

    def post(self, request: HttpRequest, post_id: str, comment_id: str) -> HttpResponse:
        form = CommentForm(request.POST)
        if not form.is_valid():
            self.own(request, post_id, comment_id)
            return self.show(request, post_id, form)
        try:
            services.edit_comment(
                user_sub=viewer_of(request),
                post_id=post_id,
                comment_id=comment_id,
                text=form.cleaned_data["text"],
                actor=actor_of(request),
            )
        except (Invalid, Forbidden, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, post_id, form), error)
        messages.success(request, _("Your comment is changed."))
        return to_comment(post_id, comment_id)

    def own(self, request: HttpRequest, post_id: str, comment_id: str) -> CommentView:
        found = services.find_comment(
            viewer_sub=viewer_of(request), post_id=post_id, comment_id=comment_id
        )
        if not found.editable:
            raise CommentNotFound
        return found

    def show(self, request: HttpRequest, post_id: str, form: CommentForm) -> HttpResponse:
        return render(request, "newsfeed/comment_edit.html", {"post_id": post_id, "form": form})


@method_decorator(never_cache, name="dispatch")
class DeleteCommentPage(View):
    """Raises CommentNotFound, also for what is not this person's to delete."""

    def get(self, request: HttpRequest, post_id: str, comment_id: str) -> HttpResponse:
        found = services.find_comment(
            viewer_sub=viewer_of(request), post_id=post_id, comment_id=comment_id
        )
        if not found.deletable:
            raise CommentNotFound
        return render(request, "newsfeed/comment_delete.html", {"comment": found})

    def post(self, request: HttpRequest, post_id: str, comment_id: str) -> HttpResponse:
        services.delete_comment(
            user_sub=viewer_of(request),
            post_id=post_id,
            comment_id=comment_id,
            actor=actor_of(request),
        )
        messages.success(request, _("The comment is deleted."))
        return redirect("newsfeed:post", post_id)


def to_comment(post_id: str, comment_id: str) -> HttpResponse:
    """The page of the post that holds it, with the comment in sight."""
    asked = urlencode({"comment": comment_id})
    return redirect(f"{reverse('newsfeed:post', args=[post_id])}?{asked}#comment-{comment_id}")


def _add(request: HttpRequest, post_id: str, form: NewCommentForm, reply_to: str = "") -> str:
    typed = form.cleaned_data
    added = services.add_comment(
        author_sub=viewer_of(request),
        post_id=post_id,
        text=typed["text"],
        reply_to=reply_to,
        actor=actor_of(request),
        # Who goes back to the form and writes something else says something new.
        idempotency_key=f"{typed['token']} {typed['text']}" if typed["token"] else "",
    )
    return added.comment_id
