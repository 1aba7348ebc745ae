"""The form that edits a key."""

import pytest

from apikeys import services
from core.ratelimit import Limit
from core.scopes import Scope
from tests.apikeys.keys import issue, rows
from tests.apikeys.owners import alerts_of, current, do, edit, told
from tests.apikeys.seen import page_of, text


def form_of(key, **changed):
    """As the page shows it."""
    shown = {
        "name": key.name,
        "description": key.description,
        "scopes": [str(scope) for scope in key.scopes],
        "allowed_networks": "\n".join(key.allowed_networks),
        "calls_per_minute": key.calls_per_minute or "",
        "expires_in_days": "keep",
        "version": key.version,
    }
    return {**shown, **changed}


def test_it_shows_the_key_as_it_is(alice, client_for):
    key = edit(
        issue(alice, Scope.FEED_READ).key,
        description="In the cellar",
        allowed_networks=["198.51.100.0/24", "2001:db8::/48"],
        calls_per_minute=60,
    )
    shown = client_for(alice).get(page_of(key, "edit/"))
    page = shown.content.decode()
    assert "In the cellar</textarea>" in page
    assert "198.51.100.0/24\n2001:db8::/48</textarea>" in page
    assert shown.context["form"].initial["scopes"] == ["feed:read"]
    assert page.count(" checked") == 1
    assert f'name="version" value="{key.version}"' in page
    assert 'type="number"' not in page  # it sends nothing for what is no number


def test_a_change_is_saved_and_told(alice, client_for):
    key = issue(alice, Scope.FEED_READ).key
    sent = form_of(
        key,
        scopes=["feed:read", "feed:write"],
        allowed_networks="198.51.100.7",
        calls_per_minute="5",
        expires_in_days="never",
    )
    answer = client_for(alice).post(page_of(key, "edit/"), sent, follow=True)
    now = current(key)
    assert "Your changes are saved" in text(answer)
    assert now.scopes == {Scope.FEED_READ, Scope.FEED_WRITE}
    assert now.allowed_networks == ("198.51.100.7/32",)
    assert (now.calls_per_minute, now.expires_at) == (5, None)
    assert told(alice)[-1] == "apikey.changed"


def test_a_form_that_is_sent_as_it_was_changes_nothing(alice, client_for):
    key = edit(issue(alice).key, allowed_networks=["198.51.100.0/24"], calls_per_minute=60)
    before, heard = rows(), alerts_of(alice)
    client_for(alice).post(page_of(key, "edit/"), form_of(key))
    assert (rows(), alerts_of(alice)) == (before, heard)


def test_what_was_changed_meanwhile_is_not_overwritten_unseen(alice, client_for):
    key = issue(alice).key
    now = edit(key, name="renamed elsewhere", allowed_networks=["198.51.100.0/24"])
    before, heard = rows(), alerts_of(alice)
    sent = form_of(key, description="typed\r\nhere", scopes=["feed:read"])
    answer = client_for(alice).post(page_of(key, "edit/"), sent)
    assert "The key was changed meanwhile, so nothing is saved yet." in text(answer)
    assert (rows(), alerts_of(alice)) == (before, heard)
    assert answer.context["newer"] == ["name", "description", "scopes", "allowed_networks"]
    assert "<dd>renamed elsewhere</dd>" in text(answer)
    assert "<code>198.51.100.0/24</code>" in text(answer)
    assert "typed here</textarea>" in text(answer)
    assert f'name="version" value="{now.version}"' in text(answer)


def test_what_was_typed_is_saved_when_it_is_sent_again(alice, client_for):
    key = issue(alice).key
    client = client_for(alice)
    now = edit(key, name="renamed elsewhere")
    sent = form_of(key, description="typed here")
    client.post(page_of(key, "edit/"), sent)
    client.post(page_of(key, "edit/"), {**sent, "version": now.version})
    assert (current(key).name, current(key).description) == (key.name, "typed here")


def test_a_form_that_says_what_the_key_says_by_now_would_replace_nothing(alice, client_for):
    key = issue(alice).key
    edit(key, name="the same")
    answer = client_for(alice).post(page_of(key, "edit/"), form_of(key, name="the same"))
    assert answer.context["newer"] == []
    assert "It says what you typed below already." in text(answer)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_key_that_ended_is_not_edited(alice, client_for, method):
    key = do(services.revoke_key, issue(alice).key)
    before = rows()
    client = client_for(alice)
    answer = getattr(client, method)(page_of(key, "edit/"), form_of(key, name="x"), follow=True)
    assert "This key is revoked or has expired" in text(answer)
    assert rows() == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"description": "x" * 201}, "at most 200 characters"),
        ({"scopes": []}, "This field is required."),
        ({"allowed_networks": "198.51.100.7/24"}, "198.51.100.0/24"),
        ({"allowed_networks": "0.0.0.0/0"}, "empty"),
        ({"calls_per_minute": "601"}, "from 1 to 600"),
        ({"calls_per_minute": "60/min"}, "Enter a whole number."),
        ({"expires_in_days": "8"}, "8 is not one of the available choices"),
        ({"version": ""}, "This field is required."),
    ],
)
def test_a_bad_form_is_shown_again_with_what_to_fix(alice, client_for, changed, said):
    key = issue(alice).key
    before, heard = rows(), alerts_of(alice)
    answer = client_for(alice).post(page_of(key, "edit/"), form_of(key, **changed))
    assert answer.status_code == 200
    assert said in text(answer)
    assert (rows(), alerts_of(alice)) == (before, heard)


def test_a_limit_of_changes_is_told_on_the_form(alice, client_for, monkeypatch):
    few = Limit("api-key-change", times=1, seconds=86_400)
    monkeypatch.setattr("apikeys.services.changing.CHANGES", few)
    key = edit(issue(alice).key, name="one change")
    before = rows()
    answer = client_for(alice).post(page_of(key, "edit/"), form_of(key, name="x"))
    assert (answer.status_code, "Too many tries" in text(answer)) == (429, True)
    assert rows() == before
