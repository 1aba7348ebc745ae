import smtplib
import stat
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.core import mail as outbox
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.template import TemplateDoesNotExist

from core import inbox, mail, sms
from core.errors import NotFound
from core.sms_budget import Use

TEMPLATES = {
    "emails/hello-subject.txt": "Hello {{ name }},\n welcome to {{ site_name }}\n",
    "emails/hello-text.txt": "Dear {{ name }}: {{ site_url }}/go/",
    "emails/plain-subject.txt": "Plain",
    "emails/plain-text.txt": "Text only",
    "emails/hello-html.html": "<p>Dear {{ name }}</p>",
}


@pytest.fixture(autouse=True)
def templates(settings):
    loader = ("django.template.loaders.locmem.Loader", TEMPLATES)
    options = {**settings.TEMPLATES[0]["OPTIONS"], "loaders": [loader]}
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "APP_DIRS": False, "OPTIONS": options}]
    settings.SITE_URL, settings.SITE_NAME = "https://example.com", "Example"


@pytest.fixture
def local(settings, tmp_path):
    settings.LOCAL_DIR = tmp_path / "local"
    settings.EMAIL_BACKEND = "core.mail.LocalInbox"
    settings.SMS_BACKEND = "core.sms.LocalInbox"
    return settings.LOCAL_DIR / "inbox"


def send(template="hello", to="alice@example.com", message_id="job-1", name="O'Brien & <b>"):
    mail.send(template, to=to, context={"name": name}, message_id=message_id)


def test_it_renders_subject_text_and_html():
    send()
    [message] = outbox.outbox
    assert message.subject == "Hello O'Brien & <b>, welcome to Example"
    assert message.body == "Dear O'Brien & <b>: https://example.com/go/"
    assert message.alternatives[0].content == "<p>Dear O&#x27;Brien &amp; &lt;b&gt;</p>"
    assert message.to == ["alice@example.com"]


def test_html_may_be_missing_but_text_may_not():
    send("plain")
    assert outbox.outbox[0].alternatives == []
    with pytest.raises(TemplateDoesNotExist):
        send("nothing")
    assert len(outbox.outbox) == 1


def test_a_repeat_has_the_same_message_id_and_another_occasion_another():
    send(message_id="job-1")
    send(message_id="job-1")
    send(message_id="job-2")
    found = [message.extra_headers["Message-ID"] for message in outbox.outbox]
    assert found[0] == found[1] != found[2]
    assert found[0].endswith("@example.com>")


@pytest.mark.parametrize(
    "to",
    [
        "alice@example.com\nBcc: mallory@example.com",
        "alice@example.com, mallory@example.com",
        "alice@example.com\r\n\r\nbody",
        "Alice <alice@example.com>",
        "",
    ],
)
def test_only_one_address_is_written_to(to):
    with pytest.raises(ValidationError):
        send(to=to)
    assert outbox.outbox == []


def test_line_breaks_in_a_name_add_no_header():
    send(name="x\r\nBcc: mallory@example.com\r\n")
    [message] = outbox.outbox
    parsed = message_from_bytes(message.message().as_bytes(), policy=default)
    assert parsed["Bcc"] is None
    assert parsed["Subject"].startswith("Hello x Bcc: mallory@example.com , welcome")


def test_a_mail_server_that_refuses_is_told_to_the_caller(settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    def refuse(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(smtplib, "SMTP", refuse)
    with pytest.raises(mail.NotConnected):
        send()


def test_a_goodbye_that_fails_is_no_failure_of_the_mail(monkeypatch):
    def refuse(self):
        raise smtplib.SMTPResponseException(500, b"line too long")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.close", refuse)
    send()
    assert len(outbox.outbox) == 1


def test_the_local_inbox_shows_what_was_sent(local):
    send()
    [message] = inbox.list_messages()
    assert (message.kind, message.to) == ("email", "alice@example.com")
    assert message.subject == "Hello O'Brien & <b>, welcome to Example"
    assert "https://example.com/go/" in message.text
    assert message.html.strip() == "<p>Dear O&#x27;Brien &amp; &lt;b&gt;</p>"
    assert message.sent_at.utcoffset() == timedelta(0)
    assert inbox.get_message(message.id) == message


def test_the_local_inbox_keeps_unicode(local):
    send(name="Zoë 🔑 " + "long " * 40)
    [message] = inbox.list_messages()
    assert "Zoë 🔑" in message.subject
    assert "Zoë 🔑" in message.text


def test_the_local_inbox_is_for_its_owner_only(local):
    send()
    [file] = local.iterdir()
    assert stat.S_IMODE(local.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_local_inbox_keeps_the_newest(local, monkeypatch):
    monkeypatch.setattr(inbox, "KEPT", 3)
    sent = [inbox.store(b"To: a\nDate: Mon, 23 Nov 2026 04:00:00 +0000\n\n") for _ in range(5)]
    assert [message.id for message in inbox.list_messages()] == sorted(sent)[::-1][:3]


def test_a_write_that_breaks_off_leaves_no_message(local):
    with pytest.raises(TypeError):
        inbox.store("text, not bytes")
    assert inbox.list_messages() == []


@pytest.mark.parametrize(
    "message_id", ["", "..", "../../etc/passwd", "/etc/passwd", "x", "01ARZ3NDEKTSV4RRFFQ69G5FAV"]
)
def test_nothing_but_a_message_can_be_read(local, message_id):
    (local.parent / "secret.eml").parent.mkdir(parents=True, exist_ok=True)
    (local.parent / "secret.eml").write_text("secret")
    with pytest.raises(NotFound):
        inbox.get_message(message_id)
    with pytest.raises(NotFound):
        inbox.get_message("../secret")


def test_a_text_message_lands_in_the_local_inbox(local):
    sms.send(to="+4930123456", text="Your code: 123456", message_id="job-1", use=Use.SIGN_IN)
    [message] = inbox.list_messages()
    assert (message.kind, message.to, message.text) == (
        "sms",
        "+4930123456",
        "Your code: 123456 Reply STOP to opt out.\n",
    )


def test_without_a_backend_text_messages_are_refused(settings):
    settings.SMS_BACKEND = ""
    assert not sms.is_configured()
    with pytest.raises(sms.SmsNotConfigured):
        sms.send(to="+4930123456", text="x", message_id="job-1", use=Use.SIGN_IN)


def test_the_backend_that_the_readme_names_for_ses_is_installed(settings):
    settings.EMAIL_BACKEND = "anymail.backends.amazon_ses.EmailBackend"
    assert type(get_connection()).__module__ == "anymail.backends.amazon_ses"


def test_ses_gets_one_request_per_try(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    backend = get_connection("anymail.backends.amazon_ses.EmailBackend")
    backend.open()
    config = backend.client.meta.config
    assert config.retries["total_max_attempts"] == 1  # a repeat is a second mail
    assert config.read_timeout == 10
