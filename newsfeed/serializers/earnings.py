from rest_framework import serializers

from newsfeed.items import PostEarnings
from newsfeed.serializers.paging import PageSerializer


class PostEarningsSerializer(serializers.Serializer[PostEarnings]):
    post_id = serializers.CharField(help_text="A 26-character ULID.")
    created_at = serializers.DateTimeField(help_text="UTC.")
    unlock_price = serializers.IntegerField(
        min_value=0, help_text="Of today, in minor units of `currency`; 0 when it is not for sale."
    )
    currency = serializers.CharField(allow_blank=True, help_text="ISO 4217; empty without price.")
    sold = serializers.IntegerField(help_text="Unlocks that were not taken back.")
    earned = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Your part of what was paid, in minor units, by currency.",
    )


class EarningsPageSerializer(PageSerializer):
    results = PostEarningsSerializer(many=True, source="items")
