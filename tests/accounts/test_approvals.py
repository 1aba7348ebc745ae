"""Staff remove somebody's factors: one asks, another decides."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail

from accounts import services
from accounts.errors import (
    ApprovalClosed,
    ApprovalKindUnknown,
    ApprovalOutdated,
    NothingToReset,
    NotStaff,
    OwnApproval,
    StaffFactorNeeded,
)
from accounts.items import ApprovalState, Outcome
from accounts.services import approvals, staff_resets
from alerts.items import AlertKind
from core.errors import Invalid
from dynamo import cursor
from tests.accounts.approving import DESK, approve, ask, kinds, refuse, state_of
from tests.accounts.lost import begin, go_through, staff, told_by_mail, with_factor
from tests.accounts.mailbox import deliver
from tests.dumps import dump_tables
from tests.factories import make_user
from tests.mfa.people import (
    again,
    become_staff,
    enter_code,
    enter_password,
    phone_code,
    turn_on_email,
    turn_on_totp,
)

pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def carol():
    return staff("carol")[0]


@pytest.fixture
def dave():
    return staff("dave")


def test_the_person_is_told_when_it_is_asked_and_keeps_their_factors(alice, carol):
    with_factor(alice)
    ask(alice, carol)
    assert told_by_mail() == ["Staff were asked to remove your two-step sign-in"]
    assert kinds(alice)[0] is AlertKind.MFA_RESET_REQUESTED
    assert again(alice).factors


def test_a_second_staff_member_approves_and_it_is_done(alice, carol, dave):
    with_factor(alice)
    approval = ask(alice, carol)
    decided = approve(approval, dave[0])
    assert (decided.state, decided.decided_by) == (ApprovalState.APPROVED, dave[0].user_sub)
    now = again(alice)
    assert (now.factors, now.session_epoch) == (frozenset(), alice.session_epoch + 1)
    assert alice.user_sub not in dump_tables("totp", "recovery")
    assert "Staff removed your two-step sign-in" in told_by_mail()
    records, _ = services.list_sign_ins(user_sub=alice.user_sub)
    assert records[0].outcome is Outcome.MFA_RESET_BY_STAFF
    assert records[0].ip == ""


def test_a_refused_one_does_nothing_and_the_person_is_told(alice, carol, dave):
    with_factor(alice)
    approval = ask(alice, carol)
    assert refuse(approval, dave[0]).state is ApprovalState.REFUSED
    assert again(alice).factors
    assert kinds(alice)[0] is AlertKind.MFA_RESET_REFUSED
    with pytest.raises(ApprovalClosed):
        approve(approval, dave[0])
    assert again(alice).factors


def test_neither_who_asked_nor_whom_it_is_about_decides(carol, dave):
    approval = ask(dave[0], carol)
    for person in (carol, dave[0]):
        for decide in (approve, refuse):
            with pytest.raises(OwnApproval):
                decide(approval, person)
    with pytest.raises(OwnApproval):
        ask(carol, carol)
    assert state_of(approval) is ApprovalState.OPEN
    assert again(dave[0]).factors


def test_a_staff_account_without_a_factor_decides_nothing(alice, carol):
    with_factor(alice)
    approval = ask(alice, carol)
    for decide in (approve, refuse):
        with pytest.raises(StaffFactorNeeded):
            decide(approval, make_user(f"erin_{decide.__name__}", is_staff=True))
    assert state_of(approval) is ApprovalState.OPEN


def test_a_mailbox_is_no_factor_of_who_decides(alice, bob, carol):
    with_factor(alice)
    approval = ask(alice, carol)
    turn_on_email(bob)
    become_staff(bob)
    for decide in (approve, refuse):
        with pytest.raises(StaffFactorNeeded):
            decide(approval, bob)
    assert state_of(approval) is ApprovalState.OPEN
    assert again(alice).factors


@pytest.mark.parametrize("loses", ["is_staff", "is_active"])
def test_who_is_no_active_staff_member_any_more_decides_nothing(alice, carol, dave, loses):
    from dynamo.expressions import Update
    from dynamo.schema import schema_named
    from dynamo.table import Table

    with_factor(alice)
    approval, seen = ask(alice, carol), again(dave[0])
    key = {"pk": f"USER#{seen.user_sub}", "sk": "ACCOUNT"}
    Table(schema_named("users")).update(key, Update().set(loses, False))
    with pytest.raises(NotStaff):
        approvals.approve(approval_id=approval.approval_id, reason="Yes", staff=seen, actor=DESK)
    assert state_of(approval) is ApprovalState.OPEN
    assert again(alice).factors


def test_nobody_but_staff_asks(alice, bob, carol):
    with_factor(alice)
    with pytest.raises(NotStaff):
        ask(alice, bob)
    with pytest.raises(NothingToReset):
        ask(bob, carol)
    assert "REQUEST#" not in dump_tables("users")


def test_it_expires_after_seven_days(alice, carol, dave, time):
    with_factor(alice)
    approval = ask(alice, carol)
    time.shift(timedelta(days=7))
    with pytest.raises(ApprovalClosed):
        approve(approval, dave[0])
    assert again(alice).factors
    assert approvals.list_approvals(staff=dave[0])[0] == []
    (found,) = approvals.list_approvals(staff=dave[0], only_open=False)[0]
    from core import clock

    assert found.state_at(clock.now()) is ApprovalState.EXPIRED


def test_a_change_of_the_account_makes_it_void(alice, carol, dave):
    with_factor(alice)
    approval = ask(alice, carol)
    turn_on_totp(alice, name="another")
    with pytest.raises(ApprovalOutdated):
        approve(approval, dave[0])
    assert state_of(approval) is ApprovalState.OPEN
    assert again(alice).factors


def test_a_factor_that_is_used_makes_it_void(alice, carol, dave, time):
    secret = with_factor(alice)
    approval = ask(alice, carol)
    time.shift(timedelta(minutes=1))
    client, _ = enter_password(alice)
    enter_code(client, phone_code(secret))
    with pytest.raises(ApprovalOutdated):
        approve(approval, dave[0])
    assert again(alice).factors


def test_a_kind_that_nobody_registered_is_closed(alice, carol):
    with pytest.raises(ApprovalKindUnknown):
        approvals.request_approval(
            kind="free_money", subject=alice.user_sub, reason="Why not", requester=carol, actor=DESK
        )
    assert "REQUEST#" not in dump_tables("users")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_it_needs_a_reason_of_a_bounded_length(alice, carol, reason):
    with_factor(alice)
    with pytest.raises(Invalid):
        staff_resets.request_mfa_reset(
            user=again(alice), reason=reason, requester=carol, actor=DESK
        )
    assert "REQUEST#" not in dump_tables("users")


def test_it_ends_a_wait_that_runs(alice, carol, dave, time):
    with_factor(alice)
    begin(alice)
    approve(ask(alice, carol), dave[0])
    assert "MFARESET" not in dump_tables("users")
    mail.outbox.clear()
    deliver()
    mail.outbox.clear()
    go_through(time, hours=73)
    assert told_by_mail() == []


def test_pages_of_what_waits_are_full_and_have_an_end(alice, bob, carol, dave):
    with_factor(alice)
    with_factor(bob)
    asked = [ask(alice, carol).approval_id for _ in range(25)]
    for approval_id in asked[::2]:
        approvals.refuse(approval_id=approval_id, reason="No", staff=dave[0], actor=DESK)
    waiting = ask(bob, carol).approval_id
    first, after = approvals.list_approvals(staff=dave[0])
    assert [each.approval_id for each in first] == [waiting, *reversed(asked[1::2])]
    everything, after = approvals.list_approvals(staff=dave[0], only_open=False)
    assert len(everything) == approvals.PAGE
    rest, end = approvals.list_approvals(staff=dave[0], only_open=False, after=after)
    assert (len(rest), end) == (6, "")
    with pytest.raises(cursor.CursorForged):
        approvals.list_approvals(staff=carol, only_open=False, after=after)


def test_who_decides_a_moment_late_is_told_that_it_is_decided(alice, carol, dave, monkeypatch):
    with_factor(alice)
    approval = ask(alice, carol)
    approve(approval, dave[0])
    read, find = iter([approval]), approvals.get_approval
    monkeypatch.setattr(approvals, "get_approval", lambda each: next(read, None) or find(each))
    with pytest.raises(ApprovalClosed):
        approve(approval, dave[0])
    assert kinds(alice).count(AlertKind.MFA_RESET_BY_STAFF) == 1


def at_once(*decisions):
    def one(decide):
        try:
            decide()
        except ApprovalClosed:
            return "closed"
        return "won"

    with ThreadPoolExecutor(len(decisions)) as pool:
        return list(pool.map(one, decisions))


@pytest.mark.engine
def test_of_many_approvals_at_once_one_does_it(alice, carol, dave):
    with_factor(alice)
    approval = ask(alice, carol)
    outcomes = at_once(*[lambda: approve(approval, dave[0])] * 8)
    assert outcomes.count("won") == 1
    assert again(alice).session_epoch == alice.session_epoch + 1
    assert kinds(alice).count(AlertKind.MFA_RESET_BY_STAFF) == 1


@pytest.mark.engine
def test_of_approving_and_refusing_at_once_one_wins(alice, carol, dave):
    with_factor(alice)
    approval, erin = ask(alice, carol), staff("erin")[0]
    outcomes = at_once(*[lambda: approve(approval, dave[0]), lambda: refuse(approval, erin)] * 3)
    assert outcomes.count("won") == 1
    was_approved = state_of(approval) is ApprovalState.APPROVED
    assert (not again(alice).factors) is was_approved
