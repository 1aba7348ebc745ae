from accounts.management.account_command import OPERATOR, AccountCommand
from accounts.services import operators
from users.models import User


class Command(AccountCommand):
    help = "Disables an account: it is signed out everywhere at once and cannot sign in."

    def act(self, user: User) -> None:
        operators.set_active(user_sub=user.user_sub, active=False, actor=OPERATOR)
        self.stdout.write(f"Disabled @{user.handle} ({user.user_sub}); every session is ended.")
