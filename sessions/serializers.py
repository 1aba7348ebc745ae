from typing import Any

from rest_framework import serializers


class SessionSerializer(serializers.Serializer[Any]):
    sid = serializers.CharField(help_text="The session's public id; it signs nobody in.")
    label = serializers.CharField(  # type: ignore[assignment]  # Serializer.label, unused here
        help_text="The browser and its system, as far as known."
    )
    ip = serializers.CharField(allow_blank=True, help_text="Where it was signed in from.")
    user_agent = serializers.CharField(allow_blank=True)
    methods = serializers.ListField(
        child=serializers.CharField(), help_text="How the person proved who they are."
    )
    created_at = serializers.DateTimeField(help_text="When it was signed in.")
    seen_at = serializers.DateTimeField(help_text="Last used, to the minute.")
    expires_at = serializers.DateTimeField(help_text="When it ends unless it is used before.")
    current = serializers.BooleanField(help_text="Whether it is the session of this request.")


class SessionListSerializer(serializers.Serializer[Any]):
    results = SessionSerializer(many=True)


class TrustedBrowserSerializer(serializers.Serializer[Any]):
    sid = serializers.CharField(help_text="Its public id; it proves nothing.")
    label = serializers.CharField(  # type: ignore[assignment]  # Serializer.label, unused here
        help_text="The browser and its system, as far as known."
    )
    ip = serializers.CharField(allow_blank=True, help_text="Where it was trusted from.")
    user_agent = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField(help_text="When it was trusted.")
    seen_at = serializers.DateTimeField(help_text="When it skipped the second step last.")
    seen_ip = serializers.CharField(allow_blank=True, help_text="From where that was.")
    expires_at = serializers.DateTimeField(help_text="Until when it is trusted; use moves nothing.")
    current = serializers.BooleanField(help_text="Whether it is the browser of this request.")


class TrustedBrowserListSerializer(serializers.Serializer[Any]):
    results = TrustedBrowserSerializer(many=True)
