import pytest

from courtside.messages import EncodedMessage
from courtside.serve.frames import LONG_BYTES, Batch, LongText, frame_text, frame_texts, text_of


def parse(data: bytes) -> list[bytes]:
    """The payloads of unmasked final text frames, by RFC 6455."""
    payloads = []
    while data:
        assert data[0] == 0x81
        length, start = data[1], 2
        if length == 126:
            length, start = int.from_bytes(data[2:4], "big"), 4
            assert length > 125
        elif length == 127:
            length, start = int.from_bytes(data[2:10], "big"), 10
            assert length > 65_535
        payloads.append(data[start : start + length])
        data = data[start + length :]
    return payloads


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 300_000])
def test_every_length_has_its_header(length: int) -> None:
    assert parse(frame_text(b"x" * length)) == [b"x" * length]


def test_many_frames_follow_one_another() -> None:
    payloads = [b"{}", b"y" * 500, b""]
    assert parse(frame_texts(payloads)) == payloads


def test_a_batch_is_framed_once() -> None:
    batch = Batch([EncodedMessage("1", "e", 1, "play", b"{}"), EncodedMessage("1", "e", 2, "play", b"[]")])
    assert parse(batch.framed) == [b"{}", b"[]"]
    assert batch.framed is batch.framed


@pytest.mark.parametrize("length", [LONG_BYTES + 1, 3 * 32_768, 3 * 32_768 + 1, 1_000_000])
def test_a_long_text_goes_in_fragments_that_are_one_message(length: int) -> None:
    payload = bytes(number % 256 for number in range(length))
    text = text_of(payload)
    assert isinstance(text, LongText)
    assert [fragment[0] for fragment in text.fragments] == [0x01, *[0x00] * (len(text.fragments) - 2), 0x80]
    final_texts = b"".join(b"\x81" + fragment[1:] for fragment in text.fragments)
    assert b"".join(parse(final_texts)) == payload == text.payload
    assert len(text) == length


def test_a_text_that_is_not_long_is_one_frame() -> None:
    assert text_of(b"x" * LONG_BYTES) == b"x" * LONG_BYTES
