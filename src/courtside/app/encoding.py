"""Messages as they go out."""

from collections.abc import Iterable

import msgspec

from courtside.messages import EncodedMessage, Message, MlPrediction, encode_message


def encoded(messages: Iterable[Message], took_ms: float) -> list[EncodedMessage]:
    """`took_ms` is how long the engine took for their observation."""
    return [encode_message(_stamped(message, took_ms)) for message in messages]


def _stamped(message: Message, took_ms: float) -> Message:
    """`latency_ms` is the one field that depends on the machine."""
    if not isinstance(message.data, MlPrediction):
        return message
    data = msgspec.structs.replace(message.data, latency_ms=round(took_ms, 3))
    return msgspec.structs.replace(message, data=data)
