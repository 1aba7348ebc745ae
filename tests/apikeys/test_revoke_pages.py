"""Revoking keys, one or several, and taking it back within the hour."""

from datetime import timedelta

import time_machine

from apikeys import services
from core import clock, ids
from core.scopes import Scope
from tests.apikeys.keys import PROFILE, issue, program, rows
from tests.apikeys.owners import alerts_of, current, do, told
from tests.apikeys.seen import LIST, SEVERAL, page_of, text


def ticked(answer):
    """Names of the keys that the page shows, those that are ticked only."""
    keys = answer.context["keys"]
    page = answer.content.decode()
    return [each.key.name for each in keys if f'value="{each.key.key_id}" checked' in page]


def test_revoking_asks_once_and_says_so(alice, client_for):
    issued = issue(alice)
    client = client_for(alice)
    path = page_of(issued.key, "revoke/")
    assert issued.key.hint in text(client.get(path))
    answer = client.post(path, follow=True)
    assert answer.redirect_chain == [(page_of(issued.key), 302)]
    assert "is revoked." in text(answer)
    assert f'action="{page_of(issued.key, "undo-revoke/")}"' in text(answer)
    assert "Revoke…" not in text(answer)
    assert program(issued.secret).get(PROFILE).status_code == 401
    assert client.get(path).url == page_of(issued.key)


def test_revoking_needs_no_step_up(alice, client_for):
    key = issue(alice).key
    client = client_for(alice)
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        client.post(page_of(key, "revoke/"))
    assert current(key).state == "revoked"


def test_within_the_hour_the_list_and_the_key_offer_to_undo_it(alice, client_for):
    issued = issue(alice)
    key = do(services.revoke_key, issued.key)
    client = client_for(alice)
    undo = page_of(key, "undo-revoke/")
    assert f'action="{undo}"' in text(client.get(LIST))
    assert f'action="{undo}"' in text(client.get(page_of(key)))
    answer = client.post(undo, follow=True)
    assert "The key is back, as it was." in text(answer)
    assert program(issued.secret).get(PROFILE).status_code == 200


def test_after_the_hour_it_is_final(alice, client_for):
    key = do(services.revoke_key, issue(alice).key)
    before, heard = rows(), alerts_of(alice)
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        client = client_for(alice)
        assert "undo-revoke/" not in text(client.get(LIST)) + text(client.get(page_of(key)))
        answer = client.post(page_of(key, "undo-revoke/"), follow=True)
        assert "A key can be brought back for an hour" in text(answer)
        told_now = [each for each in alerts_of(alice) if each["kind"].startswith("apikey")]
    assert rows() == before
    assert told_now == [each for each in heard if each["kind"].startswith("apikey")]


def test_those_ticked_in_the_list_are_shown_again_before_they_go(alice, client_for):
    one, two, other = (issue(alice, name=name) for name in ("one", "two", "other"))
    client = client_for(alice)
    chosen = [one.key.key_id, two.key.key_id]
    before = rows()
    assert ticked(client.get(SEVERAL, {"key": chosen})) == ["two", "one"]
    assert rows() == before
    answer = client.post(SEVERAL, {"key": chosen}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "2 keys are revoked. You can undo each for an hour." in text(answer)
    assert text(answer).count(">Undo<") == 2
    assert program(one.secret).get(PROFILE).status_code == 401
    assert program(other.secret).get(PROFILE).status_code == 200
    assert told(alice)[-1] == "apikey.several_revoked"


def test_keys_are_chosen_by_what_they_have_in_common(alice, client_for):
    with time_machine.travel(clock.now() - timedelta(days=40)):
        issue(alice, Scope.FEED_READ, name="old reader")
        issue(alice, Scope.FEED_WRITE, name="old writer")
    issue(alice, Scope.FEED_READ, name="new reader")
    client = client_for(alice)
    day = f"{clock.now() - timedelta(days=20):%Y-%m-%d}"

    def chosen(**asked):
        return ticked(client.get(SEVERAL, {"choose": "1", **asked}))

    assert chosen() == ["new reader", "old writer", "old reader"]
    assert chosen(unused_days="30") == ["old writer", "old reader"]
    assert chosen(unused_days="30", scope="feed:read") == ["old reader"]
    assert chosen(created_before=day) == ["old writer", "old reader"]
    assert chosen(scope="billing:read") == []


def test_without_a_choice_all_are_shown_and_none_is_ticked(alice, client_for):
    issue(alice, name="one")
    do(services.revoke_key, issue(alice, name="gone").key)
    client = client_for(alice)
    answer = client.get(SEVERAL)
    assert [each.key.name for each in answer.context["keys"]] == ["one"]
    assert ticked(answer) == []
    assert 'href="?choose=1"' in text(answer)
    assert ticked(client.get(f"{SEVERAL}?choose=1")) == ["one"]


def test_a_choice_that_is_none_says_what_to_fix_and_ticks_nothing(alice, client_for):
    issue(alice)
    client = client_for(alice)
    for asked in ({"unused_days": "8"}, {"created_before": "tomorrow"}, {"scope": "keys:write"}):
        answer = client.get(SEVERAL, {"choose": "1", **asked})
        assert (answer.status_code, ticked(answer)) == (200, [])
        assert 'class="errorlist"' in text(answer)


def test_ticking_none_says_so(alice, client_for):
    issue(alice)
    before = rows()
    answer = client_for(alice).post(SEVERAL)
    assert (answer.status_code, "Tick the keys to revoke." in text(answer)) == (200, True)
    assert rows() == before


def test_keys_of_others_stay_and_are_not_shown(alice, mallory, client_for):
    key = issue(alice, name="hers").key
    own = issue(mallory, name="his").key
    client = client_for(mallory)
    assert "hers" not in text(client.get(SEVERAL, {"key": [key.key_id]}))
    sent = {"key": [key.key_id, own.key_id, ids.new_id(), "x"]}
    before = rows()[key.key_id]
    answer = client.post(SEVERAL, sent, follow=True)
    assert "1 key is revoked" in text(answer)
    assert "3 keys were not revoked" in text(answer)
    assert rows()[key.key_id] == before
