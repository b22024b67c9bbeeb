"""Bundles: from the draft to the review.

A draft is filled, evaluated as often as one likes, and submitted with the status ``pending-review``, which a bundle
that is not compliant is refused (400, 22217). What is in review can be taken back (``draft``); what was rejected can
be made a draft or submitted again. Only drafts take items (409). A test bundle is rejected as soon as it is submitted;
that is an assumption. A review is what a test says (see ``review``), or goes on by itself.

A copy is a draft with the same items. A clone goes to another account of the same owner, with its items, and has the
status of the original unless it is moved to draft. The items of an approved bundle of the same regulation may take the
place of another one's, which is approved then as long as that one is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from ..errors import Refusal, bad_request, conflict, not_found
from ..exchange import PUBLIC_HOST, Call, Reply, Route, json_reply, no_content
from ..phone_numbers_2010 import PageQuery
from ..strict import AccountSid, Fields, form_body, is_email, is_web_address, query
from ..world import timestamp
from .evaluation import evaluate, is_compliant
from .pages import listing, plain_listing
from .papers import Assignment, Bundle, Papers
from .regulations import ROOT
from .review import Review
from .tables import regulations

__all__ = ["Bundles"]

_PATH = f"{ROOT}/Bundles"
_OF = f"{_PATH}/{{BundleSid}}"
_STATUSES = (
    "draft",
    "pending-review",
    "in-review",
    "twilio-rejected",
    "twilio-approved",
    "provisionally-approved",
)
Status = Literal[
    "draft", "pending-review", "in-review", "twilio-rejected", "twilio-approved", "provisionally-approved"
]
_MAY_BECOME: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"draft", "pending-review"}),
    "pending-review": frozenset({"draft", "pending-review"}),
    "in-review": frozenset({"in-review"}),
    "twilio-rejected": frozenset({"draft", "pending-review"}),
    "twilio-approved": frozenset({"twilio-approved"}),
    "provisionally-approved": frozenset({"provisionally-approved"}),
}
RegulationSid = Annotated[str, Meta(pattern="^RN[0-9a-fA-F]{32}$")]
BundleSid = Annotated[str, Meta(pattern="^BU[0-9a-fA-F]{32}$")]
ObjectSid = Annotated[str, Meta(pattern="^[a-zA-Z]{2}[0-9a-fA-F]{32}$")]


class CreateBody(Fields):
    friendly_name: str
    email: str
    status_callback: str | None = None
    regulation_sid: RegulationSid | None = None
    iso_country: str | None = None
    end_user_type: Literal["individual", "business"] | None = None
    number_type: str | None = None
    is_test: bool = False


class UpdateBody(Fields):
    status: Status | None = None
    status_callback: str | None = None
    friendly_name: str | None = None
    email: str | None = None


class BundlesQuery(PageQuery):
    status: Status | None = None
    bundle_sids: Annotated[str, Meta(pattern="^BU[0-9a-fA-F]{32}(,BU[0-9a-fA-F]{32}){0,19}$")] | None = None
    friendly_name: str | None = None
    regulation_sid: RegulationSid | None = None
    iso_country: str | None = None
    number_type: str | None = None
    end_user_type: Literal["business", "individual"] | None = None
    has_valid_until_date: bool | None = None
    sort_by: Literal["valid-until", "date-updated"] | None = None
    sort_direction: Literal["ASC", "DESC"] | None = None
    valid_until_date: str | None = None
    valid_until_before: str | None = msgspec.field(default=None, name="ValidUntilDate<")
    valid_until_after: str | None = msgspec.field(default=None, name="ValidUntilDate>")


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


class Bundles:
    """The sixteen operations."""

    def __init__(self, papers: Papers, review: Review) -> None:
        self._papers = papers
        self._review = review
        self._serial = count(1)

    def routes(self) -> Iterable[Route]:
        """Bundles, what is in them, and what can be made of them."""
        yield Route("CreateBundle", "POST", _PATH, self.create)
        yield Route("ListBundle", "GET", _PATH, self.list, query=True)
        yield Route("FetchBundle", "GET", _OF, self.fetch)
        yield Route("UpdateBundle", "POST", _OF, self.update)
        yield Route("DeleteBundle", "DELETE", _OF, self.delete)
        yield Route("CreateItemAssignment", "POST", f"{_OF}/ItemAssignments", self.assign)
        yield Route("ListItemAssignment", "GET", f"{_OF}/ItemAssignments", self.items, query=True)
        yield Route("FetchItemAssignment", "GET", f"{_OF}/ItemAssignments/{{Sid}}", self.item)
        yield Route("DeleteItemAssignment", "DELETE", f"{_OF}/ItemAssignments/{{Sid}}", self.unassign)
        yield Route("CreateEvaluation", "POST", f"{_OF}/Evaluations", self.evaluate)
        yield Route("ListEvaluation", "GET", f"{_OF}/Evaluations", self.evaluations, query=True)
        yield Route("FetchEvaluation", "GET", f"{_OF}/Evaluations/{{Sid}}", self.evaluation)
        yield Route("CreateBundleCopy", "POST", f"{_OF}/Copies", self.copy)
        yield Route("ListBundleCopy", "GET", f"{_OF}/Copies", self.copies, query=True)
        yield Route("CreateBundleClone", "POST", f"{_OF}/Clones", self.clone)
        yield Route("CreateReplaceItems", "POST", f"{_OF}/ReplaceItems", self.replace_items)

    # bundles

    def create(self, call: Call) -> Reply:
        """Create a draft."""
        body = form_body(call, CreateBody)
        _check_contact(body.email, body.status_callback)
        sid = self._new(call, _regulation_sid(body), body.friendly_name, body.email, body.status_callback)
        sid.is_test = body.is_test
        return json_reply(201, _shown(sid))

    def list(self, call: Call) -> Reply:
        """One page of the bundles."""
        asked = query(call, BundlesQuery)
        rows = self._papers.bundles.rows(call.account.sid)
        for bundle in rows.values():
            self._papers.lapse(bundle)
        return listing(call, asked, _sorted(asked, rows), _shown, wanted=_filter(asked))

    def fetch(self, call: Call) -> Reply:
        """One bundle."""
        return json_reply(200, _shown(self._of(call)))

    def update(self, call: Call) -> Reply:
        """Change a bundle, or its status."""
        bundle, body = self._of(call), form_body(call, UpdateBody)
        _check_contact(body.email, body.status_callback)
        if body.status is not None and body.status not in _MAY_BECOME[bundle.status]:
            raise conflict(f"A bundle that is {bundle.status} cannot become {body.status}")
        if body.status == "pending-review" and not is_compliant(evaluate(self._papers, bundle)):
            raise Refusal(400, 22217, "The bundle is noncompliant: see its evaluation")
        for name in ("status_callback", "friendly_name", "email"):
            value = getattr(body, name)
            if value is not None:
                setattr(bundle, name, value or None)
        bundle.date_updated = self._papers.stamp()
        if body.status == "pending-review" and bundle.status != "pending-review":
            self._review.submit(bundle)
        elif body.status is not None:
            self._review.set(bundle, body.status)
        return json_reply(200, _shown(bundle))

    def delete(self, call: Call) -> Reply:
        """Delete a draft, or what was rejected."""
        bundle = self._of(call)
        if bundle.status not in {"draft", "twilio-rejected"}:
            raise conflict(f"A bundle that is {bundle.status} cannot be deleted")
        self._papers.bundles.remove(bundle)
        return no_content()

    # what is in them

    def assign(self, call: Call) -> Reply:
        """Put an end user or a document in."""
        bundle, body = self._draft(call), form_body(call, AssignBody)
        account, sid = call.account.sid, body.object_sid
        found = self._papers.end_users.find(account, sid) or self._papers.documents.find(account, sid)
        if found is None:
            raise bad_request("Invalid parameter: ObjectSid is no end user and no document of this account")
        if any(item.object_sid == sid for item in bundle.items.values()):
            raise conflict("It is in the bundle already")
        return json_reply(201, _item(self._put(bundle, sid)))

    def items(self, call: Call) -> Reply:
        """What is in a bundle."""
        return plain_listing(call, self._of(call).items, _item)

    def item(self, call: Call) -> Reply:
        """One thing in a bundle."""
        return json_reply(200, _item(self._item_of(call)[1]))

    def unassign(self, call: Call) -> Reply:
        """Take something out."""
        bundle = self._draft(call)
        serial, _ = self._item_of(call)
        del bundle.items[serial]
        return no_content()

    # what they are found to be

    def evaluate(self, call: Call) -> Reply:
        """Hold a bundle against its regulation."""
        bundle = self._of(call)
        if call.body:
            form_body(call, Fields)
        return json_reply(201, self._review.evaluated(bundle, evaluate(self._papers, bundle)))

    def evaluations(self, call: Call) -> Reply:
        """The evaluations, the newest first."""
        rows = self._of(call).evaluations
        return plain_listing(call, dict(enumerate(reversed(rows.values()), 1)), lambda one: one)

    def evaluation(self, call: Call) -> Reply:
        """One evaluation."""
        for one in self._of(call).evaluations.values():
            if one["sid"] == call.params["Sid"]:
                return json_reply(200, one)
        raise not_found(call.path)

    # what can be made of them

    def copy(self, call: Call) -> Reply:
        """Make a draft with the same items."""
        original = self._of(call)
        body = form_body(call, CopyBody) if call.body else CopyBody()
        name = body.friendly_name or f"{original.friendly_name} (copy)"
        made = self._new(call, original.regulation_sid, name, original.email, original.status_callback)
        made.copy_of = original.sid
        for item in original.items.values():
            self._put(made, item.object_sid)
        return json_reply(201, _bare(made))

    def copies(self, call: Call) -> Reply:
        """The copies of a bundle."""
        original, rows = self._of(call), self._papers.bundles.rows(call.account.sid)
        copies = {serial: one for serial, one in rows.items() if one.copy_of == original.sid}
        return plain_listing(call, copies, _bare)

    def clone(self, call: Call) -> Reply:
        """Copy a bundle into another account of the same owner."""
        original, body = self._of(call), form_body(call, CloneBody)
        accounts = self._papers.world.accounts
        target, owner = accounts.get(body.target_account_sid), call.account.parent or call.account.sid
        if target is None or owner not in {target.sid, target.parent}:
            raise bad_request("Invalid parameter: TargetAccountSid is no account of the same owner")
        made = self._new(
            call._replace(account=target),
            original.regulation_sid,
            body.friendly_name or original.friendly_name,
            original.email,
            original.status_callback,
        )
        for item in original.items.values():
            self._put(made, self._cloned(original.account_sid, target.sid, item.object_sid))
        if not body.move_to_draft:
            made.status, made.valid_until = original.status, original.valid_until
        fields = _bare(made)
        fields["bundle_sid"] = fields.pop("sid")
        return json_reply(201, {**fields, "url": f"{PUBLIC_HOST}{_PATH}/{made.sid}/Clones"})

    def replace_items(self, call: Call) -> Reply:
        """Put the items of another bundle in the place of these."""
        bundle, body = self._of(call), form_body(call, ReplaceBody)
        other = self._papers.bundles.find(call.account.sid, body.from_bundle_sid)
        if other is None or other.sid == bundle.sid:
            raise bad_request("Invalid parameter: FromBundleSid is no other bundle of this account")
        if other.status != "twilio-approved" or other.regulation_sid != bundle.regulation_sid:
            raise conflict("FromBundleSid must be approved, and for the same regulation")
        bundle.items = {}
        for item in other.items.values():
            self._put(bundle, item.object_sid)
        bundle.status, bundle.valid_until = other.status, other.valid_until
        bundle.date_updated = self._papers.stamp()
        return json_reply(201, _bare(bundle))

    # inside

    def _new(
        self, call: Call, regulation_sid: str | None, name: str, email: str, callback: str | None
    ) -> Bundle:
        now = self._papers.stamp()
        return self._papers.bundles.add(
            Bundle(
                sid=self._papers.world.new_sid("BU"),
                account_sid=call.account.sid,
                regulation_sid=regulation_sid,
                friendly_name=name,
                email=email,
                status_callback=callback or None,
                date_created=now,
                date_updated=now,
            )
        )

    def _put(self, bundle: Bundle, object_sid: str) -> Assignment:
        made = Assignment(
            sid=self._papers.world.new_sid("BV"),
            account_sid=bundle.account_sid,
            bundle_sid=bundle.sid,
            object_sid=object_sid,
            date_created=self._papers.stamp(),
        )
        bundle.items[next(self._serial)] = made
        return made

    def _cloned(self, account_sid: str, target_sid: str, object_sid: str) -> str:
        papers = self._papers
        user = papers.end_users.find(account_sid, object_sid)
        if user is not None:
            sid = papers.world.new_sid("IT")
            papers.end_users.add(msgspec.structs.replace(user, sid=sid, account_sid=target_sid))
            return sid
        document = papers.documents.find(account_sid, object_sid)
        if document is None:
            return object_sid
        sid = papers.world.new_sid("RD")
        papers.documents.add(msgspec.structs.replace(document, sid=sid, account_sid=target_sid))
        return sid

    def _of(self, call: Call) -> Bundle:
        bundle = self._papers.bundles.find(call.account.sid, call.params["BundleSid"])
        if bundle is None:
            raise not_found(call.path)
        self._papers.lapse(bundle)
        return bundle

    def _draft(self, call: Call) -> Bundle:
        bundle = self._of(call)
        if bundle.status != "draft":
            raise conflict(f"A bundle that is {bundle.status} cannot be changed")
        return bundle

    def _item_of(self, call: Call) -> tuple[int, Assignment]:
        for serial, item in self._of(call).items.items():
            if item.sid == call.params["Sid"]:
                return serial, item
        raise not_found(call.path)


def _check_contact(email: str | None, callback: str | None) -> None:
    if email is not None and not is_email(email):
        raise bad_request("Invalid parameter: Email is no e-mail address")
    if callback and not is_web_address(callback):
        raise bad_request("Invalid parameter: StatusCallback is not an http or https URL")


def _regulation_sid(body: CreateBody) -> str | None:
    if body.regulation_sid is not None:
        if body.regulation_sid not in regulations():
            raise bad_request("Invalid parameter: RegulationSid is no regulation")
        return body.regulation_sid
    named = (body.iso_country, body.number_type, body.end_user_type)
    if named == (None, None, None):
        return None
    wanted = ((body.iso_country or "").upper(), _plain(body.number_type), body.end_user_type)
    for one in regulations().values():
        if (one.country, _plain(one.number_type), one.end_user_type) == wanted:
            return one.sid
    raise bad_request("Invalid parameter: no regulation for IsoCountry, NumberType and EndUserType")


def _plain(number_type: str | None) -> str:
    return re.sub("[-_ ]", "", number_type or "").lower()


def _moment(text: str | None, name: str) -> dt.datetime | None:
    if text is None:
        return None
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(f"Invalid parameter: {name} is no ISO 8601 date") from None
    return value if value.tzinfo is not None else value.replace(tzinfo=dt.UTC)


def _filter(asked: BundlesQuery) -> Callable[[Bundle], bool]:
    sids = set((asked.bundle_sids or "").split(",")) - {""}
    on = _moment(asked.valid_until_date, "ValidUntilDate")
    before = _moment(asked.valid_until_before, "ValidUntilDate<")
    after = _moment(asked.valid_until_after, "ValidUntilDate>")

    def wanted(bundle: Bundle) -> bool:
        regulation = regulations().get(bundle.regulation_sid or "")
        until = bundle.valid_until
        return (
            asked.status in {None, bundle.status}
            and (not sids or bundle.sid in sids)
            and asked.friendly_name in {None, bundle.friendly_name}
            and asked.regulation_sid in {None, bundle.regulation_sid}
            and (asked.iso_country is None or _is(regulation and regulation.country, asked.iso_country))
            and (asked.number_type is None or _is(regulation and regulation.number_type, asked.number_type))
            and asked.end_user_type in {None, regulation and regulation.end_user_type}
            and (asked.has_valid_until_date is None or asked.has_valid_until_date == (until is not None))
            and (on is None or (until is not None and until.date() == on.date()))
            and (before is None or (until is not None and until < before))
            and (after is None or (until is not None and until > after))
        )

    return wanted


def _is(value: str | None, wanted: str) -> bool:
    return _plain(value) == _plain(wanted)


def _sorted(asked: BundlesQuery, rows: Mapping[int, Bundle]) -> Mapping[int, Bundle]:
    """In the order that is asked for; by serial numbers otherwise."""
    if asked.sort_by is None and asked.sort_direction is None:
        return rows
    by_end = asked.sort_by == "valid-until"
    far = dt.datetime.max.replace(tzinfo=dt.UTC)

    def key(bundle: Bundle) -> Any:
        return (bundle.valid_until or far) if by_end else bundle.date_updated

    ordered = sorted(rows.values(), key=key, reverse=asked.sort_direction == "DESC")
    return dict(enumerate(ordered, 1))


def _bare(bundle: Bundle) -> dict[str, object]:
    return {
        "sid": bundle.sid,
        "account_sid": bundle.account_sid,
        "regulation_sid": bundle.regulation_sid,
        "friendly_name": bundle.friendly_name,
        "status": bundle.status,
        "valid_until": None if bundle.valid_until is None else timestamp(bundle.valid_until),
        "email": bundle.email,
        "status_callback": bundle.status_callback,
        "date_created": bundle.date_created,
        "date_updated": bundle.date_updated,
    }


def _shown(bundle: Bundle) -> dict[str, object]:
    url = f"{PUBLIC_HOST}{_PATH}/{bundle.sid}"
    links = {
        "evaluations": f"{url}/Evaluations",
        "item_assignments": f"{url}/ItemAssignments",
        "bundle_copies": f"{url}/Copies",
    }
    return {**_bare(bundle), "url": url, "links": links}


def _item(item: Assignment) -> dict[str, object]:
    url = f"{PUBLIC_HOST}{_PATH}/{item.bundle_sid}/ItemAssignments/{item.sid}"
    return {**msgspec.structs.asdict(item), "url": url}
