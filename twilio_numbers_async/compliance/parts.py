"""The parts of a bundle: the address, the end user and the documents, each taken if it is there, or created once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..errors import InvalidArgumentError
from ..models.api_2010.addresses import Address
from ..models.base import fold
from ..models.numbers_v2.end_users import EndUser, EndUserKind, SupportingDocument, SupportingDocumentStatus
from ..work.once import Once
from ..work.steps import digest
from .calls import AddressCalls, Calls, FileReader
from .details import AddressDetails, DocumentDetails
from .problems import BundleProblem, BundleProblemCode

__all__ = ["File", "Parts", "ensure_address", "file_problems", "read_files"]

_CONTENTS = ("customer_name", "street", "street_secondary", "city", "region", "postal_code", "iso_country")
_KEPT = ("customer_name", "postal_code", "iso_country")  # what Twilio does not correct
_USELESS = frozenset({SupportingDocumentStatus.REJECTED, SupportingDocumentStatus.EXPIRED})


class File(NamedTuple):
    """A file that was read and checked."""

    content: bytes
    name: str

    @property
    def mark(self) -> str:
        """A mark that tells it from other files."""
        return hashlib.sha256(self.content).hexdigest()[:12]


async def read_files(read: FileReader, documents: Sequence[DocumentDetails]) -> list[File | None]:
    """Read the files of the documents before anything is sent. Raises InvalidArgumentError that names the place."""
    return [await _read(read, index, document) for index, document in enumerate(documents)]


async def file_problems(read: FileReader, documents: Sequence[DocumentDetails]) -> list[BundleProblem]:
    """Find what is wrong with the files of the documents."""
    found: list[BundleProblem] = []
    for index, document in enumerate(documents):
        try:
            await _read(read, index, document)
        except InvalidArgumentError as error:
            code, place = BundleProblemCode.INVALID_VALUE, error.argument or "documents"
            found.append(BundleProblem(code=code, message=str(error), argument=place))
    return found


async def _read(read: FileReader, index: int, document: DocumentDetails) -> File | None:
    if document.file is None or document.sid is not None:
        return None
    try:
        content, name, _ = await read(document.file, document.filename)
    except InvalidArgumentError as error:
        place = f"documents[{index}].{error.argument or 'file'}"
        raise InvalidArgumentError(f"{place}: {error}", argument=place) from None
    return File(content, name)


async def ensure_address(
    addresses: AddressCalls, once: Once, details: AddressDetails, friendly_name: str | None = None
) -> str:
    """Return the SID of the address with these contents; create it if it is not there."""
    key = digest("address", details, friendly_name)
    # Twilio may correct what is written; the name still tells that it is this one.
    name = friendly_name or f"{details.customer_name[:40]} ({key[:8]})"
    country = details.iso_country.upper()

    async def find(_: object) -> str | None:
        rows = addresses.list(customer_name=details.customer_name, iso_country=country)
        async for address in rows:
            if _is_same_address(address, details, name):
                return address.sid
        return None

    async def create() -> str:
        created = await addresses.create(
            customer_name=details.customer_name,
            street=details.street,
            street_secondary=details.street_secondary or None,
            city=details.city,
            region=details.region,
            postal_code=details.postal_code,
            iso_country=country,
            friendly_name=name,
        )
        return created.sid or ""

    return await once.once(key, find=find, create=create, look_first=True, fetch=addresses.fetch)


def _is_same_address(address: Address, details: AddressDetails, name: str) -> bool:
    fields = _KEPT if address.friendly_name == name else _CONTENTS
    return all(_plain(getattr(address, field)) == _plain(getattr(details, field)) for field in fields)


def _plain(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


class Parts:
    """Creates the parts of a bundle, or finds them."""

    def __init__(self, calls: Calls, once: Once) -> None:
        self._calls = calls
        self._once = once

    async def address(self, details: AddressDetails | str | None) -> str | None:
        """The SID of the address."""
        if not isinstance(details, AddressDetails):
            return details
        return await ensure_address(self._calls.addresses, self._once, details)

    async def end_user(self, kind: EndUserKind, attributes: Mapping[str, Any], name: str) -> str:
        """The SID of the end user."""

        async def find(_: object) -> str | None:
            async for one in self._calls.end_users.list():
                if one.type == kind and _same(one, attributes):
                    return one.sid
            return None

        async def create() -> str:
            created = await self._calls.end_users.create(friendly_name=name, type=kind, attributes=attributes)
            return created.sid or ""

        key = digest("end user", kind.value, attributes)
        fetch = self._calls.end_users.fetch
        return await self._once.once(key, find=find, create=create, look_first=True, fetch=fetch)

    async def document(
        self, details: DocumentDetails, attributes: Mapping[str, Any], file: File | None
    ) -> str:
        """The SID of a document."""
        if details.sid is not None:
            return details.sid
        name = details.friendly_name or details.type
        if file is not None:  # a document does not tell what file it has: its name does
            name = f"{name} ({file.mark})"

        async def find(_: object) -> str | None:
            async for one in self._calls.documents.list():
                if (
                    fold(one.type or "") == fold(details.type)
                    and _same(one, attributes)
                    and one.status not in _USELESS
                    and (file is None or one.friendly_name == name)
                ):
                    return one.sid
            return None

        async def create() -> str:
            documents = self._calls.documents
            if file is None:
                made = await documents.create(friendly_name=name, type=details.type, attributes=attributes)
            else:
                made = await documents.upload(
                    file.content,
                    type=details.type,
                    friendly_name=name,
                    attributes=attributes,
                    filename=file.name,
                )
            return made.sid or ""

        key = digest("document", details.type, attributes, name if file is not None else None)
        fetch = self._calls.documents.fetch
        return await self._once.once(key, find=find, create=create, look_first=True, fetch=fetch)


def _same(one: EndUser | SupportingDocument, attributes: Mapping[str, Any]) -> bool:
    return (one.attributes or {}) == dict(attributes)
