from argparse import ArgumentParser
from typing import Any

from typing_extensions import override

from accounts.management.account_command import OPERATOR
from billing import services
from billing.management.money_command import StaffCommand
from core.money import format_money, parse_money


class Command(StaffCommand):
    help = (
        "Sends money of a payment back to where it came from. Up to REFUND_APPROVAL_ABOVE of a"
        " payment it is done at once; more is asked for, and another staff member decides on"
        " /staff/approvals/ within seven days."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("payment", help="Its id, or one of its provider's (pi_…, cs_…).")
        parser.add_argument("--amount", help="Such as 12.50; without it all that is left.")
        super().add_arguments(parser)

    @override
    def act(self, options: dict[str, Any]) -> None:
        requester = self.requester(options)
        payment = services.search_payment(options["payment"])
        text = options["amount"]
        amount = parse_money(text, payment.currency) if text is not None else payment.refundable
        approval = services.ask_refund(
            payment=payment,
            amount=amount or None,
            reason=options["reason"],
            requester=requester,
            breaks_glass=options["break_glass"],
            actor=OPERATOR,
        )
        money = format_money(amount, payment.currency)
        self.tell(f"Refund of {money} of payment {payment.payment_intent_id}", approval)
