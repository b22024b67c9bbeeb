"""Structs as answers of an app."""

from __future__ import annotations

import msgspec
from starlette.responses import JSONResponse

__all__ = ["StructResponse"]


class StructResponse(JSONResponse):
    """JSON of anything that msgspec writes: our Structs, lists and dicts of them, dates, enums."""

    def render(self, content: object) -> bytes:
        """The body."""
        return msgspec.json.encode(content)
