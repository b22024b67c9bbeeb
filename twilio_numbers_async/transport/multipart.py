"""A form with one file (``multipart/form-data``), as bytes."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import MultipartWriter

__all__ = ["multipart_body"]


async def multipart_body(
    fields: Mapping[str, str], *, file_field: str, filename: str, media_type: str, content: bytes
) -> tuple[bytes, str]:
    """The body, and its Content-Type with the boundary. ``filename`` must be free of control characters."""
    form = MultipartWriter("form-data")
    for name, value in fields.items():
        part = form.append(value.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        part.set_content_disposition("form-data", quote_fields=False, name=name)
    file = form.append(content, {"Content-Type": media_type})
    # As browsers do it: UTF-8 as it is, and only the quote itself escaped.
    file.set_content_disposition(
        "form-data", quote_fields=False, name=file_field, filename=filename.replace('"', "%22")
    )
    return await form.as_bytes(), form.content_type
