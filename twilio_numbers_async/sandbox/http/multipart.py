"""Strict reading of ``multipart/form-data``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import bad_request, unknown_parameter, unsupported_media_type
from ..routing import Call

FORM_SIZE = 64 * 1024
"""The most bytes of a form around its file."""

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^";]*))')


class Part(NamedTuple):
    """A field of a form; with a file name it is a file."""

    name: str
    filename: str | None
    content_type: str | None
    content: bytes


def multipart_body(call: Call, names: frozenset[str]) -> dict[str, Part]:
    """Read the parts of the body, by their names. A name that comes twice, or is none of ``names``, is refused."""
    kind, parameters = _value(call.content_type)
    boundary = parameters.get("boundary", "")
    if kind != "multipart/form-data" or not _BOUNDARY.fullmatch(boundary):
        raise unsupported_media_type("multipart/form-data with its boundary")
    parts: dict[str, Part] = {}
    for part in _parts(call.body, b"\r\n--" + boundary.encode()):
        if part.name in parts:
            raise bad_request(f"Invalid parameter: {part.name} comes twice")
        parts[part.name] = part
    for name in parts:
        if name not in names:
            raise unknown_parameter(name)
    return parts


def _parts(body: bytes, delimiter: bytes) -> Iterator[Part]:
    _, *pieces = (b"\r\n" + body).split(delimiter)
    if not pieces or pieces.pop().rstrip() != b"--":
        raise _broken()
    for piece in pieces:
        start, _, rest = piece.partition(b"\r\n")
        head, blank, content = rest.partition(b"\r\n\r\n")
        if start.strip() or not blank:
            raise _broken()
        yield _part(head, content)


def _part(head: bytes, content: bytes) -> Part:
    headers: dict[str, str] = {}
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    kind, parameters = _value(headers.get("content-disposition", ""))
    if kind != "form-data" or "name" not in parameters:
        raise _broken()
    filename = parameters.get("filename", parameters.get("filename*"))
    return Part(parameters["name"], filename, headers.get("content-type"), content)


def _value(header: str) -> tuple[str, dict[str, str]]:
    """A header's value and its parameters."""
    value = header.partition(";")[0]
    found = _PARAMETER.findall(header[len(value) :])
    return value.strip().lower(), {name.lower(): quoted or plain.strip() for name, quoted, plain in found}


def _broken() -> Exception:
    return bad_request("The body is not multipart/form-data")
