"""A file that goes with a supporting document: read whole and checked before anything is sent."""

from __future__ import annotations

from ...errors import InvalidArgumentError
from ..numbers_v1.document_sources import Content, checked_name, read_whole

__all__ = ["MAX_FILE_SIZE", "read_file"]

MAX_FILE_SIZE = 5 * 1024 * 1024


async def read_file(file: Content, filename: str | None = None) -> tuple[bytes, str, str]:
    """The content of a PDF, JPEG or PNG, its name and its media type. Raises InvalidArgumentError."""
    try:
        content, own_name = await read_whole(file, MAX_FILE_SIZE)
        name, media_type = checked_name(content, filename or own_name)
    except InvalidArgumentError as error:
        if error.argument == "document":  # what port-ins call it
            error.args = (str(error).replace("document", "file", 1),)
            error.argument = "file"
        raise
    return content, name, media_type
