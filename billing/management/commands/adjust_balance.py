from argparse import ArgumentParser
from typing import Any

from typing_extensions import override

from accounts.management.account_command import OPERATOR
from accounts.services import operators
from billing import services
from billing.management.money_command import StaffCommand, signed_amount
from core.money import format_money


class Command(StaffCommand):
    help = (
        "Asks to add money to a wallet or to take it out, with both sides in the ledger. Another"
        " staff member decides on /staff/approvals/ within seven days."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="The email address, the handle or the user_sub.")
        parser.add_argument("amount", help="Such as 5 or -12.50.")
        parser.add_argument(
            "--write-off", action="store_true", help="Give up that much of a debt instead."
        )
        parser.add_argument(
            "--into-debt", action="store_true", help="Take more than is there: the rest is owed."
        )
        super().add_arguments(parser)

    @override
    def act(self, options: dict[str, Any]) -> None:
        requester = self.requester(options)
        user = operators.find_account(options["account"])
        currency = services.get_wallet(user.user_sub).currency
        amount = signed_amount(options["amount"], currency)
        approval = services.ask_adjustment(
            user_sub=user.user_sub,
            amount=amount,
            reason=options["reason"],
            requester=requester,
            writes_off=options["write_off"],
            into_debt=options["into_debt"],
            breaks_glass=options["break_glass"],
            actor=OPERATOR,
        )
        money = format_money(amount, currency)
        self.tell(f"Correction of @{user.handle} by {money}", approval)
