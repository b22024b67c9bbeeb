"""End users and supporting documents: what bundles hold.

``Attributes`` is the JSON text of an object. A document may be sent with a file, as multipart to the upload host, which
is the sandbox's own address here: a PDF, a JPEG or a PNG of at most 5 MB. What is in a bundle that is in review or
approved cannot be changed or deleted (409).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from ..errors import bad_request, conflict, not_found, unknown_parameter
from ..http.multipart import FORM_SIZE, multipart_body
from ..http.strict import Fields, form_body
from ..numbers_v1.documents import mime_type_of, text_of
from ..routing import PUBLIC_HOST, Call, Reply, Route, json_reply, no_content
from .pages import plain_listing
from .papers import Document, EndUser, Papers
from .regulations import ROOT
from .tables import DOCUMENT_TYPES

__all__ = ["Items"]

_MAX_FILE = 5 * 1024 * 1024
_PARTS = frozenset({"FriendlyName", "Type", "Attributes", "File"})
_BOUND = frozenset({"pending-review", "in-review", "twilio-approved", "provisionally-approved"})


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


class Items:
    """The ten operations."""

    def __init__(self, papers: Papers) -> None:
        self._papers = papers

    def routes(self) -> Iterable[Route]:
        """End users, then documents."""
        for name, create, list_, fetch in (
            ("EndUser", self.create_end_user, self.list_end_users, self.fetch_end_user),
            ("SupportingDocument", self.create_document, self.list_documents, self.fetch_document),
        ):
            path, one = f"{ROOT}/{name}s", f"{ROOT}/{name}s/{{Sid}}"
            most = _MAX_FILE + FORM_SIZE if name == "SupportingDocument" else None
            yield Route(f"Create{name}", "POST", path, create, max_body=most)
            yield Route(f"List{name}", "GET", path, list_, query=True)
            yield Route(f"Fetch{name}", "GET", one, fetch)
        yield Route("UpdateEndUser", "POST", f"{ROOT}/EndUsers/{{Sid}}", self.update_end_user)
        yield Route("DeleteEndUser", "DELETE", f"{ROOT}/EndUsers/{{Sid}}", self.delete_end_user)
        yield Route(
            "UpdateSupportingDocument", "POST", f"{ROOT}/SupportingDocuments/{{Sid}}", self.update_document
        )
        yield Route(
            "DeleteSupportingDocument", "DELETE", f"{ROOT}/SupportingDocuments/{{Sid}}", self.delete_document
        )

    # end users

    def create_end_user(self, call: Call) -> Reply:
        """Create an end user."""
        body = form_body(call, EndUserBody)
        now = self._papers.stamp()
        made = EndUser(
            sid=self._papers.state.new_sid("IT"),
            account_sid=call.account.sid,
            friendly_name=body.friendly_name,
            type=body.type,
            attributes=_attributes(body.attributes) or {},
            date_created=now,
            date_updated=now,
        )
        return json_reply(201, _end_user(self._papers.end_users.add(made)))

    def list_end_users(self, call: Call) -> Reply:
        """One page of the end users."""
        return plain_listing(call, self._papers.end_users.rows(call.account.sid), _end_user)

    def fetch_end_user(self, call: Call) -> Reply:
        """One end user."""
        return json_reply(200, _end_user(self._end_user(call)))

    def update_end_user(self, call: Call) -> Reply:
        """Change an end user."""
        one = self._end_user(call)
        self._change(one, form_body(call, ChangeBody))
        return json_reply(200, _end_user(one))

    def delete_end_user(self, call: Call) -> Reply:
        """Delete an end user."""
        one = self._end_user(call)
        self._check_free(one)
        self._papers.end_users.remove(one)
        return no_content()

    # documents

    def create_document(self, call: Call) -> Reply:
        """Create a document, with a file if the body is multipart."""
        mime_type = None
        if call.content_type.lower().startswith("multipart/"):
            parts = multipart_body(call)
            for name in parts:
                if name not in _PARTS:
                    raise unknown_parameter(name)
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
        now = self._papers.stamp()
        made = Document(
            sid=self._papers.state.new_sid("RD"),
            account_sid=call.account.sid,
            friendly_name=body.friendly_name,
            mime_type=mime_type,
            type=body.type,
            attributes=_attributes(body.attributes) or {},
            date_created=now,
            date_updated=now,
        )
        self._papers.state.documents.add(made.sid)
        return json_reply(201, _document(self._papers.documents.add(made)))

    def list_documents(self, call: Call) -> Reply:
        """One page of the documents."""
        return plain_listing(call, self._papers.documents.rows(call.account.sid), _document)

    def fetch_document(self, call: Call) -> Reply:
        """One document."""
        return json_reply(200, _document(self._document(call)))

    def update_document(self, call: Call) -> Reply:
        """Change a document: it is a draft again."""
        one = self._document(call)
        self._change(one, form_body(call, ChangeBody))
        one.status, one.failure_reason, one.errors = "draft", None, None
        return json_reply(200, _document(one))

    def delete_document(self, call: Call) -> Reply:
        """Delete a document."""
        one = self._document(call)
        self._check_free(one)
        self._papers.documents.remove(one)
        return no_content()

    # inside

    def _end_user(self, call: Call) -> EndUser:
        one = self._papers.end_users.find(call.account.sid, call.params["Sid"])
        if one is None:
            raise not_found(call.path)
        return one

    def _document(self, call: Call) -> Document:
        one = self._papers.documents.find(call.account.sid, call.params["Sid"])
        if one is None:
            raise not_found(call.path)
        return one

    def _change(self, one: EndUser | Document, body: ChangeBody) -> None:
        self._check_free(one)
        if body.friendly_name is not None:
            one.friendly_name = body.friendly_name
        attributes = _attributes(body.attributes)
        if attributes is not None:
            one.attributes = attributes
        one.date_updated = self._papers.stamp()

    def _check_free(self, one: EndUser | Document) -> None:
        for bundle in self._papers.bundles.rows(one.account_sid).values():
            held = {item.object_sid for item in bundle.items.values()}
            if one.sid in held and bundle.status in _BOUND:
                raise conflict("It is in a bundle that is in review or approved")


def _attributes(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise bad_request("Invalid parameter: Attributes is not the JSON of an object") from None


def _end_user(one: EndUser) -> dict[str, object]:
    url = f"{PUBLIC_HOST}{ROOT}/EndUsers/{one.sid}"
    return {**msgspec.structs.asdict(one), "url": url}


def _document(one: Document) -> dict[str, object]:
    url = f"{PUBLIC_HOST}{ROOT}/SupportingDocuments/{one.sid}"
    return {**msgspec.structs.asdict(one), "url": url}
