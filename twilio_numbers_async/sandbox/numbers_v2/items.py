"""End users and supporting documents: the items of bundles.

``Attributes`` is the JSON text of an object. A document may be sent with a file, as multipart to the upload host, which
is the sandbox's own address here: a PDF, a JPEG or a PNG of at most 5 MB. An item of a bundle that is in review or
approved cannot be changed or deleted (409).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, Literal, TypeVar

import msgspec

from ..errors import bad_request, conflict
from ..http.multipart import FORM_SIZE, multipart_body
from ..http.strict import Fields, form_body
from ..numbers_v1.documents import mime_type_of, text_of
from ..paging import url_page
from ..routing import PUBLIC_HOST, Call, Family, Reply, Route, found, json_reply, no_content
from ..state import Shelf
from .papers import BOUND, Document, EndUser, Item, Papers
from .regulations import ROOT
from .tables import DOCUMENT_TYPES

_MAX_FILE = 5 * 1024 * 1024
_PARTS = frozenset({"FriendlyName", "Type", "Attributes", "File"})

I = TypeVar("I", bound=Item)  # noqa: E741 - an item


class EndUserBody(Fields):
    friendly_name: str
    type: Literal["individual", "business"]
    attributes: str | None = None


class DocumentBody(Fields):
    friendly_name: str
    type: str
    attributes: str | None = None


class ChangeBody(Fields):
    friendly_name: str | None = None
    attributes: str | None = None


class _Items(Family, Generic[I]):
    """The five operations on one kind of items, of which ``create`` differs."""

    name: str
    max_body: int | None = None

    def __init__(self, papers: Papers, shelf: Shelf[I]) -> None:
        self._papers = papers
        self._shelf = shelf
        self._path = f"{ROOT}/{self.name}s"

    def routes(self) -> Iterable[Route]:
        path, one = self._path, f"{self._path}/{{Sid}}"
        yield Route(f"Create{self.name}", "POST", path, self.create, max_body=self.max_body)
        yield Route(f"List{self.name}", "GET", path, self.list, query=True)
        yield Route(f"Fetch{self.name}", "GET", one, self.fetch)
        yield Route(f"Update{self.name}", "POST", one, self.update)
        yield Route(f"Delete{self.name}", "DELETE", one, self.delete)

    def create(self, call: Call) -> Reply:
        """Create an item."""
        raise NotImplementedError

    def list(self, call: Call) -> Reply:
        return url_page(call, self._shelf.rows_of(call.account.sid), self._shown)

    def fetch(self, call: Call) -> Reply:
        return json_reply(200, self._shown(self._find(call)))

    def update(self, call: Call) -> Reply:
        one, body = self._find(call), form_body(call, ChangeBody)
        self._check_free(one)
        if body.friendly_name is not None:
            one.friendly_name = body.friendly_name
        if body.attributes is not None:
            one.attributes = _attributes(body.attributes)
        one.date_updated = self._papers.stamp()
        self._changed(one)
        return json_reply(200, self._shown(one))

    def delete(self, call: Call) -> Reply:
        one = self._find(call)
        self._check_free(one)
        self._shelf.remove(one)
        return no_content()

    def _fields(self, call: Call, prefix: str, body: EndUserBody | DocumentBody) -> dict[str, Any]:
        """The fields of a new item."""
        now = self._papers.stamp()
        return {
            "sid": self._papers.state.new_sid(prefix),
            "account_sid": call.account.sid,
            "friendly_name": body.friendly_name,
            "type": body.type,
            "attributes": _attributes("{}" if body.attributes is None else body.attributes),
            "date_created": now,
            "date_updated": now,
        }

    def _changed(self, one: I) -> None:
        """Bring an item in line with a change."""

    def _find(self, call: Call) -> I:
        return found(call, self._shelf.find(call.account.sid, call.params["Sid"]))

    def _check_free(self, one: I) -> None:
        for bundle in self._papers.bundles.rows_of(one.account_sid).values():
            if bundle.status in BOUND and bundle.holds(one.sid):
                raise conflict("The item is in a bundle that is in review or approved")

    def _shown(self, one: I) -> dict[str, object]:
        return {**msgspec.structs.asdict(one), "url": f"{PUBLIC_HOST}{self._path}/{one.sid}"}


class EndUsers(_Items[EndUser]):
    """The persons and businesses that use numbers."""

    name = "EndUser"

    def __init__(self, papers: Papers) -> None:
        super().__init__(papers, papers.end_users)

    def create(self, call: Call) -> Reply:
        body = form_body(call, EndUserBody)
        return json_reply(201, self._shown(self._shelf.add(EndUser(**self._fields(call, "IT", body)))))


class SupportingDocuments(_Items[Document]):
    """The proofs about end users."""

    name = "SupportingDocument"
    max_body: int | None = _MAX_FILE + FORM_SIZE

    def __init__(self, papers: Papers) -> None:
        super().__init__(papers, papers.documents)

    def create(self, call: Call) -> Reply:
        """Create a document, with a file if the body is multipart."""
        mime_type = None
        if call.content_type.lower().startswith("multipart/"):
            parts = multipart_body(call, _PARTS)
            mime_type = mime_type_of(parts.get("File"), _MAX_FILE)
            given = {name: text_of(parts, name) for name in ("FriendlyName", "Type", "Attributes")}
            for name in ("FriendlyName", "Type"):
                if given[name] is None:
                    raise bad_request(f"Missing required parameter: {name}")
            body = msgspec.convert(given, DocumentBody)
        else:
            body = form_body(call, DocumentBody)
        if body.type not in DOCUMENT_TYPES:
            raise bad_request("Invalid parameter: Type is no type of supporting documents")
        made = Document(**self._fields(call, "RD", body), mime_type=mime_type)
        self._papers.state.documents.add(made.sid)
        return json_reply(201, self._shown(self._shelf.add(made)))

    def _changed(self, one: Document) -> None:
        one.status, one.failure_reason, one.errors = "draft", None, None


def _attributes(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise bad_request("Invalid parameter: Attributes is not the JSON of an object") from None
