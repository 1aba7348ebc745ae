from rest_framework import serializers

from core.api import StrictSerializer
from newsfeed.items import CommentView, DeletedBy, Thread
from newsfeed.serializers.paging import PageSerializer
from newsfeed.serializers.people import PersonSerializer


class CommentSerializer(serializers.Serializer[CommentView]):
    comment_id = serializers.CharField(help_text="A 26-character ULID.")
    parent_id = serializers.CharField(
        allow_blank=True, help_text="The comment that this reply stands below; empty for comments."
    )
    author = PersonSerializer(
        allow_null=True,
        help_text="Null where only the place of a comment is left, above its replies.",
    )
    text = serializers.CharField(help_text="Markdown.")
    html = serializers.CharField(help_text="`text` as HTML that is safe to be put into a page.")
    created_at = serializers.DateTimeField(help_text="UTC.")
    edited_at = serializers.DateTimeField(allow_null=True, help_text="UTC; null if it never was.")
    deleted_by = serializers.ChoiceField(
        choices=[str(each) for each in DeletedBy],
        allow_null=True,
        help_text="Whose doing it was; null unless it was deleted.",
    )
    reply_count = serializers.IntegerField(min_value=0, help_text="As many as you may see.")
    muted = serializers.BooleanField(help_text="Whether you muted its author.")
    own = serializers.BooleanField(help_text="Whether you wrote it.")
    editable = serializers.BooleanField(help_text="Yours, while comments are open.")
    deletable = serializers.BooleanField(help_text="Yours, or on your post.")


class CommentPageSerializer(PageSerializer):
    results = CommentSerializer(many=True, source="items")


class ThreadSerializer(serializers.Serializer[Thread]):
    comment = CommentSerializer(help_text="The one that the replies stand below.")
    results = CommentSerializer(many=True, source="items", help_text="Oldest first.")
    next = serializers.CharField(
        source="next_cursor", allow_blank=True, help_text="Empty at the end."
    )


class EditCommentSerializer(StrictSerializer):
    text = serializers.CharField(
        trim_whitespace=False, help_text="Markdown without HTML, of at most 1,000 characters."
    )


class NewCommentSerializer(EditCommentSerializer):
    reply_to = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=26,
        help_text="The comment or reply that it answers. There is one level of replies: a reply to"
        " a reply stands beside it.",
    )
