"""Where the pages of keys are, what they say, and what they are to show of a key's use."""

from datetime import timedelta

from apikeys.items import Outcome
from apikeys.repository import UsageMonth, UsageRepository
from core import clock

LIST = "/settings/api-keys/"
NEW = f"{LIST}new/"
SEVERAL = f"{LIST}revoke/"


def page_of(key, step=""):
    return f"{LIST}{key.key_id}/{step}"


def text(answer):
    return " ".join(answer.content.decode().split())


def used(key, *, days_ago=0, **calls):
    """Calls of that day, by outcome."""
    day = clock.now().date() - timedelta(days=days_ago)
    month = UsageMonth(key_id=key.key_id, user_sub=key.user_sub, first=day.replace(day=1))
    slots = {(day.day, Outcome(outcome)): number for outcome, number in calls.items()}
    UsageRepository().add(month, slots)
