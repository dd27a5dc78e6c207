"""JSON from outside, decoded into structs; errors name the field and the reason."""

import re

import msgspec

from courtside.errors import BadInput

_LOCATED = re.compile(r"(?P<reason>.*) - at `(?P<place>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object (?:missing required|contains unknown) field `(?P<field>.*)`", re.DOTALL)
_LONGEST_REASON = 300


class BadField(BadInput):
    """A value from outside that cannot be used; `field` is None where there is no single one."""

    def __init__(self, field: str | None, reason: str) -> None:
        reason = " ".join(reason.split())[:_LONGEST_REASON]
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


def bad_field(error: msgspec.DecodeError) -> BadField:
    """What msgspec says, as field and reason.

    >>> try:
    ...     msgspec.json.decode(b'{"seq": "x"}', type=dict[str, int])
    ... except msgspec.DecodeError as error:
    ...     print(bad_field(error))
    [...]: Expected `int`, got `str`
    """
    text = str(error)
    if not isinstance(error, msgspec.ValidationError):
        return BadField(None, f"not JSON: {text}")
    located = _LOCATED.fullmatch(text)
    reason = located["reason"] if located else text
    place = located["place"].removeprefix("$").removeprefix(".").replace("`.`", ".") if located else ""
    named = _MISSING.fullmatch(reason)
    if named:
        place = f"{place}.{named['field']}" if place else named["field"]
        reason = "is missing" if reason.startswith("Object missing") else "is not a field here"
    return BadField(place or None, reason)
