"""What kinds of requests there are: each app that carries some out registers them.

A kind is closed until an app registers its handler, in its module `approvals`, which is loaded
when the process starts:

    @approval_kind("mfa_reset", label=_("Remove every second factor"))
    class MfaResets(ApprovalHandler): ...

What has an effect elsewhere (a refund) asks for a job in its writes. A kind `with_limit` may also
be done by one staff member alone, `at_once`, and is then recorded like any other; its handler
knows the limit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.utils.functional import Promise

from accounts.errors import ApprovalKindUnknown
from accounts.items import Approval
from dynamo.table import Write


class ApprovalHandler(Protocol):
    """What becomes of a request of one kind. Those that give writes read afresh each time: the
    writes join its transaction, which is tried again when what they were made from has moved.
    `approval` is as it is after the decision."""

    def details(self, approval: Approval) -> list[tuple[str | Promise, str]]:
        """What it is about beyond its person and its reason, for those who decide: name, value."""

    def asked(self, approval: Approval) -> list[Write]:
        """What the person it is about is told."""

    def approved(self, approval: Approval) -> list[Write]:
        """The deed itself. Raises what keeps it from being done; the request then stays open."""

    def refused(self, approval: Approval) -> list[Write]: ...


@dataclass(frozen=True, slots=True)
class _Kind:
    handler: ApprovalHandler
    label: str | Promise
    with_limit: bool


HandlerT = TypeVar("HandlerT", bound=type[ApprovalHandler])
_kinds: dict[str, _Kind] = {}


def approval_kind(
    name: str, *, label: str | Promise, with_limit: bool = False
) -> Callable[[HandlerT], HandlerT]:
    """Registers the one handler of a kind; ValueError for a second one."""

    def register(handler: HandlerT) -> HandlerT:
        if name in _kinds:
            raise ValueError(f"{name} has a handler already")
        _kinds[name] = _Kind(handler(), label, with_limit)
        return handler

    return register


def label_of(kind: str) -> str | Promise:
    return _kinds[kind].label if kind in _kinds else kind


def details_of(approval: Approval) -> list[tuple[str | Promise, str]]:
    return _kinds[approval.kind].handler.details(approval) if approval.kind in _kinds else []


def kind_of(name: str) -> _Kind:
    """Raises ApprovalKindUnknown."""
    if name not in _kinds:
        raise ApprovalKindUnknown
    return _kinds[name]
