"""The details that a user provides for a bundle: an address, and documents."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

import msgspec

from ..errors import InvalidArgumentError, invalid
from ..models.api_2010.addresses import Address
from ..models.numbers_v2.end_users import SupportingDocument

__all__ = [
    "AddressDetails",
    "BundleAddress",
    "BundleDocument",
    "DocumentDetails",
    "address_of",
    "document_of",
]

T = TypeVar("T", bound=msgspec.Struct)

if TYPE_CHECKING:
    _File = str | PathLike[str] | bytes | None
else:
    _File = Any  # msgspec knows no paths


class AddressDetails(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address that is to be created, or found if it is there. The repr does not show it."""

    customer_name: str = ""
    """The name of the person or business."""
    street: str = ""
    """The number and street."""
    street_secondary: str | None = None
    """Suite, floor or building."""
    city: str = ""
    """The city."""
    region: str = ""
    """The state or region."""
    postal_code: str = ""
    """The postal code."""
    iso_country: str = ""
    """The country, ISO 3166-1 alpha-2; by default that of the regulation."""

    def __repr__(self) -> str:
        return f"AddressDetails(iso_country={self.iso_country!r})"


class DocumentDetails(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that is to be created, or found if it is there. The repr shows no attribute."""

    type: str
    """The type, such as ``passport``."""
    attributes: dict[str, Any] = {}
    """The attributes by machine name; a date is a ``date`` or ``YYYY-MM-DD``."""
    file: _File = None
    """A PDF, JPEG or PNG of at most 5 MB: its path, or its content."""
    filename: str | None = None
    """The name that the file is sent with; by default its own."""
    friendly_name: str | None = None
    """The name that the document is given; by default one of its type."""
    sid: str | None = None
    """The SID (``RD...``) of a document that is there already."""

    def __repr__(self) -> str:
        return f"DocumentDetails(type={self.type!r}, sid={self.sid!r})"


BundleAddress: TypeAlias = "AddressDetails | Address | Mapping[str, Any] | str"
"""An address: details, a dict of them, an Address, or the SID (``AD...``) of one."""
BundleDocument: TypeAlias = "DocumentDetails | SupportingDocument | Mapping[str, Any]"
"""A document: details, a dict of them, or one that is there already."""


def address_of(given: object) -> AddressDetails | str | None:
    """The details of an address, or the SID of one that is there. Raises InvalidArgumentError for another type."""
    if given is None or isinstance(given, str | AddressDetails):
        return given
    if isinstance(given, Address) and given.sid:
        return given.sid
    if isinstance(given, Mapping):
        return _details(AddressDetails, cast("Mapping[str, Any]", given), "address")
    raise invalid("address", "must be AddressDetails, a dict of them, an Address or its SID (AD...)")


def document_of(given: object, place: str) -> DocumentDetails:
    """The details of a document. Raises InvalidArgumentError for another type."""
    if isinstance(given, DocumentDetails):
        _check_file(given.file, place)
        return given
    if isinstance(given, SupportingDocument):
        return DocumentDetails(
            type=given.type or "",
            attributes=given.attributes or {},
            friendly_name=given.friendly_name,
            sid=given.sid,
        )
    if isinstance(given, Mapping):
        details = _details(DocumentDetails, cast("Mapping[str, Any]", given), place)
        _check_file(details.file, place)
        return details
    raise invalid(place, "must be DocumentDetails, a dict of them or a SupportingDocument")


def _check_file(file: object, place: str) -> None:
    if file is not None and not isinstance(file, str | Path | PathLike | bytes):
        raise invalid(f"{place}.file", f"must be a path or bytes, not {type(file).__name__}")


def _details(kind: type[T], fields: Mapping[str, Any], place: str) -> T:
    try:
        return msgspec.convert(dict(fields), kind, strict=True)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
        at = place + path.rstrip("`").removeprefix("$")
        known = ", ".join(kind.__struct_fields__)
        hint = f"; there are: {known}" if "unknown field" in what else ""
        raise InvalidArgumentError(f"{at}: {what}{hint}", argument=at) from None
