"""Faults on the way: answers that are cut, framed wrongly, too slow or too large."""

from __future__ import annotations

import gzip
import zlib

from tests.raw_server import Reply, drop, stall
from twilio_numbers_async.client import ClientOptions
from twilio_numbers_async.errors import (
    DecodeError,
    InvalidRequestError,
    RateLimitError,
    ServerError,
    TransportError,
)

from .kinds import fine
from .replies import (
    CLOSE,
    KEEP,
    RESET,
    STALL,
    answer,
    body_of,
    bomb,
    drip,
    flood,
    head,
    packed,
    raw,
    reset,
)
from .table import SHORTLY, Cells, Expected, Fault, by_kind, fails, late, lost, unreadable

__all__ = ["BREAKING", "FRAMING", "LARGE", "SLOW"]


def chunked(body: bytes) -> bytes:
    return f"{len(body):x}\r\n".encode() + body + b"\r\n"


def with_length(difference: int, then: str) -> Reply:
    return body_of(
        lambda status, body: head(status, f"Content-Length: {len(body) + difference}") + body, then
    )


def in_chunks(end: bytes, then: str) -> Reply:
    return body_of(
        lambda status, body: head(status, "Transfer-Encoding: chunked") + chunked(body) + end, then
    )


BREAKING = (
    Fault("closed after the request", (drop,), lost(resent=True)),
    Fault("reset after the request", (reset,), lost(resent=True)),
    Fault("closed in the status line", (raw(b"HTTP/1.1 20"),), lost(resent=True)),
    Fault("reset in the status line", (raw(b"HTTP/1.1 20", RESET),), lost(resent=True)),
    Fault("closed in the headers", (raw(b"HTTP/1.1 200 OK\r\nContent-Le"),), lost(resent=True)),
    Fault("reset in the headers", (raw(b"HTTP/1.1 200 OK\r\nContent-Le", RESET),), lost(resent=True)),
    Fault(
        "closed after the headers", (body_of(lambda status, body: head(status, "Content-Length: 9")),), lost()
    ),
    Fault("closed in the body", (with_length(50, CLOSE),), lost()),
    Fault("reset in the body", (with_length(50, RESET),), lost()),
    Fault(
        "closed in a chunk",
        (body_of(lambda s, b: head(s, "Transfer-Encoding: chunked") + chunked(b)[:-9]),),
        lost(),
    ),
    Fault("closed between chunks", (in_chunks(b"", CLOSE),), lost()),
    Fault("reset between chunks", (in_chunks(b"", RESET),), lost()),
    Fault(
        "closed once, in the body",
        (with_length(50, CLOSE), fine),
        by_kind(Expected(requests=(2,)), orders=fails(TransportError, may=True)),
    ),
)
"""The connection breaks."""

ODD = lost(says="")
"""The end of a call whose answer is no HTTP at all: a broken connection."""

FRAMING = (
    Fault("a length that is too small", (with_length(-5, KEEP),), lost()),
    Fault("a negative length", (answer(b"{}", None, "Content-Length: -1"),), ODD),
    Fault("a length that is no number", (raw(head(200, "Content-Length: many") + b"{}"),), ODD),
    Fault("two lengths", (raw(head(200, "Content-Length: 2", "Content-Length: 3") + b"{}"),), ODD),
    Fault(
        "a chunk size that is no number",
        (raw(head(200, "Transfer-Encoding: chunked") + b"xyz\r\n{}\r\n0\r\n\r\n"),),
        ODD,
    ),
    Fault(
        "a chunk size of 17 digits",
        (raw(head(200, "Transfer-Encoding: chunked") + b"f" * 17 + b"\r\n{}"),),
        ODD,
    ),
    Fault("a chunk without its end", (in_chunks(b"7", CLOSE),), lost()),
    Fault("another protocol", (raw(b"SSH-2.0-OpenSSH_9.6\r\n"),), ODD),
    Fault("no protocol", (raw(b"\x00\xff" * 100),), ODD),
    Fault("a status that is no number", (raw(b"HTTP/1.1 abc OK\r\n\r\n"),), ODD),
    Fault("a header with a NUL", (raw(b"HTTP/1.1 200 OK\r\nX: \x00\r\n\r\n"),), ODD),
    Fault(
        "a header of 9,000 bytes",
        (answer(b"{}", None, "X: " + "y" * 9000),),
        unreadable("header|8190|too long|too large"),
    ),
    Fault(
        "a header line without end",
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, STALL),),
        unreadable("header|8190|too long|too large"),
    ),
    Fault(
        "a header of 9,000 bytes, over a borrowed session",
        (answer(b"{}", None, "X: " + "y" * 9000),),
        unreadable("header|8190|too long|too large"),
        stage="borrowed session",
    ),
    Fault(
        "headers without end",
        (flood(b"HTTP/1.1 200 OK\r\n", b"X-More: and more of it\r\n" * 500, 8),),
        unreadable("header", memory=8.0),
    ),
    Fault(
        "the status 101",
        (
            raw(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", KEEP
            ),
        ),
        unreadable("101|switch|protocol"),
    ),
    Fault("no gzip, called so", (packed(lambda body: body),), ODD),
    Fault("half a gzip", (packed(lambda body: gzip.compress(body)[:-20]),), lost(says="cut short")),
    Fault("the head of a gzip", (packed(lambda body: gzip.compress(body)[:10]),), lost(says="cut short")),
    Fault(
        "half a gzip, over a borrowed session",
        (packed(lambda body: gzip.compress(body)[:-20]),),
        lost(says="cut short"),
        stage="borrowed session",
    ),
    Fault("a gzip without its end", (packed(lambda body: gzip.compress(body)[:-8]),), lost(says="cut short")),
    Fault("brotli that nobody asked for", (packed(lambda body: body, "br"),), unreadable(r"\bbr\b|brotli")),
    Fault("zstd that nobody asked for", (packed(lambda body: body, "zstd"),), unreadable("zstd|zstandard")),
    Fault(
        "an encoding that nobody knows",
        (packed(lambda body: zlib.compress(body), "snappy"),),
        by_kind(fails(DecodeError, TransportError, may=True)),
    ),
    Fault(
        "100 Continue first",
        (
            body_of(
                lambda s, b: b"HTTP/1.1 100 Continue\r\n\r\n" + head(s, f"Content-Length: {len(b)}") + b, KEEP
            ),
        ),
        by_kind(Expected()),
    ),
    Fault(
        "103 Early Hints first",
        (
            body_of(
                lambda s, b: (
                    b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 20
                    + head(s, f"Content-Length: {len(b)}")
                    + b
                ),
                KEEP,
            ),
        ),
        by_kind(Expected()),
    ),
    Fault(
        "a body without a length",
        (body_of(lambda s, b: head(s, "Connection: close") + b),),
        by_kind(Expected()),
    ),
    Fault(
        "HTTP/1.0",
        (body_of(lambda s, b: head(s).replace(b"HTTP/1.1", b"HTTP/1.0") + b),),
        by_kind(Expected()),
    ),
)
"""Answers that are no HTTP, or not as HTTP has it."""

SLOW = (
    Fault("never", (stall,), late(), options=SHORTLY),
    Fault("half a status line, then nothing", (raw(b"HTTP/1.1 2", STALL),), late(), options=SHORTLY),
    Fault(
        "half the headers, then nothing",
        (raw(b"HTTP/1.1 200 OK\r\nX-A: b\r\n", STALL),),
        late(),
        options=SHORTLY,
    ),
    Fault("half the body, then nothing", (with_length(5, STALL),), late(), options=SHORTLY),
    Fault("a byte now and then", (drip(0.1),), late(), options=SHORTLY),
    Fault("102 for ever", (raw(b"HTTP/1.1 102 Processing\r\n\r\n" * 9, STALL),), late(), options=SHORTLY),
)
"""Answers that do not come in time."""

SMALL = ClientOptions(max_body=1 << 20)
_BLANKS = b" " * (1 << 16)
_CHUNK = chunked(_BLANKS)
TOO_LARGE = "larger|too large|max_body|more than"


def oversized(memory: float) -> Cells:
    return unreadable(TOO_LARGE, memory=memory)


def page(status: int, mebibytes: int) -> Reply:
    length = f"Content-Length: {mebibytes << 20}"
    return flood(head(status, length), _BLANKS, mebibytes)


def page_in_chunks(status: int, mebibytes: int) -> Reply:
    return flood(head(status, "Transfer-Encoding: chunked"), _CHUNK, mebibytes, b"0\r\n\r\n")


LARGE = (
    Fault("512 MiB in 512 KiB", (bomb(512, 200),), oversized(140)),
    Fault("512 MiB in 512 KiB, 1 MiB allowed", (bomb(512, 200),), oversized(8), options=SMALL),
    Fault(
        "a bomb with status 400",
        (bomb(512, 400),),
        by_kind(fails(InvalidRequestError, memory=8)),
        options=SMALL,
    ),
    Fault(
        "a bomb with status 429", (bomb(512, 429),), by_kind(fails(RateLimitError, memory=8)), options=SMALL
    ),
    Fault(
        "a page of 100 MB with status 502",
        (page(502, 100),),
        by_kind(fails(ServerError, may=True, memory=140)),
    ),
    Fault(
        "100 MB in chunks with status 502",
        (page_in_chunks(502, 100),),
        by_kind(fails(ServerError, may=True, memory=8)),
        options=SMALL,
    ),
    Fault(
        "512 MiB in 512 KiB, over a borrowed session",
        (bomb(512, 200),),
        oversized(8),
        options=SMALL,
        stage="borrowed session",
    ),
    Fault("a page of 100 MB", (page(200, 100),), oversized(8), options=SMALL),
    Fault("100 MB in chunks", (page_in_chunks(200, 100),), oversized(8), options=SMALL),
)
"""Answers that are larger than anybody asked for. Memory in MiB."""
