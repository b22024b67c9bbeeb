"""Numbers of an account, and numbers on sale, as rows of a list or a file."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

import msgspec

from ...models import AvailablePhoneNumber, IncomingPhoneNumber, PhoneNumberCapabilities
from ...resources.api_2010.csv_rows import CAPABILITIES
from ..tables import TableWriter

__all__ = ["FOUND", "LISTED", "fields_of", "found", "listed", "numbers_file", "words_of"]

LISTED = {"Number": 16, "SID": 34, "Type": 9, "Name": 24, "Voice URL": 40, "SMS URL": 0}
FOUND = {"Number": 16, "Locality": 24, "Region": 8, "Country": 8, "Address": 8, "Capabilities": 0}
_FIRST_COLUMNS = ("phone_number", "sid", "friendly_name", "account_sid", "type", "status", "origin")
_NOT_WRITTEN = {"capabilities", "subresource_uris", "uri", "api_version"}
_KINDS = {
    "beta": "bool",
    "voice_caller_id_lookup": "bool",
    "date_created": "time",
    "date_updated": "time",
    **dict.fromkeys(CAPABILITIES, "bool"),
}


def listed(number: IncomingPhoneNumber) -> Sequence[object]:
    """The cells of a number of the account."""
    voice = number.voice_application_sid or number.trunk_sid or number.voice_url
    sms = number.sms_application_sid or number.sms_url
    return [number.phone_number, number.sid, number.type, number.friendly_name, voice, sms]


def found(number: AvailablePhoneNumber) -> Sequence[object]:
    """The cells of a number on sale."""
    place = number.locality or number.rate_center
    return [
        number.phone_number,
        place,
        number.region,
        number.iso_country,
        number.address_requirements,
        _abilities(number.capabilities or PhoneNumberCapabilities()),
    ]


def fields_of(number: IncomingPhoneNumber) -> Iterator[tuple[str, object]]:
    """The fields of a number by name, its identity at the top."""
    first = (*_FIRST_COLUMNS, "capabilities")
    rest = [name for name in number.__struct_fields__ if name not in first and name not in _NOT_WRITTEN]
    for name in (*first, *rest):
        value = getattr(number, name)
        if isinstance(value, PhoneNumberCapabilities):
            value = _abilities(value)
        yield name, value


def words_of(kind: str) -> str:
    """A kind of numbers in words: ``toll-free``."""
    return kind.replace("_", "-")


def _abilities(can: PhoneNumberCapabilities) -> str:
    """The capabilities of a number: ``voice sms mms``."""
    return " ".join(name for name in CAPABILITIES if getattr(can, name))


class _NoInput(msgspec.Struct, frozen=True):
    columns: tuple[str, ...] = ()
    native: None = None


@contextlib.contextmanager
def numbers_file(path: Path) -> Generator[Callable[[IncomingPhoneNumber], None]]:
    """Give a function that writes a number to ``path``, in the format of its ending.

    The file appears if the block ends without an error.
    """
    writer = TableWriter(path, _NoInput(), _columns())
    try:
        yield lambda number: writer.write((), _cells(number))
    except BaseException:
        writer.discard()
        raise
    writer.commit()


def _cells(number: IncomingPhoneNumber) -> dict[str, object]:
    cells: dict[str, object] = {
        name: str(value) if isinstance(value, str) else value
        for name, value in msgspec.structs.asdict(number).items()
        if isinstance(value, str | bool | dt.datetime)
    }
    can = number.capabilities
    return cells if can is None else {**cells, **{name: getattr(can, name) for name in CAPABILITIES}}


def _columns() -> dict[str, str]:
    fields = [field.name for field in msgspec.structs.fields(IncomingPhoneNumber)]
    rest = [name for name in fields if name not in _NOT_WRITTEN and name not in _FIRST_COLUMNS]
    return {name: _KINDS.get(name, "text") for name in (*_FIRST_COLUMNS, *CAPABILITIES, *rest)}
