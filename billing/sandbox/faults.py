"""Calls that go wrong on purpose."""

from dataclasses import dataclass, field
from enum import StrEnum

from billing.sandbox.state import Wire


class Fault(StrEnum):
    BEFORE = "error_before"  # 500, nothing was done
    AFTER = "error_after"  # 500, although it was done
    LOST = "lost_answer"  # done, and the connection ends without an answer
    UNHEARD = "lost_request"  # nothing was done, and the connection ends without an answer


@dataclass
class Faults:
    planned: list[Wire] = field(default_factory=list)

    def plan(
        self, fault: Fault, *, path: str, times: int = 1, method: str = "POST", body: str = ""
    ) -> None:
        """The next `times` calls by `method` of paths that begin so, and whose body has this text,
        go wrong."""
        self.planned.append(
            {"fault": fault, "path": path, "left": times, "method": method, "body": body}
        )

    def take(self, method: str, path: str, body: str = "") -> Fault | None:
        for plan in self.planned:
            fits = (
                method == plan["method"] and path.startswith(plan["path"]) and plan["body"] in body
            )
            if fits and plan["left"]:
                plan["left"] -= 1
                return Fault(plan["fault"])
        return None
