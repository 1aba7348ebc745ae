from typing import Any

from rest_framework import serializers


def password_field(help_text: str, **extra: Any) -> serializers.CharField:
    # A longer text is refused by the rule, with its own words; this only bounds the work.
    return serializers.CharField(
        max_length=4096, trim_whitespace=False, help_text=help_text, write_only=True, **extra
    )
