"""The pages that give a key a new secret, and end the one beside it."""

import re

import pytest

from apikeys import services
from apikeys.items import RotationStart
from core.ratelimit import Limit
from tests.apikeys.keys import PROFILE, issue, program, rows
from tests.apikeys.owners import alerts_of, current, do, edit, rotate, told
from tests.apikeys.seen import LIST, page_of, text
from tests.dumps import dump_tables

SECRET = re.compile(r"lk_live_\w{26}_\w{38}")


def asked(key, **changed):
    shown = {"start": "now", "overlap_hours": "24", "expires_in_days": "keep"}
    return {**shown, "version": key.version, **changed}


def works(secret):
    return program(secret).get(PROFILE).status_code == 200


def test_the_new_secret_is_shown_once_and_both_work(alice, client_for):
    old = issue(alice)
    client = client_for(alice)
    answer = client.post(page_of(old.key, "rotate/"), asked(old.key))
    [secret] = SECRET.findall(text(answer))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    cookies = "".join(morsel.value for morsel in client.cookies.values())
    assert secret not in cookies + dump_tables()
    assert told(alice)[-1] == "apikey.rotated"
    assert "Works until" in text(answer)
    assert works(secret)
    assert works(old.secret)
    for page in (LIST, page_of(old.key)):
        assert secret not in text(client.get(page))


def test_without_an_overlap_the_old_one_ends_at_once(alice, client_for):
    old = issue(alice)
    answer = client_for(alice).post(page_of(old.key, "rotate/"), asked(old.key, overlap_hours="0"))
    assert "Has ended" in text(answer)
    assert not works(old.secret)
    assert works(*SECRET.findall(text(answer)))


def test_at_first_use_nothing_changes_until_then(alice, client_for):
    old = issue(alice)
    client = client_for(alice)
    answer = client.post(page_of(old.key, "rotate/"), asked(old.key, start="first_use"))
    assert "From the first use of the new one on" in text(answer)
    page = text(client.get(page_of(old.key)))
    assert "Waits for its first use" in page
    assert page_of(old.key, "rotate/") not in page


def test_a_new_end_goes_with_a_start_now_only(alice, client_for):
    key = issue(alice).key
    client = client_for(alice)
    before = rows()
    sent = asked(key, start="first_use", expires_in_days="30")
    answer = client.post(page_of(key, "rotate/"), sent)
    assert "Only a rotation that starts now sets an end" in text(answer)
    assert rows() == before
    client.post(page_of(key, "rotate/"), asked(key, expires_in_days="never"))
    assert current(key).expires_at is None


@pytest.mark.parametrize("overlap", ["0", "24"])
def test_a_form_that_is_sent_twice_rotates_once(alice, client_for, overlap):
    key = issue(alice).key
    client = client_for(alice)
    sent = asked(key, overlap_hours=overlap)
    client.post(page_of(key, "rotate/"), sent)
    before, heard = rows(), alerts_of(alice)
    answer = client.post(page_of(key, "rotate/"), sent, follow=True)
    assert answer.redirect_chain == [(page_of(key), 302)]
    assert not SECRET.findall(text(answer))
    assert ("Nothing new was made" in text(answer)) is (overlap == "0")
    assert ("This key has two secrets at the moment" in text(answer)) is (overlap == "24")
    assert (rows(), alerts_of(alice)) == (before, heard)


def test_what_was_changed_meanwhile_is_looked_at_first(alice, client_for):
    key = issue(alice).key
    edit(key, name="renamed elsewhere")
    before = rows()
    answer = client_for(alice).post(page_of(key, "rotate/"), asked(key), follow=True)
    assert "Nothing new was made" in text(answer)
    assert rows() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda key: do(services.revoke_key, key), "This key is revoked or has expired"),
        (lambda key: rotate(key).key, "This key has two secrets at the moment"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_key_that_cannot_be_rotated_says_why(alice, client_for, change, said, method):
    key = change(issue(alice).key)
    before = rows()
    client = client_for(alice)
    answer = getattr(client, method)(page_of(key, "rotate/"), asked(key), follow=True)
    assert answer.redirect_chain == [(page_of(key), 302)]
    assert said in text(answer)
    assert rows() == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"overlap_hours": "2"}, "2 is not one of the available choices"),
        ({"start": "later"}, "later is not one of the available choices"),
        ({"version": "x"}, "Enter a whole number."),
    ],
)
def test_a_bad_form_is_shown_again_with_what_to_fix(alice, client_for, changed, said):
    key = issue(alice).key
    before = rows()
    answer = client_for(alice).post(page_of(key, "rotate/"), asked(key, **changed))
    assert (answer.status_code, said in text(answer)) == (200, True)
    assert rows() == before


def test_a_limit_of_rotations_is_told_on_the_form(alice, client_for, monkeypatch):
    few = Limit("api-key-rotate", times=1, seconds=86_400)
    monkeypatch.setattr("apikeys.services.rotating.ROTATIONS", few)
    key = rotate(issue(alice).key, hours=0).key
    before = rows()
    answer = client_for(alice).post(page_of(key, "rotate/"), asked(key))
    assert (answer.status_code, "Too many tries" in text(answer)) == (429, True)
    assert rows() == before


def test_the_old_secret_is_ended_after_one_more_click(alice, client_for):
    old = issue(alice)
    new = rotate(old.key)
    program(old.secret).get(PROFILE)
    client = client_for(alice)
    page = text(client.get(page_of(old.key, "end-old-secret/")))
    assert old.key.hint in page
    answer = client.post(
        page_of(old.key, "end-old-secret/"), {"version": new.key.version}, follow=True
    )
    assert "Only one secret of this key works now." in text(answer)
    assert not works(old.secret)
    assert works(new.secret)


def test_a_new_secret_that_nobody_used_is_dropped(alice, client_for):
    old = issue(alice)
    new = rotate(old.key, start=RotationStart.FIRST_USE)
    client = client_for(alice)
    assert "Drop the new secret" in text(client.get(page_of(old.key, "end-old-secret/")))
    client.post(page_of(old.key, "end-old-secret/"), {"version": new.key.version})
    assert not works(new.secret)
    assert works(old.secret)


def test_what_is_beside_it_by_now_is_not_ended_unseen(alice, client_for):
    old = issue(alice)
    new = rotate(old.key, start=RotationStart.FIRST_USE)
    do(services.end_overlap, old.key)
    rotate(current(old.key))
    before, heard = rows(), alerts_of(alice)
    sent = {"version": new.key.version}
    answer = client_for(alice).post(page_of(old.key, "end-old-secret/"), sent, follow=True)
    assert "This key was changed meanwhile" in text(answer)
    assert (rows(), alerts_of(alice)) == (before, heard)


def test_there_is_nothing_to_end_of_a_key_with_one_secret(alice, client_for):
    key = issue(alice).key
    client = client_for(alice)
    assert client.get(page_of(key, "end-old-secret/")).url == page_of(key)
    before = rows()
    client.post(page_of(key, "end-old-secret/"), {"version": key.version})
    client.post(page_of(key, "end-old-secret/"))
    assert rows() == before
