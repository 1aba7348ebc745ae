from collections.abc import Iterator

from accounts.management.account_command import AccountCommand
from core import clock
from sessions import services as sessions
from users.models import User


class Command(AccountCommand):
    help = "Shows an account and its sessions; never a password hash, a key or a token."

    def act(self, user: User) -> None:
        for label, value in _facts(user):
            self.stdout.write(f"{label:<16}{value}")
        for each in sessions.list_sessions(user_sub=user.user_sub, current_key=None):
            seen = clock.text(each.seen_at)[:16]
            self.stdout.write(f"{'session':<16}{each.label}, {each.ip or '-'}, last used {seen}Z")


def _facts(user: User) -> Iterator[tuple[str, str]]:
    yield "user_sub", user.user_sub
    yield "email", user.email
    yield "handle", f"@{user.handle}"
    yield "display name", user.display_name or "-"
    yield "state", "active" if user.is_active else "disabled"
    yield "staff", "yes" if user.is_staff else "no"
    yield "created", clock.text(user.created_at)
    verified = user.email_verified_at
    yield "email verified", clock.text(verified) if verified else "no"
    yield "password", "set" if user.has_usable_password() else "none"
    yield "second factors", ", ".join(sorted(user.factors)) or "none"
    if user.mfa_due_at:
        yield "needs one after", clock.text(user.mfa_due_at)
