"""Faults in what an answer says: no JSON, other JSON, another's answer, no receipt."""

from __future__ import annotations

import codecs
import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any, cast

from tests.raw_server import Connection, Received, Reply
from twilio_numbers_async.errors import DecodeError, InvalidRequestError, TransportError

from .kinds import DELETE, GET, OTHER, OTHER_ACCOUNT, UPSERT, Kind, fine, own_answer
from .replies import KEEP, answer, body_of, head, heard, packed
from .table import AGAIN, FINE, Cells, Expected, Fault, by_kind, fails

__all__ = ["DOCUMENTS", "ERROR_DOCUMENTS", "OTHERS"]

_NOT_FOUND = b'{"code": 20404, "message": "The requested resource was not found", "status": 404}'
_DEEP = b"[" * 10_000 + b"]" * 10_000
_DIGITS = b"1" * 400
GARBLED = fails(DecodeError, may=True)
EVERY = by_kind(GARBLED)


def changed(change: Callable[[bytes], bytes]) -> Reply:
    """The right answer, changed."""

    def make(status: int, body: bytes) -> bytes:
        content = change(body)
        return head(status, f"Content-Length: {len(content)}") + content

    return body_of(make, KEEP)


def with_field(name: bytes, value: bytes) -> Reply:
    """The right answer with one field more."""
    return changed(lambda body: body[:-1] + b', "' + name + b'": ' + value + b"}")


def with_values(value: Any) -> Reply:
    """The right answer with another value in each of its fields."""
    return changed(lambda body: json.dumps(dict.fromkeys(json.loads(body), value)).encode())


def replaced(**fields: Any) -> Reply:
    """The right answer, with other values where it has these fields, however deep."""

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(each) for each in cast("list[object]", node)]
        if isinstance(node, dict):
            known = cast("dict[str, Any]", node)
            return {key: fields.get(key, walk(value)) for key, value in known.items()}
        return node

    return changed(lambda body: json.dumps(walk(json.loads(body))).encode())


NO_CONTENT = b"HTTP/1.1 204 No Content\r\nContent-Length: 50\r\n\r\n"


async def no_content_and_then_some(connection: Connection, received: Received) -> None:
    """204, and a body a moment later."""
    await connection.send(NO_CONTENT)
    await heard()
    await connection.send(own_answer(received)[1])


DOCUMENTS = (
    Fault("HTML", (answer(b"<html><body>Welcome! Sign in</body></html>", None),), EVERY),
    Fault("HTML with status 200", (answer(b"<html><body>Welcome! Sign in</body></html>", 200),), EVERY),
    Fault("no body", (answer(b""),), by_kind(GARBLED, delete=FINE)),
    Fault("blanks", (answer(b" \r\n"),), by_kind(GARBLED, but=(DELETE,))),
    Fault("204", (answer(b"", 204),), by_kind(GARBLED, delete=FINE)),
    Fault("204 with a body", (no_content_and_then_some,), by_kind(GARBLED, delete=FINE)),
    Fault(
        "204 and a body in one piece",
        (body_of(lambda _, body: NO_CONTENT + body, KEEP),),
        by_kind(
            fails(TransportError, may=True, requests=4),
            orders=fails(TransportError, may=True),
        ),
    ),
    Fault("a list", (answer(b"[]"),), EVERY),
    Fault("a string", (answer(b'"done"'),), EVERY),
    Fault("a number", (answer(b"42"),), EVERY),
    Fault("null", (answer(b"null"),), EVERY),
    Fault("objects for text", (with_values({"a": 1}),), by_kind(GARBLED, delete=FINE)),
    Fault("lists for text", (with_values([1]),), by_kind(GARBLED, delete=FINE)),
    Fault("10,000 levels", (answer(_DEEP),), EVERY),
    Fault("NaN", (with_field(b"x", b"NaN"),), EVERY),
    Fault("400 digits in an unknown field", (with_field(b"x", _DIGITS),), by_kind(FINE)),
    Fault(
        "400 digits for a code",
        (with_field(b"not_portable_reason_code", _DIGITS),),
        by_kind(FINE),
    ),
    Fault("a byte-order mark", (changed(lambda body: codecs.BOM_UTF8 + body),), EVERY),
    Fault("UTF-16", (changed(lambda body: body.decode().encode("utf-16")),), EVERY),
    Fault("no text", (answer(b"\xff\xfe\xfd\x00"),), EVERY),
    Fault("cut JSON", (changed(lambda body: body[:-2]),), EVERY),
    Fault("two documents", (changed(lambda body: body + body),), EVERY),
    Fault("gzip", (packed(gzip.compress),), by_kind(FINE)),
    Fault("deflate", (packed(zlib.compress, "deflate"),), by_kind(FINE)),
)
"""No JSON, or JSON of another shape."""

ERROR_DOCUMENTS = tuple(
    Fault(f"400 with {name}", (answer(body, 400),), by_kind(fails(InvalidRequestError)))
    for name, body in {
        "10,000 levels": _DEEP,
        "NaN": b'{"code": NaN, "message": "No"}',
        "400 digits for a code": b'{"code": ' + _DIGITS + b', "message": "No"}',
        "UTF-16": '{"code": 1, "message": "No"}'.encode("utf-16"),
        "other types": b'{"code": [], "message": {}, "errors": [5], "more_info": 7, "status": "x"}',
        "a list": b"[]",
    }.items()
)
"""Error documents that make no sense."""


def not_asked_for(but: tuple[Kind, ...] = ()) -> Cells:
    """Somebody else's answer: a GET is asked once more, an order is not."""
    twice = fails(DecodeError, may=True, requests=2, connections=(2,))
    return by_kind(GARBLED, get=twice, but=(DELETE, UPSERT, *but))


OTHERS = (
    Fault("another number", (replaced(phone_number=OTHER),), not_asked_for()),
    Fault("another number, once", (replaced(phone_number=OTHER), fine), by_kind(get=AGAIN)),
    Fault("another account", (replaced(account_sid=OTHER_ACCOUNT),), not_asked_for(but=(GET,))),
    Fault("the number's owner", (with_field(b"account_sid", b'"AC' + b"b" * 32 + b'"'),), by_kind(get=FINE)),
    Fault(
        "no SID",
        (answer(b"{}"),),
        by_kind(
            fails(DecodeError, says="SID", may=True),
            delete=FINE,
            get=Expected(result=lambda answer: answer.portable is None),
            upsert=Expected(result=lambda answer: answer.port_in_target_url is None),
        ),
    ),
    Fault(
        "null for its SID",
        (replaced(sid=None, port_in_request_sid=None),),
        by_kind(orders=fails(DecodeError, says="SID", may=True)),
    ),
    Fault(
        "an empty SID",
        (replaced(sid="", port_in_request_sid=""),),
        by_kind(orders=fails(DecodeError, says="SID", may=True)),
    ),
    Fault("an error with status 200", (answer(_NOT_FOUND, 200),), EVERY),
    Fault("an error with the right status", (answer(_NOT_FOUND),), EVERY),
)
"""Answers that answer something else, or nothing."""
