from concurrent.futures import ThreadPoolExecutor

import pytest

from alerts.repository import AlertRepository
from billing import services as billing
from billing.errors import PaymentMethodNotFound, ReferenceTaken
from billing.items import MethodFacts, MethodStatus, ProviderName
from core import clock
from core.actor import Actor

NOBODY = Actor(None)


def save(user, ref="pm_1", **changed):
    facts = MethodFacts(
        **{
            "provider_ref": ref,
            "type": "card",
            "brand": "visa",
            "last4": "4242",
            "exp_month": 12,
            "exp_year": 2030,
            **changed,
        }
    )
    return billing.save_method(
        user_sub=user.user_sub, provider=ProviderName.STRIPE, facts=facts, actor=NOBODY
    )


def remove(user, method):
    billing.remove_method(
        user_sub=user.user_sub, payment_method_id=method.payment_method_id, actor=NOBODY
    )


def make_default(user, method):
    billing.set_default_method(
        user_sub=user.user_sub, payment_method_id=method.payment_method_id, actor=NOBODY
    )


def methods_of(user):
    return billing.list_methods(user.user_sub)


def alerts_of(user):
    return [(row["kind"], row["context"]) for row in AlertRepository().rows_of(user.user_sub)]


def test_the_first_method_is_the_default_and_its_owner_is_told(alice):
    method = save(alice)
    assert methods_of(alice) == [method]
    assert method.is_default
    told = [("billing.payment_method.added", {"method": "Visa ending in 4242"})]
    assert alerts_of(alice) == told


def test_the_default_comes_first(alice):
    first, second = save(alice, "pm_1"), save(alice, "pm_2")
    assert [method.is_default for method in (first, second)] == [True, False]
    make_default(alice, second)
    assert [each.payment_method_id for each in methods_of(alice)] == [
        second.payment_method_id,
        first.payment_method_id,
    ]
    assert [each.is_default for each in methods_of(alice)] == [True, False]


def test_the_same_word_of_the_provider_again_is_one_method(alice):
    method = save(alice)
    assert save(alice).payment_method_id == method.payment_method_id
    assert len(methods_of(alice)) == len(alerts_of(alice)) == 1


def test_another_persons_method_is_refused(alice, mallory):
    save(alice)
    with pytest.raises(ReferenceTaken):
        save(mallory)
    assert methods_of(mallory) == []
    assert alerts_of(mallory) == []


def test_removing_the_default_leaves_none(alice):
    first, second = save(alice, "pm_1"), save(alice, "pm_2")
    remove(alice, first)
    (left,) = methods_of(alice)
    assert (left.payment_method_id, left.is_default) == (second.payment_method_id, False)
    assert billing.get_settings(alice.user_sub).default_pm == ""
    assert alerts_of(alice)[-1][0] == "billing.payment_method.removed"


def test_a_removed_method_is_gone_and_never_comes_back(alice):
    method = save(alice)
    remove(alice, method)
    assert save(alice).status is MethodStatus.DETACHED
    assert methods_of(alice) == []
    for use in (remove, make_default):
        with pytest.raises(PaymentMethodNotFound):
            use(alice, method)


def test_another_persons_method_cannot_be_touched(alice, mallory):
    method = save(alice)
    for use in (remove, make_default):
        with pytest.raises(PaymentMethodNotFound):
            use(mallory, method)
    with pytest.raises(PaymentMethodNotFound):
        billing.get_owned_method(mallory.user_sub, method.payment_method_id)
    assert methods_of(alice) == [method]


def test_a_card_is_good_until_the_end_of_its_month(alice):
    method = save(alice, exp_month=11, exp_year=2026)
    assert not method.is_expired(clock.parse("2026-11-30T23:00:00Z"))
    assert method.is_expired(clock.parse("2026-12-01T00:00:00Z"))
    assert not save(alice, "pm_2", exp_month=0, exp_year=0).is_expired(clock.now())


def remember(user, customer):
    return billing.remember_customer(
        user_sub=user.user_sub, provider=ProviderName.STRIPE, customer=customer, actor=NOBODY
    )


def test_the_first_customer_that_is_remembered_counts(alice):
    assert billing.find_customer(alice.user_sub, ProviderName.STRIPE) == ""
    assert remember(alice, "cus_1") == "cus_1"
    assert remember(alice, "cus_2") == "cus_1"
    assert billing.find_customer(alice.user_sub, ProviderName.STRIPE) == "cus_1"
    assert billing.find_customer(alice.user_sub, ProviderName.PAYPAL) == ""


def test_a_customer_belongs_to_one_person(alice, mallory):
    remember(alice, "cus_1")
    with pytest.raises(ReferenceTaken):
        remember(mallory, "cus_1")
    assert billing.find_customer(mallory.user_sub, ProviderName.STRIPE) == ""


@pytest.mark.engine
def test_ten_threads_save_one_method_once(alice):
    with ThreadPoolExecutor(10) as pool:
        saved = {each.payment_method_id for each in pool.map(lambda _: save(alice), range(10))}
    assert len(saved) == len(methods_of(alice)) == len(alerts_of(alice)) == 1
