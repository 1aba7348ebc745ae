"""What the mail provider says of mails that came back, each in its own format and signed."""

import base64
import hashlib
import hmac
import json

import pytest
from django.core.checks import run_checks
from django.test import Client

from alerts import services as alerts
from alerts.items import AlertKind, Channel, SuspensionReason
from dynamo.table import transact
from tests.accounts.mailbox import deliver
from tests.alerts.people import listed, newest, tell
from tests.dumps import dump_tables
from users import services as users

SECRET = "signing-key-of-24-letters"
PASSWORD = "postman:correct-horse-battery"
BOUNCED, COMPLAINED = SuspensionReason.BOUNCED, SuspensionReason.COMPLAINED


@pytest.fixture
def mailgun(settings):
    settings.MAIL_EVENTS_PROVIDER, settings.MAIL_EVENTS_SECRET = "mailgun", SECRET
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": SECRET, "WEBHOOK_SECRET": []}


def by_password(settings, provider):
    settings.MAIL_EVENTS_PROVIDER, settings.MAIL_EVENTS_SECRET = provider, PASSWORD
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": "", "WEBHOOK_SECRET": [PASSWORD]}


def from_mailgun(
    event="failed", *, key=SECRET, severity="permanent", to="alice@example.com", **more
):
    proof = hmac.new(key.encode(), b"1700000000token", hashlib.sha256).hexdigest()
    told = {"event": event, "severity": severity, "recipient": to, "timestamp": 1700000000}
    told |= {"message": {"headers": {"message-id": "1@example.com"}}, **more}
    signature = {"timestamp": "1700000000", "token": "token", "signature": proof}
    return post("mailgun", {"signature": signature, "event-data": told})


def from_postmark(record="Bounce", kind="HardBounce", *, password=PASSWORD, **more):
    told = {"RecordType": record, "Type": kind, "Email": "alice@example.com", "ID": 1, **more}
    return post("postmark", told, password=password)


def from_ses(kind="Bounce", bounce="Permanent", *, password=PASSWORD, **more):
    person = [{"emailAddress": "alice@example.com", **more}]
    told = {
        "notificationType": kind,
        "mail": {"messageId": "1", "destination": ["alice@example.com"]},
        "bounce": {
            "bounceType": bounce,
            "bounceSubType": "General",
            "bouncedRecipients": person,
        },
        "complaint": {"complaintFeedbackType": "abuse", "complainedRecipients": person},
    }
    body = {"Type": "Notification", "MessageId": "1", "Message": json.dumps(told)}
    headers = {"X-Amz-Sns-Message-Type": "Notification", "X-Amz-Sns-Message-Id": "1"}
    return post("amazon_ses", body, password=password, **headers)


def post(provider, body, *, password="", **headers):
    if password:
        headers["Authorization"] = "Basic " + base64.b64encode(password.encode()).decode()
    return Client(enforce_csrf_checks=True).post(
        f"/mail/events/{provider}/", json.dumps(body), "application/json", headers=headers
    )


def suspended(user):
    found = alerts.get_preferences(user.user_sub).suspended.get(Channel.EMAIL)
    return found and found.reason


@pytest.mark.usefixtures("mailgun")
def test_a_bounce_suspends_the_address_and_says_so_in_the_app_only(alice):
    assert from_mailgun().status_code == 200
    assert suspended(alice) is BOUNCED
    assert deliver() == 0
    assert newest(alice).kind is AlertKind.EMAIL_BOUNCED
    assert newest(alice).unread
    tell(alice)
    assert deliver() == 0
    assert "alice@example.com" not in dump_tables("alert_prefs", "alerts")


@pytest.mark.usefixtures("mailgun")
def test_what_was_marked_as_spam_still_gets_what_is_mandatory(alice):
    from_mailgun("complained")
    assert suspended(alice) is COMPLAINED
    assert newest(alice).kind is AlertKind.EMAIL_COMPLAINED
    tell(alice, AlertKind.EXPORT_READY)
    assert deliver() == 0
    tell(alice)
    assert deliver() == 1


@pytest.mark.usefixtures("mailgun")
def test_the_same_news_again_changes_nothing(alice):
    for _ in range(3):
        assert from_mailgun(to="Alice@Example.com").status_code == 200
    assert len(listed(alice)) == 1


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize("event", ["delivered", "opened", "clicked", "accepted"])
def test_other_news_change_nothing(alice, event):
    assert from_mailgun(event).status_code == 200
    assert suspended(alice) is None


@pytest.mark.usefixtures("mailgun")
def test_what_may_work_tomorrow_suspends_nothing(alice, settings):
    from_mailgun(severity="temporary")
    by_password(settings, "postmark")
    assert from_postmark(kind="SoftBounce").status_code == 200
    by_password(settings, "amazon_ses")
    assert from_ses(bounce="Transient").status_code == 200
    assert suspended(alice) is None
    assert listed(alice) == ()


GONE = "550 5.1.1 The email account that you tried to reach does not exist."
POLICY = "550 5.7.1 Our system has detected that this message is likely unsolicited mail."


def mailgun_said(answer, *, reason="bounce"):
    code, _, rest = answer.partition(" ")
    delivery = {"code": int(code), "message": answer, "description": "", "attempt-no": 1}
    delivery |= {"enhanced-code": rest.split(" ")[0]} if rest[:2] == "5." else {}
    return from_mailgun(reason=reason, **{"delivery-status": delivery, "log-level": "error"})


def postmark_said(answer, kind="HardBounce"):
    described = "The server was unable to deliver your message (ex: unknown user)."
    return from_postmark(kind=kind, Details=f"smtp;{answer}", Description=described, TypeCode=1)


def ses_said(answer, **recipient):
    return from_ses(action="failed", diagnosticCode=f"smtp; {answer}", **recipient)


@pytest.fixture(params=["mailgun", "postmark", "amazon_ses"])
def says(request, settings):
    """The provider passes an answer of the other server on, as a permanent bounce."""
    if request.param == "mailgun":
        request.getfixturevalue("mailgun")
        return mailgun_said
    by_password(settings, request.param)
    return postmark_said if request.param == "postmark" else ses_said


def test_an_address_that_is_not_there_is_suspended(alice, says):
    assert says(GONE).status_code == 200
    assert suspended(alice) is BOUNCED


@pytest.mark.parametrize("answer", [POLICY, "550 5.1.8 bad outbound sender", "554 blocked"])
def test_a_policy_against_us_suspends_nobody(alice, says, answer):
    before = dump_tables()
    assert says(answer).status_code == 200
    assert dump_tables() == before
    tell(alice)
    assert deliver() == 1


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize(
    ("reason", "message", "found"),
    [
        ("suppress-bounce", "605 Not delivering to previously bounced address", BOUNCED),
        ("suppress-complaint", "607 Not delivering to a user who marked as spam", COMPLAINED),
        ("suppress-unsubscribe", "606 Not delivering to unsubscribed address", COMPLAINED),
        ("generic", "498 No MX for example.com", BOUNCED),
        ("old", "602 Too old", None),
        ("espblock", "550 5.1.1 blocked", None),
    ],
)
def test_what_mailgun_did_not_even_hand_over(alice, reason, message, found):
    assert mailgun_said(message, reason=reason).status_code == 200
    assert suspended(alice) is found


def test_ses_says_it_by_a_status_where_there_was_no_report(alice, settings):
    by_password(settings, "amazon_ses")
    from_ses(action="failed", status="5.7.1")
    assert suspended(alice) is None
    from_ses(action="failed", status="5.1.1")
    assert suspended(alice) is BOUNCED


def test_the_word_of_a_filter_is_no_complaint_of_its_owner(alice, settings):
    by_password(settings, "postmark")
    postmark_said(POLICY, kind="SpamNotification")
    assert suspended(alice) is None


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize("told", ["x", 1, ["x"], None])
def test_a_bounce_in_another_form_is_refused_or_taken_at_its_word(alice, told):
    assert from_mailgun(**{"delivery-status": told}).status_code in (200, 400)


@pytest.mark.usefixtures("mailgun")
@pytest.mark.parametrize("to", ["nobody@example.com", "alice_h", "not an address", ""])
def test_an_address_that_is_no_accounts_is_ignored(alice, to):
    before = dump_tables()
    assert from_mailgun(to=to).status_code == 200
    assert dump_tables() == before


@pytest.mark.usefixtures("mailgun")
def test_an_account_with_a_new_address_is_not_suspended(alice):
    from_mailgun()
    transact(users.change_email_writes(users.get_user(alice.user_sub), "new@example.com"))
    tell(alice)
    assert deliver() == 1


@pytest.mark.parametrize(
    ("provider", "send"), [("postmark", from_postmark), ("amazon_ses", from_ses)]
)
def test_providers_with_a_password_are_heard(alice, settings, provider, send):
    by_password(settings, provider)
    assert send().status_code == 200
    assert suspended(alice) is BOUNCED


def test_a_complaint_by_way_of_ses_and_postmark(alice, bob, settings):
    by_password(settings, "amazon_ses")
    from_ses("Complaint")
    assert suspended(alice) is COMPLAINED
    by_password(settings, "postmark")
    from_postmark("SpamComplaint", "SpamComplaint")
    assert suspended(alice) is COMPLAINED
    assert suspended(bob) is None


@pytest.mark.usefixtures("mailgun")
def test_a_wrong_signature_is_refused(alice):
    assert from_mailgun(key="another-key-of-24-letters").status_code == 400
    assert suspended(alice) is None


@pytest.mark.parametrize("password", ["", "postman:wrong", "mallory:correct-horse-battery"])
def test_a_wrong_password_is_refused(alice, settings, password):
    by_password(settings, "postmark")
    assert from_postmark(password=password).status_code in (400, 401)
    by_password(settings, "amazon_ses")
    assert from_ses(password=password).status_code in (400, 401)
    assert suspended(alice) is None


def test_without_its_variables_there_is_no_door(alice):
    for send in (from_mailgun, from_postmark, from_ses):
        assert send().status_code == 404
    assert suspended(alice) is None


@pytest.mark.usefixtures("mailgun")
def test_the_doors_of_other_providers_stay_shut(alice):
    assert from_postmark().status_code == 404
    assert post("unknown", {}).status_code == 404


def test_what_cannot_be_read_is_refused(alice, settings):
    by_password(settings, "postmark")
    for body in (["x"], "x", 1, None):
        assert post("postmark", body, password=PASSWORD).status_code == 400
    answer = Client().post(
        "/mail/events/postmark/",
        b"\xff{",
        "application/json",
        headers={"Authorization": "Basic " + base64.b64encode(PASSWORD.encode()).decode()},
    )
    assert answer.status_code == 400
    assert post("postmark", "x" * 300_000, password=PASSWORD).status_code == 413


@pytest.mark.usefixtures("mailgun")
def test_storage_that_is_away_is_told_so_that_it_is_said_again(alice, faults):
    with faults.outage():
        assert from_mailgun().status_code == 503
    assert from_mailgun().status_code == 200
    assert suspended(alice) is BOUNCED


@pytest.mark.parametrize(
    ("provider", "secret", "is_fine"),
    [
        ("", "", True),
        ("mailgun", SECRET, True),
        ("postmark", PASSWORD, True),
        ("mailgun", "", False),
        ("", SECRET, False),
        ("pigeon", SECRET, False),
        ("mailgun", "short", False),
        ("amazon_ses", "without-a-colon-1234567890", False),
    ],
)
def test_half_a_configuration_is_an_error(settings, provider, secret, is_fine):
    settings.MAIL_EVENTS_PROVIDER, settings.MAIL_EVENTS_SECRET = provider, secret
    found = [each for each in run_checks() if each.id == "alerts.E001"]
    assert (found == []) is is_fine
    assert SECRET not in "".join(map(str, found))
