"""Doors of the API to a person's keys, and what a key asks about itself."""

from apikeys.viewsets.current import CurrentKeyView
from apikeys.viewsets.keys import ApiKeyViewSet
from apikeys.viewsets.secrets import SecretViewSet
from apikeys.viewsets.states import StateViewSet

__all__ = ["ApiKeyViewSet", "CurrentKeyView", "SecretViewSet", "StateViewSet"]
