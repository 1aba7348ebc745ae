"""Python values to DynamoDB attribute values and back, and DynamoDB's own rule for sizes.

Comes back changed: a tuple as a list, a frozenset as a set, a whole Decimal as an int, a
datetime as the text of `timestamp()`. Floats, naive datetimes and empty or mixed sets are
refused, as is whatever DynamoDB would refuse or round.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation, Rounded
from typing import Any

from dynamo.errors import InvalidItem, ItemTooLarge

AttributeValue = dict[str, Any]

MAX_ITEM_BYTES = 350 * 1024  # DynamoDB's limit is 400 KB; the rest is room for updates
MAX_NESTING = 32  # levels; the value inside the innermost list or map is one of them
MAX_DIGITS = 38
_LONGEST_INT = 10**MAX_DIGITS
_MIN_EXPONENT, _MAX_EXPONENT = -130, 125
_NUMBERS = Context(prec=MAX_DIGITS, Emin=_MIN_EXPONENT, Emax=_MAX_EXPONENT)
_EXACT = Context(prec=MAX_DIGITS, traps=[Inexact, Rounded, InvalidOperation])


def timestamp(moment: datetime) -> str:
    """`2026-11-23T04:00:00.000000Z`: UTC, fixed width, so that text order is time order."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise InvalidItem(f"A naive datetime cannot be stored: {moment!r}; make it aware (UTC).")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rjust(26, "0") + "Z"


def encode(value: object, depth: int = 0) -> AttributeValue:
    """Raises InvalidItem for what DynamoDB cannot hold exactly."""
    encoder = _ENCODERS.get(type(value)) or _encoder_of_parent(type(value))
    return encoder(value, depth)


def decode(value: AttributeValue) -> Any:
    """The Python value of an attribute value that DynamoDB sent."""
    ((kind, content),) = value.items()
    return _DECODERS[kind](content)


def encode_item(item: Mapping[str, object]) -> dict[str, AttributeValue]:
    """Raises InvalidItem, naming the attribute, and ItemTooLarge."""
    encoded = {}
    for name, value in item.items():
        try:
            _check_name(name)
            encoded[name] = encode(value)
        except InvalidItem as error:
            raise InvalidItem(f"{name}: {error}") from error
    size = item_size(encoded)
    if size > MAX_ITEM_BYTES:
        raise ItemTooLarge(f"The item has {size} bytes; at most {MAX_ITEM_BYTES} are stored.")
    return encoded


def decode_item(item: Mapping[str, AttributeValue]) -> dict[str, Any]:
    return {name: decode(value) for name, value in item.items()}


def item_size(item: Mapping[str, AttributeValue]) -> int:
    """Bytes of an encoded item as DynamoDB counts them: UTF-8 names plus values.

    Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats".
    """
    return sum(_text_size(name) + value_size(value) for name, value in item.items())


def value_size(value: AttributeValue) -> int:
    ((kind, content),) = value.items()
    return _SIZES[kind](content)


def _encoder_of_parent(kind: type) -> Callable[[Any, int], AttributeValue]:
    for parent in kind.__mro__[1:-1]:
        if parent in _ENCODERS:
            return _ENCODERS[parent]
    raise InvalidItem(f"{kind.__name__} cannot be stored{_ADVICE.get(kind, '')}.")


def _text(value: str, depth: int) -> AttributeValue:
    if not value.isascii():
        _check_unicode(value)
    return {"S": str.__str__(value)}


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidItem("text with a lone surrogate is not valid UTF-8.") from error


def _number_text(value: int | Decimal) -> str:
    if isinstance(value, int) and -_LONGEST_INT < value < _LONGEST_INT:
        return int.__repr__(value)
    try:
        number = _EXACT.create_decimal(value) if isinstance(value, Decimal) else _whole(value)
    except (Inexact, Rounded, InvalidOperation) as error:
        raise InvalidItem(f"a number has at most {MAX_DIGITS} significant digits.") from error
    if not number.is_finite():
        raise InvalidItem(f"{number} is not a number DynamoDB can hold.")
    if not number:
        return "0"
    if not _MIN_EXPONENT <= number.adjusted() <= _MAX_EXPONENT:
        raise InvalidItem("a number lies between 1E-130 and 9.99E+125.")
    plain = format(number.normalize(_EXACT), "f")
    return plain if len(plain) <= MAX_DIGITS + 2 else str(number)


def _whole(value: int) -> Decimal:
    if value.bit_length() > 420:  # 10**126 has 419 bits
        raise InvalidItem("a number lies between 1E-130 and 9.99E+125.")
    return _EXACT.create_decimal(Decimal(value).normalize(Context(prec=130)))


def _number(value: int | Decimal, depth: int) -> AttributeValue:
    return {"N": _number_text(value)}


def _list(value: Iterable[object], depth: int) -> AttributeValue:
    _check_depth(depth)
    return {"L": [encode(element, depth + 1) for element in value]}


def _map(value: Mapping[str, object], depth: int) -> AttributeValue:
    _check_depth(depth)
    for name in value:
        _check_name(name)
    return {"M": {name: encode(content, depth + 1) for name, content in value.items()}}


def _set(value: Iterable[object], depth: int) -> AttributeValue:
    encoded = [encode(element) for element in value]
    if not encoded:
        raise InvalidItem("an empty set cannot be stored; leave the attribute out.")
    kinds = {kind for element in encoded for kind in element}
    if len(kinds) > 1 or not kinds <= {"S", "N", "B"}:
        raise InvalidItem("a set holds only texts, only numbers or only bytes.")
    (kind,) = kinds
    return {kind + "S": [element[kind] for element in encoded]}


def _check_depth(depth: int) -> None:
    if depth >= MAX_NESTING - 1:
        raise InvalidItem(f"lists and maps are nested at most {MAX_NESTING - 1} deep.")


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name:
        raise InvalidItem(f"an attribute's name is text that is not empty, not {name!r}.")
    if not name.isascii():
        _check_unicode(name)


def _decode_number(text: str) -> int | Decimal:
    if text.isdecimal():
        return int(text)
    number = _NUMBERS.create_decimal(text)
    return int(number) if number == number.to_integral_value() else number


def _number_size(text: str) -> int:
    """One byte per two significant digits, one more, and one for a minus sign."""
    digits = text.partition("E")[0].lstrip("-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")


def _text_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


_ADVICE: dict[type, str] = {float: ": store an int in the smallest unit, or a Decimal"}
_ENCODERS: dict[type, Callable[[Any, int], AttributeValue]] = {
    str: _text,
    int: _number,
    Decimal: _number,
    bool: lambda value, depth: {"BOOL": value},
    type(None): lambda value, depth: {"NULL": True},
    bytes: lambda value, depth: {"B": value},
    list: _list,
    tuple: _list,
    dict: _map,
    set: _set,
    frozenset: _set,
    datetime: lambda value, depth: {"S": timestamp(value)},
}
_DECODERS: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "N": _decode_number,
    "BOOL": bool,
    "NULL": lambda content: None,
    "B": bytes,
    "L": lambda content: [decode(element) for element in content],
    "M": decode_item,
    "SS": set,
    "NS": lambda content: {_decode_number(text) for text in content},
    "BS": lambda content: set(map(bytes, content)),
}
_SIZES: dict[str, Callable[[Any], int]] = {
    "S": _text_size,
    "N": _number_size,
    "BOOL": lambda content: 1,
    "NULL": lambda content: 1,
    "B": len,
    "L": lambda content: 3 + sum(1 + value_size(element) for element in content),
    "M": lambda content: 3 + len(content) + item_size(content),
    "SS": lambda content: sum(map(_text_size, content)),
    "NS": lambda content: sum(map(_number_size, content)),
    "BS": lambda content: sum(map(len, content)),
}
