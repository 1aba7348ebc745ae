from typing_extensions import override

from billing import services
from billing.items import Payment, PaymentStatus
from billing.management.money_command import AskingCommand


class Command(AskingCommand):
    help = (
        "Gives up payments that nobody paid within two hours, at their provider first; one that"
        " was paid meanwhile is settled. Jobs do the same by themselves: this makes up for jobs"
        " that were lost. Reads the whole billing table."
    )

    @override
    def wanted(self, payment: Payment) -> bool:
        return payment.status is PaymentStatus.CREATED and services.is_overdue(payment)
