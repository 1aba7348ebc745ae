"""The kinds of requests that this app carries out; accounts.services.approvals has the rules."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.items import Approval
from accounts.services import staff_resets
from accounts.services.approval_kinds import approval_kind
from dynamo.table import Write


@approval_kind(staff_resets.KIND, label=_("Remove every second factor"))
class MfaResets:
    def details(self, approval: Approval) -> list[tuple[str | Promise, str]]:
        return []

    def asked(self, approval: Approval) -> list[Write]:
        return staff_resets.asked_writes(approval)

    def approved(self, approval: Approval) -> list[Write]:
        return staff_resets.approved_writes(approval)

    def refused(self, approval: Approval) -> list[Write]:
        return staff_resets.refused_writes(approval)
