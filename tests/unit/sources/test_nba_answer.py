import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtside.errors import BadFeed
from courtside.sources.nba_answer import (
    NotModified,
    NotYet,
    Refusal,
    Wire,
    classify,
    http_time_ms,
    unpack,
)


def test_each_http_status_has_its_meaning() -> None:
    denied = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"
    assert isinstance(classify(200, b"{}", {}, 0), Wire)
    assert isinstance(classify(304, b"", {}, 0), NotModified)
    assert isinstance(classify(403, denied, {}, 0), NotYet)
    assert isinstance(classify(404, b"", {}, 0), NotYet)
    faults = [
        outcome.fault
        for status in (403, 429, 500, 503, 206, 301, 418)
        if isinstance(outcome := classify(status, b"<html>", {}, 0), Refusal)
    ]
    assert faults == [
        "blocked",
        "rate_limited",
        "server_error",
        "server_error",
        "http_status",
        "http_status",
        "http_status",
    ]


def test_retry_after_is_read_in_seconds_and_as_a_date() -> None:
    def wait(text: str) -> int | None:
        outcome = classify(429, b"", {"retry-after": text}, 1_770_000_000_000)
        assert isinstance(outcome, Refusal)
        return outcome.retry_after_ms

    assert wait(" 7 ") == 7_000
    assert wait("Mon, 02 Feb 2026 02:40:05 GMT") == 5_000
    assert wait("Mon, 02 Feb 2026 02:30:00 GMT") == 0
    assert wait("later") is None


@pytest.mark.parametrize("text", ["\u0665", "²", "9" * 400, "Mon, 99 Feb 2026", "", "-1", "1e9"])
def test_odd_retry_after_values_do_no_harm(text: str) -> None:
    outcome = classify(503, b"", {"retry-after": text}, 0)
    assert isinstance(outcome, Refusal)
    assert outcome.retry_after_ms is None or outcome.retry_after_ms >= 0


def test_a_validator_that_cannot_be_sent_back_is_not_kept() -> None:
    outcome = classify(200, b"", {"etag": '"\u00fc"', "last-modified": "a\tb"}, 0)
    assert isinstance(outcome, Wire)
    assert (outcome.etag, outcome.last_modified) == (None, None)


def test_bodies_unpack_from_gzip_deflate_and_nothing() -> None:
    for encoding, data in (
        ("", b"body"),
        ("identity", b"body"),
        ("gzip", gzip.compress(b"body")),
        ("deflate", zlib.compress(b"body")),
    ):
        assert unpack(Wire(data, encoding), 100) == b"body"
    assert unpack(Wire(b"", "gzip"), 100) == b""


@pytest.mark.parametrize(
    ("wire", "kind"),
    [
        (Wire(gzip.compress(b"body" * 1000)[:-9], "gzip"), "truncated"),
        (Wire(gzip.compress(b"body" * 1000), "gzip"), "too_large"),
        (Wire(b"body", "gzip"), "bad_encoding"),
        (Wire(b"body", "br"), "bad_encoding"),
    ],
)
def test_a_body_that_does_not_unpack_is_refused_by_kind(wire: Wire, kind: str) -> None:
    with pytest.raises(BadFeed) as caught:
        unpack(wire, 2_000 if kind == "too_large" else 10_000)
    assert caught.value.kind == kind


@given(st.text(max_size=60))
def test_no_http_date_makes_the_reader_fail(text: str) -> None:
    assert http_time_ms(text) is None or isinstance(http_time_ms(text), int)


@given(
    st.integers(100, 999),
    st.binary(max_size=50),
    st.dictionaries(
        st.sampled_from(["retry-after", "etag", "date", "last-modified", "content-encoding"]),
        st.text(max_size=40),
    ),
)
def test_no_answer_makes_the_classifier_fail(status: int, data: bytes, headers: dict[str, str]) -> None:
    outcome = classify(status, data, headers, 1_770_000_000_000)
    if isinstance(outcome, Wire):
        try:
            assert isinstance(unpack(outcome, 1_000), bytes)
        except BadFeed as error:
            assert error.kind in ("bad_encoding", "truncated", "too_large")
