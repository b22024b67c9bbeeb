"""Bundles: an end user and documents, put together for a regulation, and sent in for review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ...compliance.changes import BundleChange
from ...models.numbers_v2.bundles import (
    Bundle,
    BundleClone,
    BundlePage,
    BundleSortBy,
    BundleStatus,
    SortDirection,
)
from ...models.numbers_v2.end_users import EndUserKind
from ...models.numbers_v2.regulations import RegulationNumberType
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ..base import checked_sids, time_text
from ..endpoints import delete, get, post
from ..form_checks import (
    checked_email,
    checked_iso_country,
    choice,
    named,
    optional_sid,
    required,
    some_of,
    switch,
    web_address,
)
from ..hints import compliance_hints
from .bundle_contents import BUNDLES, BundleContents, checked_bundle_sid

__all__ = ["BundleOperations"]

_ONE = f"{BUNDLES}/{{Sid}}"
_OF_ONE = f"{BUNDLES}/{{BundleSid}}"
_MAX_SIDS = 20

CREATE = post(
    "CreateBundle",
    BUNDLES,
    Bundle,
    receipt="sid",
    settled_by="look for it with twilio.bundles.list(friendly_name=...)",
)
LIST = get("ListBundle", BUNDLES, BundlePage)
FETCH = get("FetchBundle", _ONE, Bundle, echoes=("sid",))
UPDATE = post(
    "UpdateBundle",
    _ONE,
    Bundle,
    echoes=("sid",),
    receipt="sid",
    settled_by="look at it with twilio.bundles.fetch(sid)",
)  # a status that is set a second time is refused
DELETE = delete("DeleteBundle", _ONE)
COPY = post(
    "CreateBundleCopy",
    f"{_OF_ONE}/Copies",
    Bundle,
    receipt="sid",
    settled_by="look for it with twilio.bundles.copies(bundle_sid)",
)
COPIES = get("ListBundleCopy", f"{_OF_ONE}/Copies", BundlePage)
CLONE = post(
    "CreateBundleClone",
    f"{_OF_ONE}/Clones",
    BundleClone,
    receipt="bundle_sid",
    settled_by="look for it with twilio.bundles.list(...), as the account that it was cloned to",
)
REPLACE_ITEMS = post(
    "CreateReplaceItems",
    f"{_OF_ONE}/ReplaceItems",
    Bundle,
    echoes=("sid",),
    receipt="sid",
    settled_by="look at the bundle's items with twilio.bundles.items(bundle_sid)",
)


class BundleOperations(BundleContents):
    """Twilio's own operations on bundles; ``BundlesResource`` adds the workflows."""

    async def create(
        self,
        *,
        friendly_name: str,
        email: str,
        regulation_sid: str | None = None,
        iso_country: str | None = None,
        end_user_type: EndUserKind | str | None = None,
        number_type: RegulationNumberType | str | None = None,
        status_callback: str | None = None,
        is_test: bool | None = None,
    ) -> Bundle:
        """Create an empty bundle, a draft, for a regulation.

        The regulation is named by ``regulation_sid`` (``RN...``), or by ``iso_country``, ``end_user_type`` and
        ``number_type``. ``email`` and the URL ``status_callback`` receive news of its status. ``is_test`` makes a test
        bundle; Twilio does not document test bundles. It is never sent twice: when the answer is lost, the
        TransportError has ``may_have_been_processed`` and says how to find out. Source: CreateBundle.
        """
        form = {
            "FriendlyName": required(friendly_name, "friendly_name"),
            "Email": checked_email(required(email, "email"), "email"),
            "StatusCallback": web_address(status_callback, "status_callback"),
            "RegulationSid": optional_sid(regulation_sid, "RN", "regulation_sid"),
            "IsoCountry": checked_iso_country(iso_country),
            "EndUserType": choice(EndUserKind, end_user_type, "end_user_type"),
            "NumberType": choice(RegulationNumberType, number_type, "number_type"),
            "IsTest": switch(is_test, "is_test"),
        }
        return await self._post(CREATE, form=form)

    async def fetch(self, sid: str) -> Bundle:
        """Fetch the bundle ``sid`` (``BU...``). Raises NotFoundError. Source: FetchBundle."""
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
        """Set what is given of the bundle ``sid`` (``BU...``). None leaves a field as it is, ``""`` clears the URL.

        A draft may become ``pending-review``, and what waits for its review or was rejected a ``draft`` again. It is
        not sent again when its answer is lost: a status that is set a second time is refused. Raises
        InvalidArgumentError, before anything is changed, for the status of a bundle that is in review or approved.
        Twilio refuses a status together with anything else: InvalidRequestError 22204. Source: FetchBundle,
        UpdateBundle.
        """
        at = check_sid(sid, "BU", "sid")
        form = some_of(
            {
                "Status": choice(BundleStatus, status, "status"),
                "StatusCallback": web_address(status_callback, "status_callback"),
                "FriendlyName": named(friendly_name, "friendly_name"),
                "Email": checked_email(email, "email"),
            }
        )
        if status is not None:
            await self._check_change(at, BundleChange.STATUS, "sid")
        with compliance_hints():
            return await self._post(UPDATE, at, form=form)

    async def delete(self, sid: str) -> None:
        """Delete the bundle ``sid`` (``BU...``).

        Raises InvalidArgumentError, before anything is changed, for a bundle that waits for its review or is in it.
        Source: FetchBundle, DeleteBundle.
        """
        at = check_sid(sid, "BU", "sid")
        await self._check_change(at, BundleChange.DELETION, "sid")
        await self._caller.call(DELETE, at)

    def list(
        self,
        *,
        status: BundleStatus | str | None = None,
        bundle_sids: str | Iterable[str] | None = None,
        friendly_name: str | None = None,
        regulation_sid: str | None = None,
        iso_country: str | None = None,
        number_type: RegulationNumberType | str | None = None,
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
        """List the account's bundles.

        ``bundle_sids`` (``BU...``, 20 at most) narrows it to those; ``number_type`` is such as ``local``;
        ``valid_until_date``, ``valid_until_before`` and ``valid_until_after`` look at the end of the approval: dates,
        or datetimes with a time zone. ``sort_by`` is ``valid-until`` or ``date-updated``, ``sort_direction`` ``ASC`` or
        ``DESC``. ``page_size`` is 1 to 1000 (Twilio's default is 50). ``limit`` is the most to read. ``after`` is a
        page's cursor to go on from. Source: ListBundle.
        """
        query = {
            "Status": choice(BundleStatus, status, "status"),
            "BundleSids": None
            if bundle_sids is None
            else ",".join(checked_sids(bundle_sids, "BU", "bundle_sids", most=_MAX_SIDS)),
            "FriendlyName": named(friendly_name, "friendly_name"),
            "RegulationSid": optional_sid(regulation_sid, "RN", "regulation_sid"),
            "IsoCountry": checked_iso_country(iso_country),
            "NumberType": choice(RegulationNumberType, number_type, "number_type"),
            "EndUserType": choice(EndUserKind, end_user_type, "end_user_type"),
            "HasValidUntilDate": switch(has_valid_until_date, "has_valid_until_date"),
            "SortBy": choice(BundleSortBy, sort_by, "sort_by"),
            "SortDirection": choice(SortDirection, sort_direction, "sort_direction"),
            "ValidUntilDate": time_text(valid_until_date, "valid_until_date"),
            "ValidUntilDate<": time_text(valid_until_before, "valid_until_before"),
            "ValidUntilDate>": time_text(valid_until_after, "valid_until_after"),
        }
        return self._rows(LIST, lambda page: page.results, PageQuery(page_size, limit, after), query=query)

    async def submit(self, bundle_sid: str) -> Bundle:
        """Send a draft (``BU...``), or what was rejected, in for review: its status is ``pending-review`` then.

        Raises InvalidArgumentError, before anything is changed, for a bundle that is in review or approved.
        Source: FetchBundle, UpdateBundle.
        """
        at = checked_bundle_sid(bundle_sid)
        await self._check_change(at, BundleChange.SUBMISSION, "bundle_sid")
        return await self._post(UPDATE, at, form={"Status": BundleStatus.PENDING_REVIEW.value})

    async def copy(self, bundle_sid: str, *, friendly_name: str | None = None) -> Bundle:
        """Make a draft with the items of a bundle (``BU...``) of the same account. Source: CreateBundleCopy."""
        form = {"FriendlyName": named(friendly_name, "friendly_name")}
        return await self._post(COPY, checked_bundle_sid(bundle_sid), form=form)

    def copies(
        self,
        bundle_sid: str,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[Bundle]:
        """List the copies of a bundle (``BU...``). Source: ListBundleCopy."""
        at = checked_bundle_sid(bundle_sid)
        return self._rows(COPIES, lambda page: page.results, PageQuery(page_size, limit, after), at)

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
            "MoveToDraft": switch(move_to_draft, "move_to_draft"),
            "FriendlyName": named(friendly_name, "friendly_name"),
        }
        return await self._post(CLONE, checked_bundle_sid(bundle_sid), form=form)

    async def replace_items(self, bundle_sid: str, from_bundle_sid: str) -> Bundle:
        """Put the items of ``from_bundle_sid``, which is approved, in the place of those of ``bundle_sid`` (``BU...``).

        Numbers keep ``bundle_sid``. Raises InvalidRequestError: 22226, the two are one. Source: CreateReplaceItems.
        """
        form = {"FromBundleSid": check_sid(from_bundle_sid, "BU", "from_bundle_sid")}
        with compliance_hints():
            return await self._post(REPLACE_ITEMS, checked_bundle_sid(bundle_sid), form=form)
