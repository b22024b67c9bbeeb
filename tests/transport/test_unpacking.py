"""Compressed bodies: whole, in pieces, cut, too large, and not what they are called."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given, strategies as st

from twilio_numbers_async.errors import TransportError
from twilio_numbers_async.transport.http.unpacking import Unpacker

TEXT = b"0123456789" * 500


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKED = [
    pytest.param("gzip", gzip.compress(TEXT, mtime=0), id="gzip"),
    pytest.param("x-gzip", gzip.compress(TEXT, mtime=0), id="x-gzip"),
    pytest.param(" GZIP ", gzip.compress(TEXT, mtime=0), id="capitals"),
    pytest.param(
        "gzip", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0), id="two parts"
    ),
    pytest.param("deflate", zlib.compress(TEXT), id="deflate"),
    pytest.param("deflate", bare(TEXT), id="deflate without its head"),
]


@pytest.mark.parametrize(("encoding", "packed"), PACKED)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_body_in_pieces_is_unpacked(encoding: str, packed: bytes, size: int) -> None:
    unpacker = Unpacker(encoding)
    pieces = [unpacker.unpack(packed[at : at + size], 0) for at in range(0, len(packed), size)]
    unpacker.finish()
    assert b"".join(pieces) == TEXT


@pytest.mark.parametrize(("encoding", "packed"), PACKED)
def test_a_body_that_is_cut_is_told(encoding: str, packed: bytes) -> None:
    for length in (1, 5, len(packed) // 2, len(packed) - 1):
        unpacker = Unpacker(encoding)
        unpacker.unpack(packed[:length], 0)
        with pytest.raises(TransportError, match="cut short") as caught:
            unpacker.finish()
        assert caught.value.is_transient


@pytest.mark.parametrize(("encoding", "packed"), PACKED)
@pytest.mark.parametrize("most", [1, 99, 100, 101, 4999])
def test_no_more_is_unpacked_than_was_asked_for(encoding: str, packed: bytes, most: int) -> None:
    assert Unpacker(encoding).unpack(packed, most) == TEXT[:most]


def test_no_body_is_a_body() -> None:
    Unpacker("gzip").finish()


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("body", [b"\xff" * 20, gzip.compress(TEXT, mtime=0) + b"rest"])
def test_what_is_not_compressed_so_breaks_the_exchange(encoding: str, body: bytes) -> None:
    with pytest.raises(TransportError, match=f"no {encoding}") as caught:
        Unpacker(encoding).unpack(body, 0)
    assert caught.value.is_transient


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("br", "br"), ("zstd", "zstd"), ("gzip, br", "gzip, br"), ("\x1b[2J", "2J"), ("x" * 99, "x" * 40)],
)
def test_an_encoding_that_is_not_known_is_named(encoding: str, named: str) -> None:
    with pytest.raises(TransportError, match=f"Content-Encoding is '{named}'") as caught:
        Unpacker(encoding)
    assert not caught.value.is_transient


@given(st.binary(min_size=1, max_size=300), st.sampled_from(["gzip", "deflate"]))
def test_whatever_comes_is_unpacked_or_a_transport_error(body: bytes, encoding: str) -> None:
    unpacker = Unpacker(encoding)
    try:
        assert len(unpacker.unpack(body, 1000)) <= 1000
        unpacker.finish()
    except TransportError:
        pass
