"""Recovery codes: shown once, taken away by the page itself, and few left is said."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from alerts.items import AlertKind
from core.stepup import STEP_UP_SECONDS
from dynamo.errors import Unavailable
from mfa import services as mfa
from mfa.items import Method
from mfa.services.recovery import LOW
from tests.dumps import dump_tables
from tests.mfa.people import (
    ACTOR,
    again,
    enter_code,
    enter_password,
    turn_on_totp,
)

CODES = "/settings/mfa/recovery-codes/"
DOWNLOAD, SAVED = f"{CODES}download/", f"{CODES}saved/"
TABLES = ("totp", "recovery", "users", "alerts")
pytestmark = pytest.mark.usefixtures("time")


def shown(html):
    return re.findall(r"<li>([0-9A-Z-]{29})</li>", html)


def use(user, *codes):
    for code in codes:
        mfa.verify(
            user=again(user), method=Method.RECOVERY, code=code, challenge_id="", actor=ACTOR
        )


@pytest.fixture
def holder(client_for, alice):
    """The page with Alice's new codes, and the browser that shows it."""
    client = client_for(alice)
    turn_on_totp(alice)
    answer = client.post(CODES)
    client.page = answer.content.decode()
    client.codes = shown(client.page)
    assert len(client.codes) == 10
    assert "no-store" in answer["Cache-Control"]
    return client


def test_the_page_itself_carries_what_its_download_sends(holder):
    sent = re.findall(r'type="hidden" name="codes" value="([^"]+)"', holder.page)
    assert sent == holder.codes


def test_the_file_holds_the_site_and_the_codes_and_nobody_keeps_it(holder):
    answer = holder.post(DOWNLOAD, {"codes": holder.codes})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="latchkey-recovery-codes.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    first, *rest = answer.content.decode().split("\n")
    assert first.startswith("Latchkey recovery codes")
    assert [line for line in rest if line] == holder.codes


def test_the_file_needs_no_second_proof_since_asking_would_lose_the_codes(holder, time):
    time.shift(timedelta(seconds=STEP_UP_SECONDS + 1))
    assert holder.post(DOWNLOAD, {"codes": holder.codes}).status_code == 200


@pytest.mark.parametrize(
    "sent", [[], ["x"], [""], ["<script>alert(1)</script>"], ["AAAA-" * 6], ["\x00"]]
)
def test_what_is_none_of_ones_codes_comes_back_as_no_file(holder, sent):
    answer = holder.post(DOWNLOAD, {"codes": sent})
    assert (answer.status_code, answer.url) == (302, "/settings/mfa/")
    mixed = holder.post(DOWNLOAD, {"codes": [holder.codes[0], *sent, "AAAA"]})
    assert mixed.status_code == 302


def test_used_and_replaced_codes_come_back_as_no_file(holder, alice):
    use(alice, holder.codes[0])
    assert holder.post(DOWNLOAD, {"codes": holder.codes}).status_code == 302
    assert holder.post(DOWNLOAD, {"codes": holder.codes[1:]}).status_code == 200
    holder.post(CODES)
    assert holder.post(DOWNLOAD, {"codes": holder.codes[1:]}).status_code == 302


def test_the_codes_of_somebody_else_come_back_as_no_file(holder, client_for, mallory):
    client = client_for(mallory)
    turn_on_totp(mallory)
    assert client.post(DOWNLOAD, {"codes": holder.codes}).status_code == 302
    assert Client().post(DOWNLOAD, {"codes": holder.codes}).status_code == 403


def test_no_address_cookie_or_row_ever_holds_one(holder):
    holder.post(DOWNLOAD, {"codes": holder.codes})
    holder.post(SAVED, {"saved": "on"})
    stored = dump_tables() + str(holder.cookies) + holder.session.session_key
    for code in holder.codes:
        assert code not in stored
        assert code.replace("-", "") not in stored
    assert not re.search(rf'(href|action)="[^"]*{holder.codes[0]}', holder.page)


def test_one_goes_on_with_the_tick_only_and_they_are_not_shown_again(holder):
    assert re.search(r'<input type="checkbox" name="saved"[^>]* required', holder.page)
    answer = holder.post(SAVED)
    html = answer.content.decode()
    assert "Tick this once you saved them" in html
    assert holder.codes[0] not in html
    assert "make new ones" in html
    assert holder.post(SAVED, {"saved": "on"}).url == "/settings/mfa/"


def test_they_are_made_when_the_first_factor_is_turned_on_and_by_no_other(alice):
    _, codes = turn_on_totp(alice)
    assert len(codes) == 10
    _, more = turn_on_totp(alice)
    assert more == ()
    assert mfa.overview(again(alice)).recovery_codes == 10


def low_alerts():
    return dump_tables("alerts").count(AlertKind.RECOVERY_CODES_LOW)


def test_few_left_is_told_once_for_each_ten(alice, time):
    _, codes = turn_on_totp(alice)
    use(alice, *codes[: 10 - LOW - 1])
    assert low_alerts() == 0
    use(alice, codes[-1])
    assert low_alerts() == 1
    use(alice, *codes[10 - LOW - 1 : -1])
    assert low_alerts() == 1
    time.shift(timedelta(minutes=1))
    new = mfa.replace_recovery_codes(user=again(alice), actor=ACTOR)
    use(alice, *new[: 10 - LOW])
    assert low_alerts() == 2


def test_what_could_not_be_told_is_told_after_the_next_one(alice, monkeypatch):
    _, codes = turn_on_totp(alice)
    use(alice, *codes[: 10 - LOW - 1])

    def refuse(writes):
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr("mfa.services.recovery.transact", refuse)
        use(alice, codes[10 - LOW - 1])
    assert low_alerts() == 0
    use(alice, codes[10 - LOW])
    assert low_alerts() == 1


def test_who_signs_in_by_one_is_told_how_few_are_left(alice):
    _, codes = turn_on_totp(alice)
    use(alice, *codes[:5])
    for left in (4, 3):
        client, _ = enter_password(alice)
        assert enter_code(client, codes[9 - left], "recovery").url == "/account/"
        html = client.get("/account/").content.decode()
        assert ("recovery codes are left" in html) == (left == LOW)


def test_who_confirms_by_one_is_told_too(client_for, alice, time):
    client = client_for(alice)
    _, codes = turn_on_totp(alice)
    use(alice, *codes[:6])
    time.shift(timedelta(seconds=STEP_UP_SECONDS + 1))
    answer = client.post("/confirm/", {"method": "recovery", "code": codes[6]})
    assert "3 recovery codes are left" in client.get(answer.url).content.decode()


def security_page(client):
    return client.get("/settings/security/").content.decode()


def test_the_security_page_says_so(client_for, alice):
    client = client_for(alice)
    assert "Few left" not in security_page(client)
    _, codes = turn_on_totp(alice)
    assert "Few left" not in security_page(client)
    use(alice, *codes[:7])
    html = security_page(client)
    assert "Few left" in html
    assert "3 are left." in html
