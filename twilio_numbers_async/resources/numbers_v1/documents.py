"""Documents: the proofs of a port-in."""

from __future__ import annotations

from ...errors import invalid
from ...models import Document
from ..api_2010.phone_numbers import text
from ..base import Resource
from ..endpoints import post
from .document_sources import Content, read_document, upload

__all__ = ["DocumentsResource"]

UPLOAD = post(
    "CreateDocument",
    "/v1/Documents",
    Document,
    host="numbers-upload",
    receipt="sid",
    settled_by="there is no list of documents; upload it again if you need it, one too many does no harm",
)


class DocumentsResource(Resource):
    """``twilio.documents``."""

    async def upload(
        self,
        document: Content,
        *,
        document_type: str = "utility_bill",
        friendly_name: str | None = None,
        filename: str | None = None,
    ) -> Document:
        """Upload a PDF, JPEG or PNG of at most 10 MB; its ``sid`` (``RD...``) is for ``PortInCreate.documents``.

        ``document`` is a path, bytes, a file that was opened for binary reading, or an async stream: anything with a
        coroutine ``read(size)``, or an async iterable of bytes. It is read whole before anything is sent, in a thread
        where that would block; neither ``timeout`` nor ``deadline`` counts that. ``filename`` stands for the file's own
        name; its extension has to fit the content. A port-in needs one ``utility_bill``, dated within 30 days. For a
        large document on a slow line raise the time limit: ``twilio.with_options(timeout=...)``.

        Raises InvalidArgumentError for what is empty, too large, of another type or cannot be read; then nothing was
        sent. What a stream raises is raised. When the answer is lost, the document is not sent again, and the
        TransportError has ``may_have_been_processed``.

        Source: Twilio's porting guide; that the limit is 10 MB is an assumption.
        """
        fields = {"document_type": _checked_text(document_type, "document_type")}
        if not document_type.strip():
            raise invalid("document_type", "must not be empty")
        if friendly_name is not None:
            fields["friendly_name"] = _checked_text(friendly_name, "friendly_name")
        if filename is not None:
            _checked_text(filename, "filename")
        return await upload(self._caller, UPLOAD, fields, await read_document(document, filename))


def _checked_text(value: object, argument: str) -> str:
    checked = text(value, argument)
    try:
        checked.encode()
    except UnicodeEncodeError:
        raise invalid(argument, "has a character that cannot be sent") from None
    return checked
