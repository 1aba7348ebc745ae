"""Many requests with one code, at once, on a real engine: exactly one wins."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from alerts import services as alerts
from alerts.items import AlertKind
from core import ids
from core.errors import RateLimited
from jobs import services as jobs
from mfa import services as mfa
from mfa.errors import FactorsChanging, WrongFactorCode
from mfa.items import Method
from mfa.services import devices
from tests.dumps import dump_tables
from tests.mfa.people import (
    ACTOR,
    again,
    deliver,
    enter_code,
    enter_password,
    is_signed_in,
    last_mail_code,
    last_text_code,
    phone_code,
    staff_with_app,
    turn_on_email,
    turn_on_sms,
    turn_on_totp,
)

FEW, MANY = 12, 50
AT_ONCE = pytest.mark.parametrize("at_once", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("time")]


@pytest.fixture
def unlimited(monkeypatch):
    """The budget of an account would stop them before the code is used."""
    from core.lockout import Lockout
    from mfa.services import challenges, verifying

    monkeypatch.setattr(verifying, "PER_ACCOUNT", Lockout(name="mfa", free=1000, window=900))
    monkeypatch.setattr(challenges, "MOST_TRIES", 1000)


def race(use, at_once):
    def one(_):
        try:
            use()
        except (WrongFactorCode, RateLimited) as error:
            return type(error)
        return "won"

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(one, range(at_once)))


def verifying(user, method, code, challenge_id=""):
    return partial(
        mfa.verify,
        user=again(user),
        method=method,
        code=code,
        challenge_id=challenge_id,
        actor=ACTOR,
    )


@AT_ONCE
def test_a_totp_step_is_accepted_once(alice, unlimited, at_once):
    secret, _ = turn_on_totp(alice)
    outcomes = race(verifying(alice, Method.TOTP, phone_code(secret)), at_once)
    assert outcomes.count("won") == 1
    assert outcomes.count(WrongFactorCode) == at_once - 1


@AT_ONCE
def test_a_recovery_code_is_accepted_once(alice, unlimited, at_once):
    _, codes = turn_on_totp(alice)
    outcomes = race(verifying(alice, Method.RECOVERY, codes[0]), at_once)
    assert outcomes.count("won") == 1
    assert outcomes.count(WrongFactorCode) == at_once - 1
    assert mfa.overview(again(alice)).recovery_codes == 9


@AT_ONCE
def test_the_alert_of_few_codes_is_raised_once(alice, unlimited, at_once):
    """However many of them are used at the same moment."""
    _, codes = turn_on_totp(alice)
    user = again(alice)

    def use(code):
        mfa.verify(user=user, method=Method.RECOVERY, code=code, challenge_id="", actor=ACTOR)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(use, codes[:9]))
    assert dump_tables("alerts").count(AlertKind.RECOVERY_CODES_LOW) == 1


@AT_ONCE
@pytest.mark.parametrize("method", [Method.SMS, Method.EMAIL])
def test_a_sent_code_is_accepted_once(alice, unlimited, sms_inbox, method, at_once):
    turn_on, read = SENT_BY[method]
    turn_on(alice)
    challenge = ids.new_id()
    mfa.send_code(user=again(alice), method=method, challenge_id=challenge, actor=ACTOR)
    deliver()
    outcomes = race(verifying(alice, method, read(), challenge), at_once)
    assert outcomes.count("won") == 1
    assert outcomes.count(WrongFactorCode) == at_once - 1


SENT_BY = {
    Method.SMS: (turn_on_sms, last_text_code),
    Method.EMAIL: (turn_on_email, last_mail_code),
}


@AT_ONCE
def test_wrong_codes_at_once_spend_exactly_the_budget(alice, at_once):
    secret, _ = turn_on_totp(alice)
    outcomes = race(verifying(alice, Method.TOTP, "000000"), at_once)
    assert outcomes.count(WrongFactorCode) == 10
    assert outcomes.count(RateLimited) == at_once - 10
    with pytest.raises(RateLimited):
        verifying(alice, Method.TOTP, phone_code(secret))()


@AT_ONCE
def test_of_wrong_codes_of_one_challenge_five_are_compared(alice, monkeypatch, at_once):
    """Each of them to whatever device; none is looked at once the budget is spent."""
    from core.lockout import Lockout

    compared, challenge = [], ids.new_id()
    turn_on_email(alice)
    mfa.send_code(user=again(alice), method=Method.EMAIL, challenge_id=challenge, actor=ACTOR)
    monkeypatch.setattr(
        "core.crypto.code_matches", lambda code, *_, **__: compared.append(code) or False
    )
    monkeypatch.setattr("mfa.services.verifying.PER_ACCOUNT", Lockout(name="mfa", free=1000))
    outcomes = race(verifying(alice, Method.EMAIL, "000000", challenge), at_once)
    assert outcomes == [WrongFactorCode] * at_once
    assert len(compared) == 5


@AT_ONCE
def test_of_wrong_codes_of_one_sign_in_five_are_compared(alice, unlimited, monkeypatch, at_once):
    from accounts.errors import SignInExpired
    from accounts.items import CheckedSignIn
    from accounts.services import second_step

    compared = []
    turn_on_totp(alice)
    waiting = second_step.begin_second_step(
        CheckedSignIn(user=again(alice), browser=None), remember=False, next_path="/", actor=ACTOR
    )
    monkeypatch.setattr("mfa.totp.matching_step", lambda *_, **__: compared.append(1))

    def guess(_):
        with pytest.raises((WrongFactorCode, SignInExpired)):
            second_step.check_second_step(
                waiting, method=Method.TOTP, code="000000", device="", actor=ACTOR
            )

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(guess, range(at_once)))
    assert len(compared) == 5


def test_one_sign_in_becomes_one_session(alice, unlimited):
    """However many of its codes are right."""
    _, codes = turn_on_totp(alice)
    waiting = enter_password(alice)[0].cookies["second_step"].value

    def finish(code):
        from django.test import Client

        client = Client()
        client.cookies["second_step"] = waiting
        enter_code(client, code, "recovery")
        return is_signed_in(client)

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(finish, codes)) == 1
    assert mfa.overview(again(alice)).recovery_codes == 9


def test_a_device_is_turned_on_once(alice):
    setup = mfa.start_totp(user=alice, name="", actor=ACTOR)
    code = phone_code(setup.secret)
    won = []

    def confirm(_):
        from core.errors import ApplicationError

        try:
            won.append(
                mfa.confirm_totp(user=alice, device_id=setup.device_id, code=code, actor=ACTOR)
            )
        except ApplicationError:
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(confirm, range(8)))
    assert [len(codes) for codes in won] == [10]
    assert mfa.overview(again(alice)).recovery_codes == 10


def test_two_set_ups_at_once_leave_one_and_refuse_the_other_plainly(alice, unlimited):
    """Both take the place of the one that waits."""
    mfa.start_totp(user=alice, name="", actor=ACTOR)
    refused = []

    def start(_):
        try:
            mfa.start_totp(user=alice, name="", actor=ACTOR)
        except FactorsChanging as error:
            refused.append(error)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(start, range(8)))
    assert len(devices.DEVICES[Method.TOTP].list_of(alice.user_sub)) == 1


@AT_ONCE
def test_sign_ins_at_once_fix_one_day_and_tell_it_once(alice, settings, at_once):
    settings.MFA_REQUIRED = "all"
    alice = again(alice)
    assert race(partial(mfa.begin_grace, alice), at_once) == ["won"] * at_once
    assert len(list(jobs.list_jobs(kind="mfa.reminder"))) == 1
    assert [each.kind for each in alerts.list_alerts(user_sub=alice.user_sub).items] == [
        "mfa.required"
    ]


def test_two_removals_at_once_never_take_both_factors_of_staff(sms_inbox):
    _, olga = staff_with_app()
    turn_on_sms(olga)
    olga = again(olga)

    def remove(method):
        (device,) = devices.confirmed_devices(olga.user_sub, method)
        try:
            mfa.remove_device(user=olga, method=method, device_id=device.device_id, actor=ACTOR)
        except FactorsChanging:
            return "refused"
        return "removed"

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(remove, [Method.TOTP, Method.SMS]))
    assert sorted(results) == ["refused", "removed"]
    assert len(again(olga).factors) == 1
