"""The contents of bundles: items, evaluations, copies, clones and replaced items.

Only drafts take items (409). A copy is a draft with the same items. A clone belongs to another account of the same
owner; it has copies of the items, and the status of the original unless it is moved to draft. The items of an approved
bundle may replace those of another bundle for the same regulation, which is then approved for as long as the first.
"""

from __future__ import annotations

from itertools import count
from typing import Annotated

import msgspec
from msgspec import Meta

from ..errors import Refusal, bad_request, conflict
from ..http.strict import AccountSid, Fields, form_body
from ..paging import url_page
from ..routing import PUBLIC_HOST, Call, Reply, found, json_reply, no_content, route
from .bundle_family import BUNDLE, BUNDLES, BundleFamily, BundleSid, bare
from .evaluation import evaluate
from .papers import Assignment, Bundle, Papers
from .review import Review

ObjectSid = Annotated[str, Meta(pattern="^[a-zA-Z]{2}[0-9a-fA-F]{32}$")]


class AssignBody(Fields):
    object_sid: ObjectSid


class CopyBody(Fields):
    friendly_name: str | None = None


class CloneBody(Fields):
    target_account_sid: AccountSid
    move_to_draft: bool = False
    friendly_name: str | None = None


class ReplaceBody(Fields):
    from_bundle_sid: BundleSid


class BundleContents(BundleFamily):
    """The eleven operations."""

    def __init__(self, papers: Papers, review: Review) -> None:
        super().__init__(papers, review)
        self._serial = count(1)

    # items

    @route("CreateItemAssignment", "POST", f"{BUNDLE}/ItemAssignments")
    def assign(self, call: Call) -> Reply:
        bundle, body = self._draft(call), form_body(call, AssignBody)
        account, sid = call.account.sid, body.object_sid
        papers = self._papers
        if (papers.end_users.find(account, sid) or papers.documents.find(account, sid)) is None:
            raise bad_request("Invalid parameter: ObjectSid is no end user and no document of this account")
        if bundle.holds(sid):
            raise conflict("The item is in the bundle already")
        return json_reply(201, _item(self._put(bundle, sid)))

    @route("ListItemAssignment", "GET", f"{BUNDLE}/ItemAssignments", query=True)
    def items(self, call: Call) -> Reply:
        return url_page(call, self._of(call).items, _item)

    @route("FetchItemAssignment", "GET", f"{BUNDLE}/ItemAssignments/{{Sid}}")
    def item(self, call: Call) -> Reply:
        return json_reply(200, _item(self._item_of(call)[1]))

    @route("DeleteItemAssignment", "DELETE", f"{BUNDLE}/ItemAssignments/{{Sid}}")
    def unassign(self, call: Call) -> Reply:
        bundle = self._draft(call)
        serial, _ = self._item_of(call)
        del bundle.items[serial]
        return no_content()

    # evaluations

    @route("CreateEvaluation", "POST", f"{BUNDLE}/Evaluations")
    def evaluate(self, call: Call) -> Reply:
        bundle = self._of(call)
        if call.body:
            form_body(call, Fields)
        return json_reply(201, self._review.evaluated(bundle, evaluate(self._papers, bundle)))

    @route("ListEvaluation", "GET", f"{BUNDLE}/Evaluations", query=True)
    def evaluations(self, call: Call) -> Reply:
        """The evaluations, the newest first."""
        rows = self._of(call).evaluations
        return url_page(call, dict(enumerate(reversed(rows.values()), 1)), lambda one: one)

    @route("FetchEvaluation", "GET", f"{BUNDLE}/Evaluations/{{Sid}}")
    def evaluation(self, call: Call) -> Reply:
        rows = {one["sid"]: one for one in self._of(call).evaluations.values()}
        return json_reply(200, found(call, rows.get(call.params["Sid"])))

    # copies

    @route("CreateBundleCopy", "POST", f"{BUNDLE}/Copies")
    def copy(self, call: Call) -> Reply:
        original = self._of(call)
        body = form_body(call, CopyBody) if call.body else CopyBody()
        name = body.friendly_name or f"{original.friendly_name} (copy)"
        made = self._like(original, call.account.sid, name)
        made.copy_of = original.sid
        for item in original.items.values():
            self._put(made, item.object_sid)
        return json_reply(201, bare(made))

    @route("ListBundleCopy", "GET", f"{BUNDLE}/Copies", query=True)
    def copies(self, call: Call) -> Reply:
        original, rows = self._of(call), self._papers.bundles.rows_of(call.account.sid)
        copies = {serial: one for serial, one in rows.items() if one.copy_of == original.sid}
        return url_page(call, copies, bare)

    @route("CreateBundleClone", "POST", f"{BUNDLE}/Clones")
    def clone(self, call: Call) -> Reply:
        original, body = self._of(call), form_body(call, CloneBody)
        accounts = self._papers.state.accounts
        target, owner = accounts.get(body.target_account_sid), call.account.parent or call.account.sid
        if target is None or owner not in {target.sid, target.parent}:
            raise bad_request("Invalid parameter: TargetAccountSid is no account of the same owner")
        made = self._like(original, target.sid, body.friendly_name or original.friendly_name)
        for item in original.items.values():
            self._put(made, self._cloned(original.account_sid, target.sid, item.object_sid))
        if not body.move_to_draft:
            made.status, made.valid_until = original.status, original.valid_until
        fields = bare(made)
        fields["bundle_sid"] = fields.pop("sid")
        return json_reply(201, {**fields, "url": f"{PUBLIC_HOST}{BUNDLES}/{made.sid}/Clones"})

    @route("CreateReplaceItems", "POST", f"{BUNDLE}/ReplaceItems")
    def replace_items(self, call: Call) -> Reply:
        bundle, body = self._of(call), form_body(call, ReplaceBody)
        other = self._papers.bundles.find(call.account.sid, body.from_bundle_sid)
        if other is bundle:
            raise Refusal(400, 22226, "FromBundleSid cannot be the bundle itself")
        if other is None:
            raise bad_request("Invalid parameter: FromBundleSid is no other bundle of this account")
        if other.status != "twilio-approved" or other.regulation_sid != bundle.regulation_sid:
            raise conflict("FromBundleSid must be approved, and for the same regulation")
        bundle.items = {}
        for item in other.items.values():
            self._put(bundle, item.object_sid)
        bundle.status, bundle.valid_until = other.status, other.valid_until
        bundle.date_updated = self._papers.stamp()
        return json_reply(201, bare(bundle))

    # inside

    def _like(self, original: Bundle, account_sid: str, name: str) -> Bundle:
        """A new draft for the same regulation."""
        return self._new(account_sid, original.regulation_sid, name, original.email, original.status_callback)

    def _put(self, bundle: Bundle, object_sid: str) -> Assignment:
        made = Assignment(
            sid=self._papers.state.new_sid("BV"),
            account_sid=bundle.account_sid,
            bundle_sid=bundle.sid,
            object_sid=object_sid,
            date_created=self._papers.stamp(),
        )
        bundle.items[next(self._serial)] = made
        return made

    def _cloned(self, account_sid: str, target_sid: str, object_sid: str) -> str:
        papers = self._papers

        def made() -> dict[str, str]:
            return {"sid": papers.state.new_sid(object_sid[:2]), "account_sid": target_sid}

        if user := papers.end_users.find(account_sid, object_sid):
            return papers.end_users.add(msgspec.structs.replace(user, **made())).sid
        if document := papers.documents.find(account_sid, object_sid):
            return papers.documents.add(msgspec.structs.replace(document, **made())).sid
        return object_sid

    def _draft(self, call: Call) -> Bundle:
        bundle = self._of(call)
        if bundle.status != "draft":
            raise conflict(f"A bundle that is {bundle.status} cannot be changed")
        return bundle

    def _item_of(self, call: Call) -> tuple[int, Assignment]:
        rows = self._of(call).items.items()
        return found(call, next((row for row in rows if row[1].sid == call.params["Sid"]), None))


def _item(item: Assignment) -> dict[str, object]:
    url = f"{PUBLIC_HOST}{BUNDLES}/{item.bundle_sid}/ItemAssignments/{item.sid}"
    return {**msgspec.structs.asdict(item), "url": url}
