"""A form with one file (``multipart/form-data``), as aiohttp writes it."""

from __future__ import annotations

import io
from collections.abc import Mapping

import aiohttp

__all__ = ["form_with_file"]


async def form_with_file(
    fields: Mapping[str, str], *, file_field: str, filename: str, media_type: str, content: bytes
) -> tuple[bytes, str]:
    """The body and its Content-Type. ``filename`` must be free of control characters."""
    form = aiohttp.FormData(quote_fields=False)
    for name, value in fields.items():
        form.add_field(name, value)
    # As browsers do it: UTF-8 as it is, and the quote escaped.
    shown = filename.replace('"', "%22")
    form.add_field(file_field, io.BytesIO(content), filename=shown, content_type=media_type)
    payload = form()
    return await payload.as_bytes(), payload.headers["Content-Type"]
