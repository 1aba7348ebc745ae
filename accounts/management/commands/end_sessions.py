from accounts.management.account_command import OPERATOR, AccountCommand
from accounts.services import operators
from users.models import User


class Command(AccountCommand):
    help = "Signs an account out everywhere. It may sign in again."

    def act(self, user: User) -> None:
        count = operators.end_sessions(user_sub=user.user_sub, actor=OPERATOR)
        self.stdout.write(f"Ended {count} session(s) of @{user.handle} ({user.user_sub}).")
