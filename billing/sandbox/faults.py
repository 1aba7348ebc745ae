"""What goes wrong on purpose, and the rest of the sandbox's own API under /_control/."""

from dataclasses import dataclass, field
from enum import StrEnum

from billing.sandbox import checkout
from billing.sandbox.state import State
from billing.sandbox.wire import Params, Refused, Wire, missing, only, required, whole


class Fault(StrEnum):
    BEFORE = "error_before"  # 500, nothing was done
    AFTER = "error_after"  # 500, although it was done
    LOST = "lost_answer"  # done, and the connection ends without an answer


@dataclass
class Faults:
    planned: list[Wire] = field(default_factory=list)

    def plan(self, fault: Fault, *, path: str, times: int = 1) -> None:
        """The next `times` POSTs to paths that begin so go wrong."""
        self.planned.append({"fault": fault, "path": path, "left": times})

    def take(self, method: str, path: str) -> Fault | None:
        for plan in self.planned:
            if method == "POST" and plan["left"] and path.startswith(plan["path"]):
                plan["left"] -= 1
                return Fault(plan["fault"])
        return None


def broken() -> Refused:
    return Refused("An unknown error occurred.", status=500, kind="api_error", saved=True)


def control(state: State, faults: Faults, path: str, params: Params) -> Wire:
    """POST /_control/<what>. Raises Refused."""
    with state.lock:
        match path.strip("/").split("/"):
            case ["faults"]:
                return _plan(faults, params)
            case ["events", name, "deliver"]:
                event = state.get(name, "event")
                event |= {"pending_webhooks": 1, "_tries": 0, "_next": 0}
                state.save()
                return {"delivering": name}
            case ["sessions", name, "expire"]:
                checkout.expire(state, state.get(name, checkout.SESSION))
                state.save()
                return {"expired": name}
    raise missing("control", path)


def _plan(faults: Faults, params: Params) -> Wire:
    only(params, "fault", "path", "times")
    name = required(params, "fault")
    if name not in list(Fault):
        raise Refused(f"Unknown fault: {name}", param="fault")
    times = whole(params.get("times", 1), "times", least=1)
    faults.plan(Fault(name), path=required(params, "path"), times=times)
    return {"planned": name, "times": times}
