"""Cells as text."""

from __future__ import annotations

from typing import cast

import msgspec

__all__ = ["text_of"]


def text_of(cell: object) -> str:
    """A cell as text: ISO 8601 for dates, JSON for nested values, empty for None."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # a column of numbers with gaps comes as floats
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list | dict):
        return msgspec.json.encode(cast("object", cell)).decode()
    if isinstance(cell, int | float):
        return str(cell)
    encoded: object = msgspec.to_builtins(cell)
    return encoded if isinstance(encoded, str) else msgspec.json.encode(encoded).decode()
