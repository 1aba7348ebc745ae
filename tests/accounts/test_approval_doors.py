"""The command, the pages and the API of what one staff member asks and another decides."""

import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.items import ApprovalState
from accounts.services import approvals
from alerts.items import AlertKind
from core import personal_data
from tests.accounts.approving import REASON, ask, kinds, state_of
from tests.accounts.lost import begin, signed_in, staff, with_factor
from tests.apikeys.keys import issue
from tests.dumps import dump_tables
from tests.mfa.people import again, phone_code, turn_on_totp
from users import services as users

pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def carol():
    return staff("carol")[0]


@pytest.fixture
def dave():
    return staff("dave")


def run(*arguments):
    call_command("request_mfa_reset", *arguments)


def test_the_command_only_asks(alice, carol, capsys):
    with_factor(alice)
    run(alice.email, "--reason", REASON, "--by", carol.email)
    assert "Asked to remove" in capsys.readouterr().out
    assert kinds(carol)[0] is AlertKind.STAFF_REQUEST_MADE
    (found,) = approvals.list_approvals(staff=carol)[0]
    assert (found.requester, found.state) == (carol.user_sub, ApprovalState.OPEN)
    assert again(alice).factors


def test_breaking_the_glass_does_it_alone_and_is_seen(alice, carol, capsys, caplog):
    with_factor(alice)
    with caplog.at_level(logging.ERROR):
        run(alice.email, "--reason", REASON, "--by", carol.email, "--break-glass")
    assert "Removed every second factor" in capsys.readouterr().out
    assert not again(alice).factors
    (found,) = approvals.list_approvals(staff=carol, only_open=False)[0]
    assert (found.breaks_glass, found.state) == (True, ApprovalState.APPROVED)
    assert found.decided_by == carol.user_sub
    (line,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert line.message == "approval broke the glass"
    assert line.approval_id == found.approval_id
    assert kinds(alice)[0] is AlertKind.MFA_RESET_BY_STAFF
    assert kinds(carol)[0] is AlertKind.STAFF_GLASS_BROKEN


@pytest.mark.parametrize("flags", [(), ("--break-glass",)])
def test_the_command_refuses_who_is_not_staff(alice, bob, flags):
    with_factor(alice)
    with pytest.raises(CommandError, match="staff"):
        run(alice.email, "--reason", REASON, "--by", bob.email, *flags)
    with pytest.raises(CommandError):
        run(alice.email, "--reason", REASON, "--by", "nobody@example.com", *flags)
    assert again(alice).factors
    assert "REQUEST#" not in dump_tables("users")


def test_the_command_says_what_is_wrong(alice, bob, carol):
    with_factor(alice)
    with pytest.raises(CommandError, match="reason: Say why"):
        run(alice.email, "--reason", " ", "--by", carol.email)
    with pytest.raises(CommandError, match="no second factor"):
        run(bob.email, "--reason", REASON, "--by", carol.email)
    assert "REQUEST#" not in dump_tables("users")


def test_staff_stop_a_wait_by_command(alice, capsys):
    with_factor(alice)
    begin(alice)
    call_command("stop_mfa_reset", alice.email)
    assert "Stopped" in capsys.readouterr().out
    assert again(alice).mfa_reset_due is None
    with pytest.raises(CommandError):
        call_command("stop_mfa_reset", alice.email)


def test_the_page_lists_and_decides_after_a_fresh_confirmation(alice, carol, dave, time):
    with_factor(alice)
    approval = ask(alice, carol)
    client = signed_in(*dave)
    page = client.get("/staff/approvals/").content.decode()
    assert "@alice_h" in page
    assert "Decide" in page
    path = f"/staff/approvals/{approval.approval_id}/"
    assert REASON in client.get(path).content.decode()
    time.shift(timedelta(minutes=6))
    assert client.get(path).url.startswith("/confirm/")
    client.post("/confirm/", {"method": "totp", "code": phone_code(dave[1])})
    assert client.post(path, {"decision": "approve", "reason": "Seen"}).url == "/staff/approvals/"
    assert not again(alice).factors
    assert "Nothing waits" in client.get("/staff/approvals/").content.decode()


def test_the_page_asks_for_a_reason_and_refuses_what_is_not_ones_own(alice, carol, dave):
    with_factor(alice)
    approval = ask(alice, dave[0])
    client = signed_in(*dave)
    path = f"/staff/approvals/{approval.approval_id}/"
    assert "Another staff member decides" in client.get(path).content.decode()
    assert client.post(path, {"decision": "approve", "reason": "Mine"}).status_code == 200
    assert client.post(path, {"decision": "approve", "reason": ""}).status_code == 200
    assert state_of(approval) is ApprovalState.OPEN
    assert again(alice).factors


@pytest.mark.parametrize("sent", [{}, {"decision": "aprove"}])
def test_the_page_decides_nothing_without_a_decision(alice, carol, dave, sent):
    with_factor(alice)
    approval = ask(alice, carol)
    path = f"/staff/approvals/{approval.approval_id}/"
    answer = signed_in(*dave).post(path, {"reason": "Seen", **sent})
    assert "Approve the request or refuse it." in answer.content.decode()
    assert state_of(approval) is ApprovalState.OPEN
    assert AlertKind.MFA_RESET_REFUSED not in kinds(alice)
    assert again(alice).factors


def test_staff_ask_at_the_page(alice, dave):
    with_factor(alice)
    client = signed_in(*dave)
    answer = client.post("/staff/mfa-reset/", {"account": "nobody", "reason": REASON})
    assert "There is no such account" in answer.content.decode()
    answer = client.post("/staff/mfa-reset/", {"account": alice.handle, "reason": REASON})
    assert answer.url == "/staff/approvals/"
    assert AlertKind.STAFF_REQUEST_MADE not in kinds(dave[0])
    (found,) = approvals.list_approvals(staff=dave[0])[0]
    assert (found.subject, found.requester) == (alice.user_sub, dave[0].user_sub)


def test_a_page_without_a_row_is_404(dave):
    client = signed_in(*dave)
    for approval_id in ("nothing", "0" * 26):
        assert client.get(f"/staff/approvals/{approval_id}/").status_code == 404


PAGES = ("/staff/approvals/", "/staff/approvals/0/", "/staff/mfa-reset/")
API = (
    ("get", "/api/v1/staff/approvals/"),
    ("get", "/api/v1/staff/approvals/0/"),
    ("post", "/api/v1/staff/approvals/0/approve/"),
    ("post", "/api/v1/staff/approvals/0/refuse/"),
    ("post", "/api/v1/staff/mfa-resets/"),
)


def test_for_everybody_else_there_are_no_staff_pages(client_for, alice):
    client = client_for(alice)
    for path in PAGES:
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    for method, path in API:
        assert getattr(client, method)(path).status_code == 404
    assert "/staff/" not in client.get("/account/").content.decode()


def test_no_key_acts_as_staff(carol):
    from core.scopes import Scope

    secret = issue(carol, *Scope).secret
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    for method, path in API:
        answer = getattr(client, method)(path, content_type="application/json")
        assert answer.status_code == 403, path


def test_the_api_asks_lists_and_decides(alice, bob, carol, dave):
    with_factor(alice)
    client, other = signed_in(*dave), signed_in(carol, again_secret(carol))
    body = {"account": alice.email, "reason": REASON}
    asked = other.post("/api/v1/staff/mfa-resets/", body, content_type="application/json")
    assert asked.status_code == 201
    path = f"/api/v1/staff/approvals/{asked.json()['approval_id']}/"
    (found,) = client.get("/api/v1/staff/approvals/").json()["results"]
    assert (found["subject"], found["may_decide"]) == (alice.user_sub, True)
    own = other.post(f"{path}approve/", {"reason": "Mine"}, content_type="application/json")
    assert (own.status_code, own.json()["code"]) == (403, "own_approval")
    done = client.post(f"{path}approve/", {"reason": "Seen"}, content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, "approved")
    late = client.post(f"{path}refuse/", {"reason": "Late"}, content_type="application/json")
    assert (late.status_code, late.json()["code"]) == (409, "approval_closed")
    assert not again(alice).factors


def again_secret(user):
    """Of one more app of theirs."""
    return turn_on_totp(user, name="another")[0]


def test_the_api_asks_for_a_fresh_confirmation(dave, time):
    client = signed_in(*dave)
    time.shift(timedelta(minutes=6))
    for method, path in API:
        answer = getattr(client, method)(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")


def test_a_request_about_an_erased_person_keeps_only_ids(alice, carol, dave):
    with_factor(alice)
    approval = ask(alice, carol)
    (row,) = personal_data.export(alice.user_sub)["users"]["approvals"]
    assert row["kind"] == "mfa_reset"
    personal_data.erase(alice.user_sub)
    kept = approvals.get_approval(approval.approval_id)
    assert (kept.subject, kept.reason) == (alice.user_sub, "")
    assert REASON not in dump_tables("users")
    client = signed_in(*dave)
    assert client.get(f"/staff/approvals/{approval.approval_id}/").status_code == 200
    client.post(
        f"/staff/approvals/{approval.approval_id}/", {"decision": "approve", "reason": "Yes"}
    )
    assert users.find_user(alice.user_sub) is None
