from accounts.management.account_command import OPERATOR, AccountCommand
from accounts.services import operators
from users.models import User


class Command(AccountCommand):
    help = "Enables a disabled account. Its ended sessions stay ended."

    def act(self, user: User) -> None:
        operators.set_active(user_sub=user.user_sub, active=True, actor=OPERATOR)
        self.stdout.write(f"Enabled @{user.handle} ({user.user_sub}).")
