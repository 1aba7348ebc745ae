"""What the commands share that move or look after money."""

from abc import abstractmethod
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import NotStaff
from accounts.items import Approval, ApprovalState
from accounts.services import operators
from billing import services
from billing.errors import BillingNotConfigured
from billing.items import Payment
from core.errors import ApplicationError
from core.money import parse_money
from users.errors import UserNotFound
from users.models import User


class MoneyCommand(BaseCommand):
    """An error of the product becomes one plain line, and exit code 1."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            services.require_configured()
            self.act(options)
        except BillingNotConfigured as error:
            raise CommandError("There is no billing table: set BILLING_TABLE_NAME.") from error
        except ApplicationError as error:
            lines = [f"{field}: {text}" for field, texts in error.errors.items() for text in texts]
            raise CommandError("\n".join(lines) or str(error.message)) from error

    @abstractmethod
    def act(self, options: dict[str, Any]) -> None: ...


class StaffCommand(MoneyCommand):
    """Asks in the name of a staff member, who is told."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reason", required=True, help="Why; staff and the person see it.")
        parser.add_argument(
            "--as", required=True, dest="by", metavar="STAFF", help="Who asks: their email address."
        )
        parser.add_argument(
            "--break-glass",
            action="store_true",
            help="Do it now and alone. It is recorded, logged as an error, and the person is told.",
        )

    def requester(self, options: dict[str, Any]) -> User:
        try:
            found = operators.find_account(options["by"])
        except UserNotFound as error:
            raise NotStaff from error
        if not (found.is_staff and found.is_active):
            raise NotStaff
        return found

    def tell(self, what: str, approval: Approval) -> None:
        if approval.state is ApprovalState.APPROVED:
            self.stdout.write(f"{what}: done ({approval.approval_id}).")
        else:
            where = f"/staff/approvals/{approval.approval_id}/"
            self.stdout.write(f"{what}: asked for. Another staff member decides at {where}.")


class AskingCommand(MoneyCommand):
    """Asks providers about open payments, one line each; ends with 1 when one does not answer."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="List them; ask nobody and change nothing."
        )

    @abstractmethod
    def wanted(self, payment: Payment) -> bool: ...

    def act(self, options: dict[str, Any]) -> None:
        asked = silent = 0
        for payment in filter(self.wanted, services.open_payments()):
            asked += 1
            name = f"{payment.payment_intent_id} of {payment.user_sub}: {payment.status}"
            if options["dry_run"]:
                self.stdout.write(name)
                continue
            try:
                found = services.check_payment(
                    user_sub=payment.user_sub, payment_id=payment.payment_intent_id
                )
                self.stdout.write(f"{name} -> {found.status}")
            except ApplicationError as error:
                silent += 1
                self.stdout.write(f"{name}, not changed: {error.message}")
        if silent:
            raise CommandError(f"{silent} of {asked} could not be settled; the lines say why.")
        self.stdout.write(f"{asked} found." if options["dry_run"] else f"{asked} asked about.")


def signed_amount(text: str, currency: str) -> int:
    """In minor units. Raises Invalid, naming `amount`."""
    bare = text.strip()
    sign = -1 if bare.startswith("-") else 1
    return sign * parse_money(bare.removeprefix("-").removeprefix("+"), currency)
