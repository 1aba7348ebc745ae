"""What the API doors of keys share."""

from collections.abc import Sequence
from typing import Any

from rest_framework.permissions import IsAuthenticated

from core.stepup import StepUpRequired

CONFIRM = "Needs a recent confirmation that it is you, in the browser's session."
TAGS = ["api-keys"]


def person_confirmed() -> Sequence[Any]:
    return [IsAuthenticated(), StepUpRequired()]
