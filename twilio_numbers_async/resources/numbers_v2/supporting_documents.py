"""Supporting documents: proofs about an end user; and the types of documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...models.numbers_v2.end_users import (
    SupportingDocument,
    SupportingDocumentPage,
    SupportingDocumentType,
    SupportingDocumentTypePage,
)
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ..base import Resource
from ..endpoints import post
from ..form_checks import named, required, some_of
from ..numbers_v1.document_sources import Content, read_file, upload
from .attributes import checked_attributes
from .paper_endpoints import of_papers, of_types

__all__ = ["SupportingDocumentTypesResource", "SupportingDocumentsResource"]

_LOOK = "look for it among twilio.supporting_documents.list(), by friendly_name and attributes"

CREATE, LIST, FETCH, UPDATE, DELETE = of_papers(
    "SupportingDocument", SupportingDocument, SupportingDocumentPage, settled_by=_LOOK
)
UPLOAD = post(
    "UploadSupportingDocument",  # absent from the specification
    CREATE.path,
    SupportingDocument,
    host="numbers-upload",
    receipt="sid",
    settled_by=_LOOK,
)
LIST_TYPES, FETCH_TYPE = of_types(
    "SupportingDocumentType", SupportingDocumentType, SupportingDocumentTypePage
)


class SupportingDocumentsResource(Resource):
    """``twilio.supporting_documents``."""

    async def create(
        self,
        *,
        friendly_name: str,
        type: str,  # noqa: A002 - Twilio's name
        attributes: Mapping[str, Any] | None = None,
    ) -> SupportingDocument:
        """Create a document of ``type`` (``passport``, ``address``, ...) without a file.

        ``attributes`` are what the regulation asks for, by machine name; a date is written ``YYYY-MM-DD``, addresses
        are ``{"address_sids": ["AD..."]}``. It is never sent twice: when the answer is lost, the TransportError has
        ``may_have_been_processed`` and says how to find out. Source: CreateSupportingDocument.
        """
        form = {
            "FriendlyName": required(friendly_name, "friendly_name"),
            "Type": required(type, "type"),
            "Attributes": checked_attributes(attributes),
        }
        return await self._post(CREATE, form=form)

    async def upload(
        self,
        file: Content,
        *,
        type: str,  # noqa: A002 - Twilio's name
        friendly_name: str,
        attributes: Mapping[str, Any] | None = None,
        filename: str | None = None,
    ) -> SupportingDocument:
        """Create a document with a file: a PDF, JPEG or PNG of at most 5 MB.

        ``file`` is a path, bytes, or an async stream of bytes, which is read whole before anything is sent.
        ``filename`` stands for the file's own name; its extension has to fit the content. The rest is as in
        ``create``; nothing is sent twice here either.

        Raises InvalidArgumentError for a file that is empty, too large, of another type or cannot be read. Source:
        Twilio's compliance guide; the form's shape is an assumption.
        """
        fields = {
            "FriendlyName": required(friendly_name, "friendly_name"),
            "Type": required(type, "type"),
            "Attributes": checked_attributes(attributes),
        }
        given = {key: value for key, value in fields.items() if value is not None}
        return await upload(self._caller, UPLOAD, given, await read_file(file, filename))

    async def fetch(self, sid: str) -> SupportingDocument:
        """Fetch the document ``sid`` (``RD...``). Raises NotFoundError. Source: FetchSupportingDocument."""
        return await self._caller.call(FETCH, check_sid(sid, "RD", "sid"))

    async def update(
        self, sid: str, *, friendly_name: str | None = None, attributes: Mapping[str, Any] | None = None
    ) -> SupportingDocument:
        """Change the name or the attributes of the document ``sid`` (``RD...``). Source: UpdateSupportingDocument."""
        form = {
            "FriendlyName": named(friendly_name, "friendly_name"),
            "Attributes": checked_attributes(attributes),
        }
        return await self._post(UPDATE, check_sid(sid, "RD", "sid"), form=some_of(form))

    async def delete(self, sid: str) -> None:
        """Delete the document ``sid`` (``RD...``). Source: DeleteSupportingDocument."""
        await self._caller.call(DELETE, check_sid(sid, "RD", "sid"))

    def list(
        self, *, page_size: int | None = None, limit: int | None = None, after: str | None = None
    ) -> Pager[SupportingDocument]:
        """List the account's documents.

        ``page_size`` is 1 to 1000 (Twilio's default is 50). ``limit`` is the most to read. ``after`` is a page's cursor
        to go on from. Source: ListSupportingDocument.
        """
        return self._rows(LIST, lambda page: page.results, PageQuery(page_size, limit, after))


class SupportingDocumentTypesResource(Resource):
    """``twilio.supporting_document_types``."""

    async def fetch(self, sid: str) -> SupportingDocumentType:
        """Fetch the type ``sid`` (``OY...``) of documents, with its fields. Raises NotFoundError.

        Source: FetchSupportingDocumentType.
        """
        return await self._caller.call(FETCH_TYPE, required(sid, "sid"))

    def list(
        self, *, page_size: int | None = None, limit: int | None = None, after: str | None = None
    ) -> Pager[SupportingDocumentType]:
        """List the types of documents, with their fields.

        ``page_size`` is 1 to 1000. ``limit`` is the most to read. ``after`` is a page's cursor to go on from. Source:
        ListSupportingDocumentType.
        """
        return self._rows(
            LIST_TYPES, lambda page: page.supporting_document_types, PageQuery(page_size, limit, after)
        )
