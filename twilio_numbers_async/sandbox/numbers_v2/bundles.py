"""Bundles: from the draft to the review.

A draft is filled, evaluated any number of times, and submitted by the status ``pending-review``; a bundle that is not
compliant is refused that status (400, 22217). A submitted bundle can be taken back (``draft``); a rejected one can be
made a draft or submitted again. A request that sets the status sets nothing else (400, 22204). A bundle that waits for
its review or is in review cannot be deleted (409), nor one that a number has (400, 21648). A test bundle is rejected as
soon as it is submitted; that is an assumption. For the review see ``review``, for the items ``bundle_contents``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from ..errors import Refusal, bad_request, conflict
from ..http.strict import Fields, check_email, check_url, fold, form_body, moment, query
from ..inventory import Inventory
from ..paging import PageQuery, matching, url_page
from ..routing import Call, Reply, json_reply, no_content, route
from .bundle_family import BUNDLE, BUNDLES, BundleFamily, shown
from .evaluation import evaluate, is_compliant
from .papers import Bundle, Papers
from .review import Review
from .tables import regulations

Status = Literal[
    "draft", "pending-review", "in-review", "twilio-rejected", "twilio-approved", "provisionally-approved"
]
_ASSIGNED = 21648
_MAY_BECOME: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"draft", "pending-review"}),
    "pending-review": frozenset({"draft", "pending-review"}),
    "in-review": frozenset({"in-review"}),
    "twilio-rejected": frozenset({"draft", "pending-review"}),
    "twilio-approved": frozenset({"twilio-approved"}),
    "provisionally-approved": frozenset({"provisionally-approved"}),
}
RegulationSid = Annotated[str, Meta(pattern="^RN[0-9a-fA-F]{32}$")]


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


class Bundles(BundleFamily):
    """The five operations."""

    def __init__(self, papers: Papers, review: Review, inventory: Inventory) -> None:
        super().__init__(papers, review)
        self._inventory = inventory

    # bundles

    @route("CreateBundle", "POST", BUNDLES)
    def create(self, call: Call) -> Reply:
        body = form_body(call, CreateBody)
        _check_contact(body.email, body.status_callback)
        made = self._new(
            call.account.sid, _regulation_sid(body), body.friendly_name, body.email, body.status_callback
        )
        made.is_test = body.is_test
        return json_reply(201, shown(made))

    @route("ListBundle", "GET", BUNDLES, query=True)
    def list(self, call: Call) -> Reply:
        asked = query(call, BundlesQuery)
        rows = self._papers.bundles.rows_of(call.account.sid)
        for bundle in rows.values():
            self._papers.lapse(bundle)
        return url_page(call, _sorted(asked, rows), shown, asked=asked, wanted=_filter(asked))

    @route("FetchBundle", "GET", BUNDLE)
    def fetch(self, call: Call) -> Reply:
        return json_reply(200, shown(self._of(call)))

    @route("UpdateBundle", "POST", BUNDLE)
    def update(self, call: Call) -> Reply:
        bundle, body = self._of(call), form_body(call, UpdateBody)
        _check_contact(body.email, body.status_callback)
        if body.status is not None and (body.status_callback, body.friendly_name, body.email) != (None,) * 3:
            raise Refusal(400, 22204, "The status cannot be updated in one request with properties")
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
        return json_reply(200, shown(bundle))

    @route("DeleteBundle", "DELETE", BUNDLE)
    def delete(self, call: Call) -> Reply:
        bundle = self._of(call)
        if bundle.status in {"pending-review", "in-review"}:
            raise conflict(f"A bundle that is {bundle.status} cannot be deleted")
        if any(
            number.bundle_sid == bundle.sid
            for number in self._inventory.all.rows_of(call.account.sid).values()
        ):
            raise Refusal(400, _ASSIGNED, "The bundle belongs to a phone number")
        self._papers.bundles.remove(bundle)
        return no_content()


def _check_contact(email: str | None, callback: str | None) -> None:
    check_email("Email", email)
    check_url("StatusCallback", callback)


def _regulation_sid(body: CreateBody) -> str | None:
    if body.regulation_sid is not None:
        if body.regulation_sid not in regulations():
            raise bad_request("Invalid parameter: RegulationSid is no regulation")
        return body.regulation_sid
    named = (body.iso_country, body.number_type, body.end_user_type)
    if named == (None, None, None):
        return None
    wanted = ((body.iso_country or "").upper(), fold(body.number_type or ""), body.end_user_type)
    for one in regulations().values():
        if (one.country, fold(one.number_type), one.end_user_type) == wanted:
            return one.sid
    raise bad_request("Invalid parameter: no regulation for IsoCountry, NumberType and EndUserType")


def _filter(asked: BundlesQuery) -> Callable[[Bundle], bool]:
    sids = set((asked.bundle_sids or "").split(",")) - {""}
    on = moment("ValidUntilDate", asked.valid_until_date)
    before = moment("ValidUntilDate<", asked.valid_until_before)
    after = moment("ValidUntilDate>", asked.valid_until_after)
    matches = matching(asked, "status", "friendly_name", "regulation_sid")

    def wanted(bundle: Bundle) -> bool:
        regulation = regulations().get(bundle.regulation_sid or "")
        until = bundle.valid_until
        return (
            matches(bundle)
            and (not sids or bundle.sid in sids)
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
    return fold(value or "") == fold(wanted)


def _sorted(asked: BundlesQuery, rows: Mapping[int, Bundle]) -> Mapping[int, Bundle]:
    """The bundles in the order of the query, by default that of their serial numbers."""
    if asked.sort_by is None and asked.sort_direction is None:
        return rows
    by_end = asked.sort_by == "valid-until"
    far = dt.datetime.max.replace(tzinfo=dt.UTC)

    def key(bundle: Bundle) -> Any:
        return (bundle.valid_until or far) if by_end else bundle.date_updated

    ordered = sorted(rows.values(), key=key, reverse=asked.sort_direction == "DESC")
    return dict(enumerate(ordered, 1))
