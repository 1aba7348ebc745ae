import re
from pathlib import Path

from django.urls import reverse

from alerts.catalogue import CATALOGUE, CATEGORY_TEXTS, CHANNEL_TEXTS
from alerts.items import AlertKind, Category, Channel
from alerts.services.digests import LONGEST_GROUP

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "alerts/services", "apikeys", "billing", "mfa", "newsfeed", "sessions", "users")
CODE = "\n".join(path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py"))
DOCS = (ROOT / "docs/alerts.md").read_text()


def cells(entry):
    """The row of docs/alerts.md for it, without its name."""
    channels = ", ".join(channel.value for channel in Channel if channel in entry.channels)
    mandatory = "always" if entry.mandatory else "by choice"
    return f"{entry.title} | {entry.severity} | {channels} | {mandatory} | {same_event(entry)}"


def same_event(entry):
    grouping = entry.grouping
    if grouping is None:
        return "each on its own"
    by = " and ".join(grouping.by) or "person"
    steps = ", ".join(map(str, grouping.steps))
    burst = ", a burst" if grouping.burst else ""
    return f"by {by}, {int(grouping.window.total_seconds()) // 60} min; sent at {steps}{burst}"


def test_every_kind_has_texts_and_a_page_that_exists():
    assert set(CATALOGUE) == set(AlertKind)
    for kind, entry in CATALOGUE.items():
        assert str(entry.title), kind
        assert str(entry.sentence).endswith("."), kind
        assert entry.channels, kind
        assert not entry.page or reverse(entry.page).startswith("/"), kind


def test_every_kind_is_raised_by_somebody():
    assert [kind for kind in AlertKind if f"AlertKind.{kind.name}" not in CODE] == []


def test_every_kind_is_in_the_documentation_as_it_is_here():
    described = dict(
        match.groups() for match in re.finditer(r"^\| `([\w.]+)` \| (.*) \|$", DOCS, re.MULTILINE)
    )
    assert described == {str(kind): cells(entry) for kind, entry in CATALOGUE.items()}


def test_security_cannot_be_silenced():
    security = [entry for entry in CATALOGUE.values() if entry.category is Category.SECURITY]
    assert all(entry.mandatory and Channel.IN_APP in entry.channels for entry in security)


def test_what_is_not_mailed_of_security_is_known():
    """Of the address itself, of what another mail tells, or of what is no more than a note."""
    assert {
        kind
        for kind, entry in CATALOGUE.items()
        if entry.category is Category.SECURITY and Channel.EMAIL not in entry.channels
    } == {
        AlertKind.BROWSER_FORGOTTEN,
        AlertKind.EMAIL_BOUNCED,
        AlertKind.EMAIL_COMPLAINED,
        AlertKind.MFA_METHOD_RENAMED,
        AlertKind.OTHER_SESSIONS_ENDED,
        AlertKind.PASSWORD_RESET_ASKED,
        AlertKind.SESSION_ENDED,
        AlertKind.SIGN_IN_FAILED,
    }


def test_a_group_ends_before_a_digest_forgets_it():
    windows = [entry.grouping.window for entry in CATALOGUE.values() if entry.grouping]
    assert windows
    assert max(windows) <= LONGEST_GROUP


def test_every_category_and_channel_has_a_name():
    assert set(CATEGORY_TEXTS) == set(Category)
    assert set(CHANNEL_TEXTS) == set(Channel)


def test_texts_take_values_of_the_context():
    entry = CATALOGUE[AlertKind.HANDLE_CHANGED]
    context = {"old": "ann", "new": "100%"}
    assert entry.sentence_for(context) == "Your handle was @ann. Now it is @100%."
