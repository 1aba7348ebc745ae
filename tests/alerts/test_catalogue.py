from pathlib import Path

from django.urls import reverse

from alerts.catalogue import CATALOGUE, CATEGORY_TEXTS, CHANNEL_TEXTS
from alerts.items import AlertKind, Category, Channel

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "apikeys", "billing", "mfa", "newsfeed", "sessions", "users")
CODE = "\n".join(path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py"))


def test_every_kind_has_texts_and_a_page_that_exists():
    assert set(CATALOGUE) == set(AlertKind)
    for kind, entry in CATALOGUE.items():
        assert str(entry.title), kind
        assert str(entry.sentence).endswith("."), kind
        assert entry.channels, kind
        assert not entry.page or reverse(entry.page).startswith("/"), kind


def test_every_kind_is_raised_by_somebody():
    assert [kind for kind in AlertKind if f"AlertKind.{kind.name}" not in CODE] == []


def test_security_cannot_be_silenced():
    security = [entry for entry in CATALOGUE.values() if entry.category is Category.SECURITY]
    assert all(entry.mandatory and Channel.EMAIL in entry.channels for entry in security)


def test_every_category_and_channel_has_a_name():
    assert set(CATEGORY_TEXTS) == set(Category)
    assert set(CHANNEL_TEXTS) == set(Channel)


def test_texts_take_values_of_the_context():
    entry = CATALOGUE[AlertKind.HANDLE_CHANGED]
    context = {"old": "ann", "new": "100%"}
    assert entry.sentence_for(context) == "Your handle was @ann. Now it is @100%."
