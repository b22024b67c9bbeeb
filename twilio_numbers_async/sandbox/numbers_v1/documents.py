"""Documents: the proofs of a port-in. Twilio has a host of its own for them; here it is the sandbox's address.

The body is a form with ``document_type``, an optional ``friendly_name``, and ``File``: a PDF, a JPEG or a PNG of at
most 10 MB. The content decides the type, and the type of the part must agree. An uploaded document is known, for
``strict_documents``.
"""

from __future__ import annotations

from ..errors import bad_request
from ..http.multipart import FORM_SIZE, Part, multipart_body
from ..routing import Call, Family, Reply, json_reply, route
from ..state import SandboxState

MAX_SIZE = 10 * 1024 * 1024
_FIELDS = frozenset({"document_type", "friendly_name", "File"})
# A PDF may have something in front of its first line.
_MARKS = (
    (b"%PDF-", 1024, "application/pdf"),
    (b"\xff\xd8\xff", 3, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 8, "image/png"),
)


class Documents(Family):
    """The one operation."""

    def __init__(self, state: SandboxState) -> None:
        self._state = state

    @route("CreateDocument", "POST", "/v1/Documents", max_body=MAX_SIZE + FORM_SIZE)
    def create(self, call: Call) -> Reply:
        parts = multipart_body(call, _FIELDS)
        document_type, friendly_name = text_of(parts, "document_type"), text_of(parts, "friendly_name")
        if not document_type or not document_type.strip():
            raise bad_request("Missing required parameter: document_type")
        mime_type = mime_type_of(parts.get("File"), MAX_SIZE)
        sid = self._state.new_sid("RD")
        self._state.documents.add(sid)
        return json_reply(
            201,
            {
                "sid": sid,
                "mime_type": mime_type,
                "status": "pending_review",
                "document_type": document_type,
                "friendly_name": friendly_name,
            },
        )


def text_of(parts: dict[str, Part], name: str) -> str | None:
    """The text of a part, None if there is no such part."""
    part = parts.get(name)
    if part is None:
        return None
    try:
        return part.content.decode()
    except UnicodeDecodeError:
        raise bad_request(f"Invalid parameter: {name} is not UTF-8") from None


def mime_type_of(file: Part | None, limit: int) -> str:
    """The type of a file of at most ``limit`` bytes, by its content. Refuses any other file."""
    if file is None or file.filename is None:
        raise bad_request("Missing required parameter: File")
    if not file.content:
        raise bad_request("Invalid parameter: File is empty")
    if len(file.content) > limit:
        raise bad_request(f"Invalid parameter: File is larger than {limit // 1024**2} MB", 413)
    found = next((mime_type for mark, within, mime_type in _MARKS if mark in file.content[:within]), None)
    if found is not None and file.content_type in {None, found, "application/octet-stream"}:
        return found
    raise bad_request("Invalid parameter: File is not a PDF, JPEG or PNG, or not what its Content-Type says")
