from argparse import ArgumentParser
from typing import Any

from typing_extensions import override

from accounts.errors import NotStaff
from accounts.management.account_command import OPERATOR, AccountCommand
from accounts.services import operators, staff_resets
from users.models import User


class Command(AccountCommand):
    help = (
        "Asks to remove every second factor of an account. Another staff member approves it on"
        " /staff/approvals/ within seven days."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", required=True, help="How you know that it is them.")
        parser.add_argument("--by", required=True, help="The staff member who asks: their email.")
        parser.add_argument(
            "--break-glass",
            action="store_true",
            help="Do it now and alone. It is recorded, logged as an error, and the person is told.",
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        self.asked = options
        super().handle(*args, **options)

    @override
    def act(self, user: User) -> None:
        requester = operators.find_account(self.asked["by"])
        if not (requester.is_staff and requester.is_active):
            raise NotStaff
        alone = self.asked["break_glass"]
        approval = staff_resets.request_mfa_reset(
            user=user,
            reason=self.asked["reason"],
            requester=requester,
            breaks_glass=alone,
            actor=OPERATOR,
        )
        done = "Removed every second factor of" if alone else "Asked to remove the factors of"
        self.stdout.write(f"{done} @{user.handle} ({user.user_sub}): {approval.approval_id}.")
