"""Bundles: an end user and documents, put together for a regulation, and sent in for review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from types import NoneType

from ...errors import InvalidArgumentError
from ...models.numbers_v2.bundles import (
    Bundle,
    BundleClone,
    BundlePage,
    BundleSortBy,
    BundleStatus,
    Evaluation,
    EvaluationPage,
    ItemAssignment,
    ItemAssignmentPage,
    SortDirection,
)
from ...models.numbers_v2.end_users import EndUserKind
from ...models.sids import check_sid
from ...paging import Pager
from ...transport.endpoint import Endpoint
from ..base import Enum, enum_value
from .base import FormResource, checked_object_sid, moment, named, optional, required
from .regulations import checked_iso_country

__all__ = ["BundleOperations"]

_PATH = "/v2/RegulatoryCompliance/Bundles"
_ONE = f"{_PATH}/{{Sid}}"
_OF_ONE = f"{_PATH}/{{BundleSid}}"
_MAX_SIDS = 20

CREATE = Endpoint(
    operation="CreateBundle",
    method="POST",
    host="numbers",
    path=_PATH,
    result=Bundle,
    idempotent=False,
    receipt="sid",
    settled_by="look for it with twilio.bundles.list(friendly_name=...)",
)
LIST = Endpoint(
    operation="ListBundle", method="GET", host="numbers", path=_PATH, result=BundlePage, idempotent=True
)
FETCH = Endpoint(
    operation="FetchBundle",
    method="GET",
    host="numbers",
    path=_ONE,
    result=Bundle,
    idempotent=True,
    echoes=("sid",),
)
UPDATE = Endpoint(
    operation="UpdateBundle",
    method="POST",
    host="numbers",
    path=_ONE,
    result=Bundle,
    idempotent=False,  # a status that is set a second time is refused
    echoes=("sid",),
    receipt="sid",
    settled_by="look at it with twilio.bundles.fetch(sid)",
)
DELETE = Endpoint(
    operation="DeleteBundle", method="DELETE", host="numbers", path=_ONE, result=NoneType, idempotent=True
)
ASSIGN = Endpoint(
    operation="CreateItemAssignment",
    method="POST",
    host="numbers",
    path=f"{_OF_ONE}/ItemAssignments",
    result=ItemAssignment,
    idempotent=False,
    echoes=("bundle_sid",),
    receipt="sid",
    settled_by="look for it with twilio.bundles.items(bundle_sid)",
)
ITEMS = Endpoint(
    operation="ListItemAssignment",
    method="GET",
    host="numbers",
    path=f"{_OF_ONE}/ItemAssignments",
    result=ItemAssignmentPage,
    idempotent=True,
)
ITEM = Endpoint(
    operation="FetchItemAssignment",
    method="GET",
    host="numbers",
    path=f"{_OF_ONE}/ItemAssignments/{{Sid}}",
    result=ItemAssignment,
    idempotent=True,
    echoes=("bundle_sid", "sid"),
)
UNASSIGN = Endpoint(
    operation="DeleteItemAssignment",
    method="DELETE",
    host="numbers",
    path=f"{_OF_ONE}/ItemAssignments/{{Sid}}",
    result=NoneType,
    idempotent=True,
)
EVALUATE = Endpoint(
    operation="CreateEvaluation",
    method="POST",
    host="numbers",
    path=f"{_OF_ONE}/Evaluations",
    result=Evaluation,
    idempotent=False,
    echoes=("bundle_sid",),
    receipt="sid",
    settled_by="look for it with twilio.bundles.evaluations(bundle_sid)",
)
EVALUATIONS = Endpoint(
    operation="ListEvaluation",
    method="GET",
    host="numbers",
    path=f"{_OF_ONE}/Evaluations",
    result=EvaluationPage,
    idempotent=True,
)
EVALUATION = Endpoint(
    operation="FetchEvaluation",
    method="GET",
    host="numbers",
    path=f"{_OF_ONE}/Evaluations/{{Sid}}",
    result=Evaluation,
    idempotent=True,
    echoes=("bundle_sid", "sid"),
)
COPY = Endpoint(
    operation="CreateBundleCopy",
    method="POST",
    host="numbers",
    path=f"{_OF_ONE}/Copies",
    result=Bundle,
    idempotent=False,
    receipt="sid",
    settled_by="look for it with twilio.bundles.copies(bundle_sid)",
)
COPIES = Endpoint(
    operation="ListBundleCopy",
    method="GET",
    host="numbers",
    path=f"{_OF_ONE}/Copies",
    result=BundlePage,
    idempotent=True,
)
CLONE = Endpoint(
    operation="CreateBundleClone",
    method="POST",
    host="numbers",
    path=f"{_OF_ONE}/Clones",
    result=BundleClone,
    idempotent=False,
    receipt="bundle_sid",
    settled_by="look for it with twilio.bundles.list(...), as the account that it was cloned to",
)
REPLACE_ITEMS = Endpoint(
    operation="CreateReplaceItems",
    method="POST",
    host="numbers",
    path=f"{_OF_ONE}/ReplaceItems",
    result=Bundle,
    idempotent=False,
    echoes=("sid",),
    receipt="sid",
    settled_by="look at the bundle's items with twilio.bundles.items(bundle_sid)",
)


class BundleOperations(FormResource):
    """Twilio's own operations on bundles; ``BundlesResource`` adds the long ways."""

    async def create(
        self,
        *,
        friendly_name: str,
        email: str,
        regulation_sid: str | None = None,
        iso_country: str | None = None,
        end_user_type: EndUserKind | str | None = None,
        number_type: str | None = None,
        status_callback: str | None = None,
        is_test: bool | None = None,
    ) -> Bundle:
        """Create an empty bundle, a draft, for a regulation.

        The regulation is named by ``regulation_sid`` (``RN...``), or by ``iso_country``, ``end_user_type`` and
        ``number_type``. ``email`` hears of changes of its status, and so does the URL ``status_callback``. ``is_test``
        makes a test bundle; what these do is not documented. It is never sent twice: when the answer is lost, the
        TransportError has ``may_have_been_processed`` and says how to find out. Source: CreateBundle.
        """
        form = {
            "FriendlyName": required(friendly_name, "friendly_name"),
            "Email": required(email, "email"),
            "StatusCallback": optional(status_callback, "status_callback"),
            "RegulationSid": _sid(regulation_sid, "RN", "regulation_sid"),
            "IsoCountry": checked_iso_country(iso_country),
            "EndUserType": _choice(EndUserKind, end_user_type, "end_user_type"),
            "NumberType": named(number_type, "number_type"),
            "IsTest": is_test,
        }
        return await self._post(CREATE, form=form)

    async def fetch(self, sid: str) -> Bundle:
        """The bundle ``sid`` (``BU...``). Raises NotFoundError. Source: FetchBundle."""
        return await self._caller.call(FETCH, check_sid(sid, "BU", "sid"))

    async def update(
        self,
        sid: str,
        *,
        status: BundleStatus | str | None = None,
        status_callback: str | None = None,
        friendly_name: str | None = None,
        email: str | None = None,
    ) -> Bundle:
        """Set what is given of the bundle ``sid`` (``BU...``). ``""`` clears a field, None leaves it as it is.

        It is not sent again when its answer is lost: a status that is set a second time is refused.
        Source: UpdateBundle.
        """
        form = {
            "Status": _choice(BundleStatus, status, "status"),
            "StatusCallback": optional(status_callback, "status_callback"),
            "FriendlyName": optional(friendly_name, "friendly_name"),
            "Email": optional(email, "email"),
        }
        if all(value is None for value in form.values()):
            raise InvalidArgumentError(
                "There is nothing to update: give at least one option", argument="options"
            )
        return await self._post(UPDATE, check_sid(sid, "BU", "sid"), form=form)

    async def delete(self, sid: str) -> None:
        """Delete the bundle ``sid`` (``BU...``). Source: DeleteBundle."""
        await self._caller.call(DELETE, check_sid(sid, "BU", "sid"))

    def list(
        self,
        *,
        status: BundleStatus | str | None = None,
        bundle_sids: str | Iterable[str] | None = None,
        friendly_name: str | None = None,
        regulation_sid: str | None = None,
        iso_country: str | None = None,
        number_type: str | None = None,
        end_user_type: EndUserKind | str | None = None,
        has_valid_until_date: bool | None = None,
        sort_by: BundleSortBy | str | None = None,
        sort_direction: SortDirection | str | None = None,
        valid_until_date: dt.date | dt.datetime | None = None,
        valid_until_before: dt.date | dt.datetime | None = None,
        valid_until_after: dt.date | dt.datetime | None = None,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[Bundle]:
        """The account's bundles.

        ``bundle_sids`` (``BU...``, 20 at most) narrows it to those; ``number_type`` is such as ``local``;
        ``valid_until_date``, ``valid_until_before`` and ``valid_until_after`` look at the end of the approval: dates,
        or datetimes with a time zone. ``sort_by`` is ``valid-until`` or ``date-updated``, ``sort_direction`` ``ASC`` or
        ``DESC``. ``page_size`` is 1 to 1000 (Twilio's default is 50); ``limit`` the most to read; ``after`` a page's
        cursor to go on from. Source: ListBundle.
        """
        query = {
            "Status": _choice(BundleStatus, status, "status"),
            "BundleSids": _joined(bundle_sids),
            "FriendlyName": named(friendly_name, "friendly_name"),
            "RegulationSid": _sid(regulation_sid, "RN", "regulation_sid"),
            "IsoCountry": checked_iso_country(iso_country),
            "NumberType": named(number_type, "number_type"),
            "EndUserType": _choice(EndUserKind, end_user_type, "end_user_type"),
            "HasValidUntilDate": has_valid_until_date,
            "SortBy": _choice(BundleSortBy, sort_by, "sort_by"),
            "SortDirection": _choice(SortDirection, sort_direction, "sort_direction"),
            "ValidUntilDate": moment(valid_until_date, "valid_until_date"),
            "ValidUntilDate<": moment(valid_until_before, "valid_until_before"),
            "ValidUntilDate>": moment(valid_until_after, "valid_until_after"),
        }
        return self._rows(
            LIST, lambda page: page.results, query=query, page_size=page_size, limit=limit, after=after
        )

    async def assign(self, bundle_sid: str, object_sid: str) -> ItemAssignment:
        """Put an end user (``IT...``) or a document (``RD...``) into a bundle (``BU...``), which must be a draft.

        It is never sent twice. Source: CreateItemAssignment.
        """
        form = {"ObjectSid": checked_object_sid(object_sid, "object_sid")}
        return await self._post(ASSIGN, _bundle(bundle_sid), form=form)

    def items(
        self,
        bundle_sid: str,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[ItemAssignment]:
        """What is in a bundle (``BU...``). Source: ListItemAssignment."""
        at = _bundle(bundle_sid)
        return self._rows(ITEMS, lambda page: page.results, at, page_size=page_size, limit=limit, after=after)

    async def item(self, bundle_sid: str, assignment_sid: str) -> ItemAssignment:
        """One thing in a bundle: ``assignment_sid`` is ``BV...``. Raises NotFoundError. Source: FetchItemAssignment."""
        return await self._caller.call(
            ITEM, _bundle(bundle_sid), check_sid(assignment_sid, "BV", "assignment_sid")
        )

    async def unassign(self, bundle_sid: str, assignment_sid: str) -> None:
        """Take something out of a bundle: ``assignment_sid`` is ``BV...``. Source: DeleteItemAssignment."""
        await self._caller.call(
            UNASSIGN, _bundle(bundle_sid), check_sid(assignment_sid, "BV", "assignment_sid")
        )

    async def evaluate(self, bundle_sid: str) -> Evaluation:
        """Hold a bundle (``BU...``) against its regulation: what is found, by requirement and field, comes at once.

        It is never sent twice. Source: CreateEvaluation.
        """
        return await self._post(EVALUATE, _bundle(bundle_sid), form={})

    def evaluations(
        self,
        bundle_sid: str,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[Evaluation]:
        """The evaluations of a bundle (``BU...``). Source: ListEvaluation."""
        at = _bundle(bundle_sid)
        return self._rows(
            EVALUATIONS, lambda page: page.results, at, page_size=page_size, limit=limit, after=after
        )

    async def evaluation(self, bundle_sid: str, sid: str) -> Evaluation:
        """One evaluation (``EL...``) of a bundle. Raises NotFoundError. Source: FetchEvaluation."""
        return await self._caller.call(EVALUATION, _bundle(bundle_sid), check_sid(sid, "EL", "sid"))

    async def submit(self, bundle_sid: str) -> Bundle:
        """Send a bundle (``BU...``) in for review: its status is ``pending-review`` then. Source: UpdateBundle."""
        form = {"Status": BundleStatus.PENDING_REVIEW.value}
        return await self._post(UPDATE, _bundle(bundle_sid), form=form)

    async def copy(self, bundle_sid: str, *, friendly_name: str | None = None) -> Bundle:
        """Make a draft with the items of a bundle (``BU...``) of the same account. Source: CreateBundleCopy."""
        form = {"FriendlyName": optional(friendly_name, "friendly_name")}
        return await self._post(COPY, _bundle(bundle_sid), form=form)

    def copies(
        self,
        bundle_sid: str,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[Bundle]:
        """The copies of a bundle (``BU...``). Source: ListBundleCopy."""
        at = _bundle(bundle_sid)
        return self._rows(
            COPIES, lambda page: page.results, at, page_size=page_size, limit=limit, after=after
        )

    async def clone(
        self,
        bundle_sid: str,
        target_account_sid: str,
        *,
        move_to_draft: bool | None = None,
        friendly_name: str | None = None,
    ) -> BundleClone:
        """Copy a bundle (``BU...``) into another account (``AC...``) of the same owner.

        ``move_to_draft`` makes it a draft there; otherwise it has the status of the original. Its SID is the answer's
        ``bundle_sid``. It is never sent twice. Source: CreateBundleClone.
        """
        form = {
            "TargetAccountSid": check_sid(target_account_sid, "AC", "target_account_sid"),
            "MoveToDraft": move_to_draft,
            "FriendlyName": optional(friendly_name, "friendly_name"),
        }
        return await self._post(CLONE, _bundle(bundle_sid), form=form)

    async def replace_items(self, bundle_sid: str, from_bundle_sid: str) -> Bundle:
        """Put the items of ``from_bundle_sid``, which is approved, in the place of those of ``bundle_sid`` (``BU...``).

        Numbers keep ``bundle_sid``. Source: CreateReplaceItems.
        """
        form = {"FromBundleSid": check_sid(from_bundle_sid, "BU", "from_bundle_sid")}
        return await self._post(REPLACE_ITEMS, _bundle(bundle_sid), form=form)


def _bundle(bundle_sid: str) -> str:
    return check_sid(bundle_sid, "BU", "bundle_sid")


def _sid(value: str | None, prefix: str, argument: str) -> str | None:
    return None if value is None else check_sid(value, prefix, argument)


def _choice(kind: type[Enum], value: Enum | str | None, argument: str) -> str | None:
    return None if value is None else enum_value(kind, value, argument).value


def _joined(sids: str | Iterable[str] | None) -> str | None:
    if sids is None:
        return None
    given = [sids] if isinstance(sids, str) else list(sids)
    if not 1 <= len(given) <= _MAX_SIDS:
        raise InvalidArgumentError(f"bundle_sids must be 1 to {_MAX_SIDS} SIDs", argument="bundle_sids")
    return ",".join(check_sid(sid, "BU", f"bundle_sids[{position}]") for position, sid in enumerate(given))
