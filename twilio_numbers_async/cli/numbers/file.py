"""The numbers of an account as a file: one row a number, a column for each of its fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from ...models import IncomingPhoneNumber
from ..tables import TableWriter

__all__ = ["NumbersFile"]

_CAPABILITIES = ("voice", "sms", "mms", "fax")
_FIRST = ("phone_number", "sid", "friendly_name", "account_sid", "type", "status", "origin")
_NOT_WRITTEN = {"capabilities", "subresource_uris", "uri", "api_version"}
_KINDS = {
    "beta": "bool",
    "voice_caller_id_lookup": "bool",
    "date_created": "time",
    "date_updated": "time",
    **dict.fromkeys(_CAPABILITIES, "bool"),
}


class _NoInput(msgspec.Struct, frozen=True):
    columns: tuple[str, ...] = ()
    native: None = None


class NumbersFile:
    """Writes numbers to ``path``, in the format that its ending tells; it is there when the block ends well."""

    def __init__(self, path: Path) -> None:
        self._writer = TableWriter(path, _NoInput(), _columns())

    def write(self, number: IncomingPhoneNumber) -> None:
        cells: Mapping[str, object] = {
            name: str(value) if isinstance(value, str) else value
            for name, value in msgspec.structs.asdict(number).items()
            if isinstance(value, str | bool | dt.datetime)
        }
        can = number.capabilities
        abilities = {} if can is None else {name: getattr(can, name) for name in _CAPABILITIES}
        self._writer.write((), {**cells, **abilities})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._writer.commit()
        else:
            self._writer.discard()


def _columns() -> dict[str, str]:
    fields = [field.name for field in msgspec.structs.fields(IncomingPhoneNumber)]
    rest = [name for name in fields if name not in _NOT_WRITTEN and name not in _FIRST]
    return {name: _KINDS.get(name, "text") for name in (*_FIRST, *_CAPABILITIES, *rest)}
