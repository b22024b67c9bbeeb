"""Documents: what a port-in is proved with."""

from __future__ import annotations

from ..errors import InvalidArgumentError, TransportError
from ..models import Document
from ..transport.endpoint import Endpoint
from ..transport.session import Outgoing
from ..transport.upload import Upload
from .base import Resource
from .document_sources import Content, checked_name, source_of

__all__ = ["DocumentsResource"]

UPLOAD = Endpoint(
    operation="CreateDocument",
    method="POST",
    host="numbers-upload",
    path="/v1/Documents",
    result=Document,
    idempotent=False,
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

        ``document`` is a path, bytes, or an async stream: anything with a coroutine ``read(size)``, or an async
        iterable of bytes. It is sent while it is read. ``filename`` stands for the file's own name; its extension has
        to fit the content. A port-in needs one ``utility_bill``, dated within 30 days. For a large document on a slow
        line raise the time limit: ``twilio.with_options(timeout=...)``.

        Raises InvalidArgumentError for what is empty, too large, of another type or cannot be read; then Twilio got no
        document, or only a part that it cannot take. What a stream raises is raised. When the answer is lost, it is
        not sent again, and the TransportError has ``may_have_been_processed``; a stream is never sent again.

        Source: Twilio's porting guide; that the limit is 10 MB is an assumption.
        """
        fields = {"document_type": _checked_text(document_type, "document_type")}
        if not document_type.strip():
            raise InvalidArgumentError("document_type must not be empty", argument="document_type")
        if friendly_name is not None:
            fields["friendly_name"] = _checked_text(friendly_name, "friendly_name")
        if filename is not None:
            _checked_text(filename, "filename")
        source = source_of(document)
        try:
            head = await source.open()
            name, media_type = checked_name(head, filename or source.name)
            return await self._send(
                Upload(fields, file_field="File", filename=name, media_type=media_type, source=source)
            )
        finally:
            await source.close()

    async def _send(self, upload: Upload) -> Document:
        body = Outgoing(upload, upload.content_type, UPLOAD.needs_fresh_connection)
        try:
            document = await self._caller.call(UPLOAD, body=body)
        except TransportError:
            if upload.failure is not None:
                raise upload.failure from None
            raise
        if not upload.read_whole:
            raise TransportError(
                "Twilio answered before the document was sent whole", method=UPLOAD.method, route=UPLOAD.path
            )
        return document


def _checked_text(value: object, argument: str) -> str:
    if not isinstance(value, str):
        raise InvalidArgumentError(f"{argument} must be text, not {type(value).__name__}", argument=argument)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError(
            f"{argument} has a character that cannot be sent", argument=argument
        ) from None
    return value
