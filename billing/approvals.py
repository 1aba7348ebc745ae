"""The kinds of requests that this app carries out; accounts.services.approvals has the rules."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.items import Approval
from accounts.services.approval_kinds import approval_kind
from billing.services import staff
from dynamo.table import Write


@approval_kind(staff.REFUND, label=_("Refund a payment"), with_limit=True)
class Refunds:
    def details(self, approval: Approval) -> list[tuple[str | Promise, str]]:
        return staff.refund_details(approval)

    def asked(self, approval: Approval) -> list[Write]:
        return staff.refund_asked(approval)

    def approved(self, approval: Approval) -> list[Write]:
        return staff.refund_approved(approval)

    def refused(self, approval: Approval) -> list[Write]:
        return []


@approval_kind(staff.ADJUSTMENT, label=_("Correct a balance"))
class Adjustments:
    def details(self, approval: Approval) -> list[tuple[str | Promise, str]]:
        return staff.adjustment_details(approval)

    def asked(self, approval: Approval) -> list[Write]:
        return staff.adjustment_asked(approval)

    def approved(self, approval: Approval) -> list[Write]:
        return staff.adjustment_approved(approval)

    def refused(self, approval: Approval) -> list[Write]:
        return []
