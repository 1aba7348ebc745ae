from accounts.management.account_command import OPERATOR, AccountCommand
from accounts.services import mfa_reset
from users.models import User


class Command(AccountCommand):
    help = "Stops the wait after which somebody could remove the second factors of an account."

    def act(self, user: User) -> None:
        mfa_reset.stop_mfa_reset(user=user, actor=OPERATOR)
        self.stdout.write(f"Stopped. @{user.handle} ({user.user_sub}) keeps every second factor.")
