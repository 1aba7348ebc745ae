"""The names and values of an expression, each behind an alias."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dynamo.codec import AttributeValue, encode
from dynamo.errors import InvalidItem

MAX_EXPRESSION_BYTES = 4096

PathElement = str | int
Path = tuple[PathElement, ...]


class Value(NamedTuple):
    content: object


Part = str | Path | Value  # text of the expression, the path of an attribute, a value


@dataclass(slots=True)
class Aliases:
    """The names and values of one request; the same name gets the same alias."""

    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, AttributeValue] = field(default_factory=dict)

    def render(self, parts: Iterable[Part]) -> str:
        """Raises InvalidItem when the text is longer than DynamoDB reads."""
        text = "".join(map(self._render_part, parts))
        if len(text) > MAX_EXPRESSION_BYTES:
            raise InvalidItem(f"An expression has at most {MAX_EXPRESSION_BYTES} bytes.")
        return text

    def parameters(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.names:
            found["ExpressionAttributeNames"] = {alias: name for name, alias in self.names.items()}
        if self.values:
            found["ExpressionAttributeValues"] = self.values
        return found

    def _render_part(self, part: Part) -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, Value):
            alias = f":{len(self.values)}"
            self.values[alias] = encode(part.content)
            return alias
        return "".join(map(self._render_element, part))[1:]

    def _render_element(self, element: PathElement) -> str:
        if isinstance(element, int):
            return f"[{element}]"
        return "." + self.names.setdefault(element, f"#{len(self.names)}")
