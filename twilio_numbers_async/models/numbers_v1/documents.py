"""numbers-upload, v1/Documents: the proofs of a port-in."""

from __future__ import annotations

from ..base import Answer, Text


class Document(Answer, frozen=True, kw_only=True):
    """An uploaded document, such as the utility bill that every port-in needs."""

    sid: str | None = None
    """The SID of the document (``RD...``), for ``PortInCreate.documents``."""
    mime_type: str | None = None
    """The type of the file, such as ``application/pdf``."""
    status: Text | None = None
    """The status of Twilio's work on it."""
    document_type: str | None = None
    """The type of document, such as ``utility_bill``."""
    friendly_name: str | None = None
    """The name that it was given."""
