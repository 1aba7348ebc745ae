from rest_framework import serializers

from core.api import StrictSerializer
from newsfeed.items import CommentView
from newsfeed.serializers.paging import PageSerializer
from newsfeed.serializers.people import PersonSerializer


class CommentSerializer(serializers.Serializer[CommentView]):
    comment_id = serializers.CharField(help_text="A 26-character ULID.")
    author = PersonSerializer()
    text = serializers.CharField(help_text="Markdown.")
    html = serializers.CharField(help_text="`text` as HTML that is safe to be put into a page.")
    created_at = serializers.DateTimeField(help_text="UTC.")
    own = serializers.BooleanField(help_text="Whether you wrote it.")
    deletable = serializers.BooleanField(help_text="Yours, or on your post.")


class CommentPageSerializer(PageSerializer):
    results = CommentSerializer(many=True, source="items")


class NewCommentSerializer(StrictSerializer):
    text = serializers.CharField(
        trim_whitespace=False, help_text="Markdown without HTML, of at most 1,000 characters."
    )
