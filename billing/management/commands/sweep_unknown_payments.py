from typing_extensions import override

from billing.items import Payment, PaymentStatus
from billing.management.money_command import AskingCommand


class Command(AskingCommand):
    help = (
        "Asks providers what became of payments that are unknown or pending, and settles or ends"
        " them; nothing is charged again. Jobs do the same by themselves: this is for after an"
        " outage. Reads the whole billing table."
    )

    @override
    def wanted(self, payment: Payment) -> bool:
        return payment.status in (PaymentStatus.UNKNOWN, PaymentStatus.PROCESSING)
