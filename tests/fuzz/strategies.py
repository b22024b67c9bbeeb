"""Input from strangers: JSON of the right names and the wrong values, and bytes that were damaged."""

from __future__ import annotations

import importlib
import math
from typing import Any, cast

import msgspec
from hypothesis import settings, strategies as st

import twilio_numbers_async.models as models

__all__ = ["bodies", "damaged", "documents", "headers", "quick", "statuses", "texts"]

quick = settings(max_examples=150, deadline=None, derandomize=True)
"""The same examples in every run, so that it passes or fails for all."""

_EXTREMES = st.sampled_from(
    [
        2**63,
        2**64,
        -(2**63) - 1,
        10**400,
        1e308,
        5e-324,
        math.inf,
        -math.inf,
        math.nan,
        "",
        " ",
        "0",
        "true",
        "null",
        "NaN",
        "2026-02-30",
        "2026-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "0000-00-00",
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "+14155550100",
        "AC" + "a" * 32,
        "line\r\nbreak\x1b[31m\u2028",
        "\ud800",
        "\x00",
        "x" * 3000,
    ]
)


def _names() -> list[str]:
    """The names that the fields of the models have on the wire."""
    found = {"code", "message", "more_info", "status", "errors", "detail", "title", "meta", "key"}
    for name in dir(models):
        kind = getattr(models, name)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            found |= set(kind.__struct_encode_fields__)
    return sorted(found)


texts = st.text(max_size=40)
_leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts | _EXTREMES
_values = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_names()) | texts, inner, max_size=6)
    ),
    max_leaves=25,
)
documents = st.dictionaries(st.sampled_from(_names()), _values, max_size=15) | _values
"""JSON values, most of them objects with Twilio's names."""

statuses = st.sampled_from(
    [200, 201, 202, 204, 206, 301, 400, 401, 403, 404, 409, 422, 429, 500, 503, 599, 999]
)

headers = st.dictionaries(
    st.sampled_from(["Retry-After", "Twilio-Request-Id", "Twilio-Concurrent-Requests", "Content-Type"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)
    | st.sampled_from(
        ["1e999", "-1", "nan", "9" * 5000, "Wed, 99 Oct 2026 07:28:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"]
    ),
)

_json: Any = importlib.import_module("json")  # msgspec writes neither NaN nor numbers of 400 digits


def _encoded(document: object) -> bytes:
    return cast("str", _json.dumps(document, ensure_ascii=False)).encode(errors="surrogatepass")


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Bytes of a kind, and what a broken line or a careless program makes of them."""
    body = draw(whole)
    how = draw(st.sampled_from(["whole", "whole", "cut", "byte", "bom", "utf-16", "twice", "deep"]))
    if how == "cut":
        return body[: draw(st.integers(0, len(body)))]
    if how == "byte" and body:
        at = draw(st.integers(0, len(body) - 1))
        return body[:at] + bytes([draw(st.integers(0, 255))]) + body[at + 1 :]
    if how == "bom":
        return b"\xef\xbb\xbf" + body
    if how == "utf-16":
        return body.decode(errors="replace").encode("utf-16")
    if how == "twice":
        return body + body
    if how == "deep":
        depth = draw(st.sampled_from([50, 1000, 4000]))
        name = draw(st.sampled_from(_names())).encode()
        return b'{"' + name + b'":' + b"[" * depth + body + b"]" * depth + b"}"
    return body


bodies = damaged(documents.map(_encoded)) | st.binary(max_size=60)
