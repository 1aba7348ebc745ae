from rest_framework import serializers

from core.api import StrictSerializer
from newsfeed.items import ReactionKind

KINDS = [str(kind) for kind in ReactionKind]


class ReactSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=KINDS)
