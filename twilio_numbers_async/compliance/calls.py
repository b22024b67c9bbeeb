"""The calls that the workflows need. The resources have them."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from os import PathLike
from typing import Any, NamedTuple, Protocol

from ..models.api_2010.addresses import Address
from ..models.numbers_v2.bundles import Bundle, BundleStatus, Evaluation, ItemAssignment
from ..models.numbers_v2.end_users import EndUser, EndUserKind, SupportingDocument
from ..models.numbers_v2.regulations import Regulation

__all__ = [
    "AddressCalls",
    "BundleCalls",
    "Calls",
    "DocumentCalls",
    "EndUserCalls",
    "FileReader",
    "RegulationCalls",
]


class AddressCalls(Protocol):
    """``twilio.addresses``."""

    async def create(
        self,
        *,
        customer_name: str,
        street: str,
        city: str,
        region: str,
        postal_code: str,
        iso_country: str,
        street_secondary: str | None = None,
        friendly_name: str | None = None,
    ) -> Address: ...

    async def fetch(self, sid: str) -> Address: ...

    def list(
        self, *, customer_name: str | None = None, iso_country: str | None = None
    ) -> AsyncIterable[Address]: ...


class EndUserCalls(Protocol):
    """``twilio.end_users``."""

    async def create(
        self,
        *,
        friendly_name: str,
        type: EndUserKind | str,  # noqa: A002 - Twilio's name
        attributes: Mapping[str, Any] | None = None,
    ) -> EndUser: ...

    async def fetch(self, sid: str) -> EndUser: ...

    def list(self) -> AsyncIterable[EndUser]: ...


class DocumentCalls(Protocol):
    """``twilio.supporting_documents``."""

    async def create(
        self,
        *,
        friendly_name: str,
        type: str,  # noqa: A002 - Twilio's name
        attributes: Mapping[str, Any] | None = None,
    ) -> SupportingDocument: ...

    async def upload(
        self,
        file: bytes,
        *,
        type: str,  # noqa: A002
        friendly_name: str,
        attributes: Mapping[str, Any] | None = None,
        filename: str | None = None,
    ) -> SupportingDocument: ...

    async def fetch(self, sid: str) -> SupportingDocument: ...

    def list(self) -> AsyncIterable[SupportingDocument]: ...


class RegulationCalls(Protocol):
    """``twilio.regulations``."""

    async def fetch(self, sid: str, *, include_constraints: bool | None = None) -> Regulation: ...


class BundleCalls(Protocol):
    """``twilio.bundles``."""

    async def create(
        self,
        *,
        friendly_name: str,
        email: str,
        regulation_sid: str | None = None,
        status_callback: str | None = None,
    ) -> Bundle: ...

    async def fetch(self, sid: str) -> Bundle: ...

    async def update(
        self,
        sid: str,
        *,
        status: BundleStatus | str | None = None,
        status_callback: str | None = None,
        email: str | None = None,
    ) -> Bundle: ...

    def list(
        self, *, friendly_name: str | None = None, regulation_sid: str | None = None
    ) -> AsyncIterable[Bundle]: ...

    async def assign(self, bundle_sid: str, object_sid: str) -> ItemAssignment: ...

    def items(self, bundle_sid: str) -> AsyncIterable[ItemAssignment]: ...

    async def unassign(self, bundle_sid: str, assignment_sid: str) -> None: ...

    async def evaluate(self, bundle_sid: str) -> Evaluation: ...

    def evaluations(self, bundle_sid: str) -> AsyncIterable[Evaluation]: ...

    async def evaluation(self, bundle_sid: str, sid: str) -> Evaluation: ...

    async def submit(self, bundle_sid: str) -> Bundle: ...

    async def copy(self, bundle_sid: str, *, friendly_name: str | None = None) -> Bundle: ...

    def copies(self, bundle_sid: str) -> AsyncIterable[Bundle]: ...

    async def replace_items(self, bundle_sid: str, from_bundle_sid: str) -> Bundle: ...


class FileReader(Protocol):
    """Reads a file whole: its content, its name and its media type. Raises InvalidArgumentError."""

    async def __call__(
        self, file: str | PathLike[str] | bytes, filename: str | None = None
    ) -> tuple[bytes, str, str]: ...


class Calls(NamedTuple):
    """The calls of all resources."""

    addresses: AddressCalls
    end_users: EndUserCalls
    documents: DocumentCalls
    regulations: RegulationCalls
    bundles: BundleCalls
    read_file: FileReader
