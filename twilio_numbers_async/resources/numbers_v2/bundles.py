"""Bundles, with the long ways: from a plan to an approval, and its renewal."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import AsyncIterator, Callable, Iterable
from operator import attrgetter

from ..._util import utc_now
from ...compliance.calls import Calls
from ...compliance.changes import BundleChange, check_change
from ...compliance.creation import create_all
from ...compliance.details import BundleDocument
from ...compliance.expiry import checked_within, expiring
from ...compliance.plan import BundlePlan
from ...compliance.renewal import renew
from ...compliance.review import ReviewedBundle, reviewed
from ...models.numbers_v2.bundles import Bundle, BundleSortBy, BundleStatus, SortDirection
from ...models.sids import check_sid
from ...sweep import Journal
from ...transport.caller import Caller
from ..api_2010.addresses import AddressesResource
from ..base import poll, reached
from ..numbers_v1.document_sources import read_file
from .bundle_operations import BundleOperations
from .end_users import EndUsersResource
from .regulations import RegulationsResource
from .supporting_documents import SupportingDocumentsResource

__all__ = ["BundlesResource"]


class BundlesResource(BundleOperations):
    """``twilio.bundles``."""

    def __init__(self, caller: Caller, account_sid: str) -> None:
        super().__init__(caller)
        self._account_sid = account_sid

    async def _check_change(self, bundle_sid: str, change: BundleChange, argument: str) -> None:
        check_change(await self.fetch(bundle_sid), change, argument)

    async def create_all(
        self,
        plan: BundlePlan,
        *,
        journal: Journal | str | os.PathLike[str] | None = None,
        settle_within: float = 30.0,
    ) -> Bundle:
        """Create what ``plan_bundle`` planned, each thing once, and submit it: the bundle is in review then.

        In this order: the address, the end user, the documents, the bundle, what is in it, the evaluation, the
        submission. Files are read and checked before anything is sent. An address, an end user and documents that are
        there with the same contents are used again; the name of a document with a file ends in a mark of the file's
        content.

        A request whose answer never came is not sent again but looked up for up to ``settle_within`` seconds.
        ``journal`` is a path (of a Journal only the path is taken): run again with it, after a stop, a ``kill -9`` or a
        failure, it goes on where it was, and nothing is created twice. With a corrected plan of the same name it uses
        the same bundle again, also one that was rejected, and corrects its e-mail address and callback. A part that was
        deleted at Twilio since is created again. The journal holds SIDs and digests, and no name; only its owner may
        read it.

        Raises NoncompliantError, with the problems by field, where Twilio's evaluation finds it wrong: it is then not
        submitted. Raises InvalidArgumentError for a plan that is not ready, for a file, and for a bundle of the journal
        that is no draft any more, before anything is changed; JournalError. Source: CreateAddress, CreateEndUser,
        CreateSupportingDocument, CreateBundle, CreateItemAssignment, CreateEvaluation, UpdateBundle.
        """
        # One request at a time: a full queue does not end it half-way.
        return await create_all(
            self._in_bulk()._calls(),
            plan,
            journal=journal,
            settle_within=settle_within,
            time=self._time(),
            account_sid=self._account_sid,
        )

    async def wait(
        self,
        bundle_sid: str,
        *,
        until: BundleStatus | str | Callable[[Bundle], bool] | None = None,
        timeout: float | None = None,
        pause: float = 2.0,
        max_pause: float = 300.0,
    ) -> ReviewedBundle:
        """Look at the bundle ``bundle_sid`` (``BU...``) until it is approved or rejected, and return it.

        A rejected one has ``problems``: what to correct, by field. ``until`` is another status to wait for, or a
        function of the Bundle; a review that is over ends the wait all the same. ``timeout`` is seconds (None: as long
        as it takes; reviews take days). ``pause`` is the first pause between two looks, which grows up to
        ``max_pause``. Raises RequestTimeoutError. Source: FetchBundle, FetchSupportingDocument, ListEvaluation.
        """
        check_sid(bundle_sid, "BU", "bundle_sid")
        bundle = await poll(
            self._caller,
            lambda: self.fetch(bundle_sid),
            reached(BundleStatus, until, attrgetter("status"), attrgetter("is_decided")),
            timeout=timeout,
            pause=pause,
            max_pause=max_pause,
        )
        return await reviewed(self._calls(), bundle)

    async def renew(
        self,
        bundle_sid: str,
        *,
        documents: Iterable[BundleDocument],
        journal: Journal | str | os.PathLike[str] | None = None,
        timeout: float | None = None,
        pause: float = 2.0,
        max_pause: float = 300.0,
        settle_within: float = 30.0,
    ) -> ReviewedBundle:
        """Renew an approval: copy the bundle, change it, submit it, wait, and replace the items. Numbers keep theirs.

        ``documents`` are as in ``plan_bundle``; each takes the place of those of its type, and what its attributes do
        not say is taken from there. ``journal`` and ``settle_within`` are as in ``create_all``; a renewal has a journal
        of its own, and goes on with it after a stop, also while it waits. ``timeout``, ``pause`` and ``max_pause`` are
        as in ``wait``.

        Returns the bundle ``bundle_sid`` with its new items, or the copy, with ``problems``, where that was rejected.
        The approved copy is left, by the name "Renewal of BU..."; ``expiring`` does not list it.
        Raises InvalidArgumentError for a bundle that is not approved, and for documents that the regulation does not
        accept, before anything is changed; NoncompliantError, RequestTimeoutError, JournalError. Source:
        CreateBundleCopy, CreateReplaceItems.
        """
        check_sid(bundle_sid, "BU", "bundle_sid")

        async def wait(sid: str) -> ReviewedBundle:
            return await self.wait(
                sid,
                until=lambda bundle: bundle.status is not None and bundle.status.is_approved,
                timeout=timeout,
                pause=pause,
                max_pause=max_pause,
            )

        return await renew(
            self._in_bulk()._calls(),
            bundle_sid,
            documents,
            wait=wait,
            journal=journal,
            settle_within=settle_within,
            time=self._time(),
            account_sid=self._account_sid,
        )

    def expiring(
        self, *, within: dt.timedelta, now: Callable[[], dt.datetime] = utc_now
    ) -> AsyncIterator[Bundle]:
        """Iterate over approved bundles whose approval ends ``within`` that time, or has ended: ``async for bundle in
        ...``.

        The first to end comes first. A copy that ``renew`` has left is not among them, nor is another copy whose items
        were put into its bundle: the bundle stands for both. Source: ListBundle, ListBundleCopy.
        """
        end = now() + checked_within(within)
        rows = self.list(
            has_valid_until_date=True,
            valid_until_before=end,
            sort_by=BundleSortBy.VALID_UNTIL,
            sort_direction=SortDirection.ASC,
        )
        return expiring(self, rows, end)

    def _calls(self) -> Calls:
        return Calls(
            AddressesResource(self._caller, self._account_sid),
            EndUsersResource(self._caller),
            SupportingDocumentsResource(self._caller),
            RegulationsResource(self._caller),
            BundleOperations(self._caller),  # the workflows look at the status themselves
            read_file,
        )
