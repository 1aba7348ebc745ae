"""Which countries the site texts, and what becomes of a phone in one that it no longer does."""

from datetime import timedelta

import pytest
from django.test import Client

from alerts import services as alerts
from core import inbox
from core.errors import Invalid
from mfa import services as mfa
from mfa.errors import CountryNotTexted, MethodNotOn
from mfa.items import Method
from tests.alerts.people import actor, choose, tell
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from tests.mfa.people import (
    ACTOR,
    PHONE,
    again,
    deliver,
    enter_code,
    enter_password,
    is_signed_in,
    turn_on_email,
    turn_on_sms,
)

AUSTRIAN = "+436641234567"
STEP, SEND = "/sign-in/second-step/", "/sign-in/second-step/send/"
pytestmark = pytest.mark.usefixtures("time", "sms_inbox")


def page_of(answer):
    return answer.content.decode()


def test_any_country_is_texted_when_none_is_named(alice):
    turn_on_sms(alice)
    turn_on_sms(alice, phone=AUSTRIAN)


def test_a_number_of_another_country_is_refused(alice, settings):
    settings.SMS_COUNTRIES = {"AT", "CH"}
    before = dump_tables()
    with pytest.raises(Invalid) as refused:
        mfa.start_sms(user=alice, phone=PHONE, name="", actor=ACTOR, consent=True)
    assert "country" in refused.value.errors["phone"][0]
    assert dump_tables() == before
    turn_on_sms(alice, phone=AUSTRIAN)


@pytest.mark.parametrize("country", ["US", "CA"])
def test_countries_that_share_a_code_are_told_apart(alice, settings, country):
    settings.SMS_COUNTRIES = {country}
    numbers = {"US": "+12015550123", "CA": "+14165550123"}
    turn_on_sms(alice, phone=numbers.pop(country))
    with pytest.raises(Invalid):
        mfa.start_sms(
            user=again(alice), phone=numbers.popitem()[1], name="", actor=ACTOR, consent=True
        )


def test_premium_numbers_stay_refused_where_the_country_is_texted(alice, settings):
    settings.SMS_COUNTRIES = {"DE", "US"}
    for phone in ("+49 900 1234567", "+1 900 555 0100", "+49 137 1234567"):
        with pytest.raises(Invalid):
            mfa.start_sms(user=alice, phone=phone, name="", actor=ACTOR, consent=True)


@pytest.fixture
def codes(alice, settings, sms_inbox, time):
    """Of a person whose phone was confirmed while its country was texted."""
    _, codes = turn_on_sms(alice)
    settings.SMS_COUNTRIES = {"AT"}
    return codes


def test_whose_country_is_no_longer_texted_signs_in_by_recovery_code_and_reads_why(alice, codes):
    client, _ = enter_password(alice)
    page = page_of(client.get(STEP))
    assert "no longer sends text messages to the country of your phone" in page
    assert "Recovery code" in page
    assert "Send me a code" not in page
    enter_code(client, codes[0], "recovery")
    assert is_signed_in(client)


def test_no_code_is_sent_to_a_phone_of_a_country_that_is_no_longer_texted(alice, codes):
    client, _ = enter_password(alice)
    before = dump_tables("sms", "app", "rate_limits")
    client.post(SEND, {"method": "sms"})
    with pytest.raises(MethodNotOn):
        mfa.send_code(user=again(alice), method=Method.SMS, challenge_id="x", actor=ACTOR)
    assert dump_tables("sms", "app", "rate_limits") == before


def test_the_api_offers_what_is_left(alice, codes):
    client, sent = Client(), {"login": alice.email, "password": PASSWORD}
    answer = client.post("/api/v1/sessions/", sent, content_type="application/json")
    assert answer.json()["second_step"]["methods"] == ["recovery"]


def test_another_factor_takes_the_place_of_that_phone(alice, codes):
    turn_on_email(alice)
    assert mfa.methods_of(again(alice)) == (Method.EMAIL, Method.RECOVERY)
    client, _ = enter_password(alice)
    assert "no longer sends text messages" in page_of(client.get(STEP))


def test_another_phone_of_a_texted_country_is_used(alice, codes):
    turn_on_sms(alice, phone=AUSTRIAN)
    first, *others = mfa.ways_of(again(alice))
    assert first.hint == AUSTRIAN[-4:]
    assert [way.method for way in others] == [Method.RECOVERY]
    assert mfa.notice_of(again(alice), first) == ""


def test_a_phone_is_offered_again_with_its_country(alice, codes, settings):
    settings.SMS_COUNTRIES = set()
    assert mfa.methods_of(again(alice)) == (Method.SMS, Method.RECOVERY)


def test_a_phone_of_a_country_that_is_no_longer_texted_is_not_chosen_for_alerts(alice, codes):
    (device,) = mfa.overview(again(alice)).devices
    with pytest.raises(CountryNotTexted):
        mfa.use_for_alerts(device, actor=ACTOR)
    client, _ = enter_password(alice)
    enter_code(client, codes[0], "recovery")
    path = f"/settings/mfa/sms/{device.device_id}/alerts/"
    assert "no text messages to the country" in page_of(client.post(path, follow=True))
    assert alerts.get_preferences(alice.user_sub).phone is None


def test_confirming_that_it_is_you_asks_such_a_person_for_a_recovery_code(alice, codes, time):
    client, _ = enter_password(alice)
    enter_code(client, codes[0], "recovery")
    time.shift(timedelta(minutes=30))
    page = page_of(client.get("/confirm/?next=/settings/mfa/totp/add/"))
    assert "Recovery code" in page
    assert "no longer sends text messages to the country of your phone" in page


def test_a_phone_for_alerts_of_before_gets_none_and_its_owner_sees_why(
    alice, client_for, settings, caplog
):
    alerts.choose_phone(user_sub=alice.user_sub, number=PHONE, actor=actor(alice))
    choose(alice, version=2, security={"sms": True})
    settings.SMS_COUNTRIES = {"AT"}
    tell(alice)
    deliver()
    assert [each for each in inbox.list_messages() if each.kind == "sms"] == []
    assert alerts.get_preferences(alice.user_sub).suspended == {}
    assert "text message skipped" in caplog.messages
    page = page_of(client_for(alice).get("/settings/alerts/"))
    assert "Nothing goes to its country" in page


def test_a_set_up_of_before_gets_no_further_code(alice, settings, time):
    device = mfa.start_sms(user=alice, phone=PHONE, name="", actor=ACTOR, consent=True)
    settings.SMS_COUNTRIES = {"AT"}
    with pytest.raises(CountryNotTexted):
        mfa.resend_code(user=alice, method=Method.SMS, device_id=device.device_id, actor=ACTOR)
    deliver()  # the first one waited for a worker
    assert inbox.list_messages() == []
