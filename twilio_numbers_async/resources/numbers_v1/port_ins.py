"""Port-in requests: porting numbers to Twilio."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import AsyncGenerator, Callable, Iterable
from operator import attrgetter
from typing import Any

from ..._util import utc_now
from ...errors import invalid
from ...models import PortIn, PortInCreate, PortInPhoneNumber, PortInRequestPage, PortInStatus, PortInSummary
from ...models.sids import check_sid
from ...models.validate import check
from ...paging import PageQuery, Pager, RawPage
from ...porting.creation import PortInOutcome, create_all, created_numbers
from ...porting.plan import PortInPlan
from ...porting.watch import PortInChange, watch
from ...sweep import Journal
from ...transport.caller import Caller
from ...transport.request import query_string
from ...work.follow import FollowOptions
from ..base import Resource, checked_sids, enum_value, foreign_number, poll, reached, time_text
from ..endpoints import delete, get, post

__all__ = ["PortInPhoneNumbersResource", "PortInsResource"]

_MAX_PAGE_SIZE = 100
_INTERVALS_TO_REFRESH = 15

CREATE = post(
    "CreatePortingPortIn",
    "/v1/Porting/PortIn",
    PortIn,
    receipt="port_in_request_sid",
    settled_by="look for it with twilio.port_ins.list(created_after=...)",
)
FETCH = get(
    "FetchPortingPortIn", "/v1/Porting/PortIn/{PortInRequestSid}", PortIn, echoes=("port_in_request_sid",)
)
CANCEL = delete("DeletePortingPortIn", "/v1/Porting/PortIn/{PortInRequestSid}")
LIST = get("ListPortInRequests", "/v1/Porting/PortIn/PortInRequests", PortInRequestPage)
FETCH_PHONE_NUMBER = get(
    "FetchPortingPortInPhoneNumber",
    "/v1/Porting/PortIn/{PortInRequestSid}/PhoneNumber/{PhoneNumberSid}",
    PortInPhoneNumber,
    echoes=("port_in_request_sid", "phone_number_sid"),
)
CANCEL_PHONE_NUMBER = delete(
    "DeletePortingPortInPhoneNumber", "/v1/Porting/PortIn/{PortInRequestSid}/PhoneNumber/{PhoneNumberSid}"
)


def _confirms(sent: PortInCreate) -> Callable[[PortIn], str]:
    """Names the field in which an answer is not the one to ``sent``; ``""`` where there is none."""
    numbers = [number.phone_number for number in sent.phone_numbers]

    def difference(answer: PortIn) -> str:
        if sent.account_sid and answer.account_sid and answer.account_sid != sent.account_sid:
            return "account_sid"
        answered = (number.phone_number for number in answer.phone_numbers or ())
        return "phone_numbers" if foreign_number(answered, numbers) else ""

    return difference


class PortInsResource(Resource):
    """``twilio.port_ins``."""

    def __init__(self, caller: Caller, account_sid: str) -> None:
        super().__init__(caller)
        self._account_sid = account_sid

    async def create(self, port_in: PortInCreate) -> PortIn:
        """Ask Twilio to port the numbers of ``port_in``: up to 1,000, all of one country, no toll-free ones.

        It is never sent twice: when the answer is lost, the TransportError has ``may_have_been_processed``.
        Raises InvalidArgumentError, naming the place, for what the API would refuse. Source: CreatePortingPortIn.
        """
        if not isinstance(port_in, PortInCreate):
            raise invalid("port_in", "must be a PortInCreate")
        check(port_in)
        return await self._post_json(CREATE, port_in, _confirms(port_in))

    async def create_all(
        self,
        plan: PortInPlan,
        *,
        journal: Journal | str | os.PathLike[str] | None = None,
        settle_within: float = 30.0,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> list[PortInOutcome]:
        """Create the port-ins of ``plan_port_ins``, one after another, each once: one outcome for each request.

        A request whose answer never came is not sent again but looked up in the list of port-ins, by its numbers, for
        up to ``settle_within`` seconds. If it does not show, its outcome is marked ``is_unknown``. Refused credentials
        (401, 403) end the sending; the requests that are left get that error.

        ``journal`` is a path (of a Journal only the path is taken). Run again with the same journal, after a stop, a
        ``kill -9`` or some failures, it creates only what was not created; what was asked for without an answer is
        looked up first, and asked for again only if it is not there ``settle_within`` seconds after it was given up.
        Two requests are the same one if they have the same account and numbers. The file holds personal data; only its
        owner may read it. It is of one client's account.

        Raises InvalidArgumentError if the plan is not ready, JournalError, and before anything was sent what listing
        the port-ins raises. Source: CreatePortingPortIn, ListPortInRequests.
        """
        return await create_all(
            self._in_bulk(),
            plan,
            journal=journal,
            settle_within=settle_within,
            time=self._time(now),
            account_sid=self._account_sid,
        )

    async def created_numbers(
        self,
        journal: Journal | str | os.PathLike[str],
        *,
        settle_within: float = 30.0,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> dict[str, str]:
        """Find the port-in (``KW...``) of each number (E.164) that ``create_all`` has asked for with this journal.

        A request without an answer is looked up first, as ``create_all`` does it. A journal that is not there has no
        numbers. Raises JournalError, and what listing the port-ins raises. Source: ListPortInRequests.
        """
        return await created_numbers(
            self._in_bulk(),
            journal=journal,
            settle_within=settle_within,
            time=self._time(now),
            account_sid=self._account_sid,
        )

    async def fetch(self, sid: str) -> PortIn:
        """Fetch the port-in request ``sid`` (``KW...``). Raises NotFoundError. Source: FetchPortingPortIn."""
        return await self._caller.call(FETCH, check_sid(sid, "KW", "sid"))

    async def cancel(self, sid: str) -> None:
        """Cancel the port-in request ``sid`` (``KW...``). Source: DeletePortingPortIn."""
        await self._caller.call(CANCEL, check_sid(sid, "KW", "sid"))

    def list(
        self,
        *,
        status: PortInStatus | str | None = None,
        sids: Iterable[str] | None = None,
        created_before: dt.date | dt.datetime | None = None,
        created_after: dt.date | dt.datetime | None = None,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[PortInSummary]:
        """List the account's port-in requests, one row each.

        ``sids`` (``KW...``) selects requests. ``page_size`` is 1 to 100 (Twilio's default is 20). ``limit`` is the most
        to read. ``after`` is a page's cursor to go on from. Source: ListPortInRequests.
        """
        query = {
            "PortInRequestStatus": None if status is None else enum_value(PortInStatus, status, "status"),
            "PortInRequestSid": None if sids is None else ",".join(checked_sids(sids, "KW", "sids")),
            "CreatedBefore": time_text(created_before, "created_before", days_as_dates=True),
            "CreatedAfter": time_text(created_after, "created_after", days_as_dates=True),
            "Size": PageQuery(page_size, limit, after).size(_MAX_PAGE_SIZE),
        }
        path = LIST.target()

        async def fetch(token: str | None) -> RawPage[PortInSummary]:
            page = await self._caller.follow(LIST, path + query_string({**query, "Token": token}))
            return RawPage(page.port_in_requests or [], (page.meta.next_token or None) if page.meta else None)

        return Pager(fetch, limit=limit, after=after)

    async def wait(
        self,
        sid: str,
        *,
        until: PortInStatus | str | Callable[[PortIn], bool] | None = None,
        timeout: float | None = None,
        pause: float = 2.0,
        max_pause: float = 300.0,
    ) -> PortIn:
        """Look at the port-in request ``sid`` (``KW...``) until it has ended, and return it.

        ``until`` is another status to wait for, or a function of the PortIn; a request that has ended ends the wait all
        the same. ``timeout`` is seconds (None: as long as it takes; ports take days). ``pause`` is the first pause
        between two looks, which grows up to ``max_pause``. Raises RequestTimeoutError. Source: FetchPortingPortIn.
        """
        check_sid(sid, "KW", "sid")
        is_done = reached(
            PortInStatus, until, attrgetter("port_in_request_status"), attrgetter("is_terminal")
        )
        return await poll(
            self._caller, lambda: self.fetch(sid), is_done, timeout=timeout, pause=pause, max_pause=max_pause
        )

    def watch(
        self,
        sids: str | Iterable[str] | None = None,
        *,
        interval: float = 60.0,
        refresh: float | None = None,
        patience: float = 3600.0,
        initial: bool = True,
        state: dict[str, Any] | None = None,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> AsyncGenerator[PortInChange, None]:
        """Yield each change of port-in requests and of their numbers once: ``async for change in ...``.

        ``sids`` (``KW...``): the requests; it ends when all of them have ended. None watches all of the account, new
        ones too, and goes on for ever; requests that had ended before its first look are left out.

        Every ``interval`` seconds the list is read, and only requests that have changed there are fetched, besides each
        one under way every ``refresh`` seconds (15 times ``interval``), since a number can move on by itself. What is
        found first is a change too, from ``old_status`` None, unless ``initial`` is False. Failures that may pass are
        sat out for ``patience`` seconds in a row.

        ``state``: a dict that is kept up to date, for JSON. It has a change by the time that this is yielded. Save it
        when you have handled a change, and pass it again: what was not handled comes again, what was saved does not.
        Save it before you handle one, and a change can be lost.

        A number that is completed has no settings yet: ``twilio.incoming_phone_numbers.finish`` is the step after that.
        A rejected one goes into a new plan: ``replan``.

        Raises InvalidArgumentError, NotFoundError for a request that is not there. Source: ListPortInRequests,
        FetchPortingPortIn.
        """
        options = FollowOptions(
            interval=interval,
            refresh=_INTERVALS_TO_REFRESH * interval if refresh is None else refresh,
            patience=patience,
            initial=initial,
            time=self._time(now),
        )
        return watch(self, None if sids is None else checked_sids(sids, "KW", "sids"), state, options)


class PortInPhoneNumbersResource(Resource):
    """``twilio.port_in_phone_numbers``: one number within a port-in request."""

    async def fetch(self, port_in_sid: str, phone_number_sid: str) -> PortInPhoneNumber:
        """Fetch the number ``phone_number_sid`` (``PU...``) of the request ``port_in_sid`` (``KW...``).

        Raises NotFoundError. Source: FetchPortingPortInPhoneNumber.
        """
        return await self._caller.call(FETCH_PHONE_NUMBER, *_sids(port_in_sid, phone_number_sid))

    async def cancel(self, port_in_sid: str, phone_number_sid: str) -> None:
        """Take the number ``phone_number_sid`` (``PU...``) out of the request.

        Source: DeletePortingPortInPhoneNumber.
        """
        await self._caller.call(CANCEL_PHONE_NUMBER, *_sids(port_in_sid, phone_number_sid))


def _sids(port_in_sid: str, phone_number_sid: str) -> tuple[str, str]:
    return (
        check_sid(port_in_sid, "KW", "port_in_sid"),
        check_sid(phone_number_sid, "PU", "phone_number_sid"),
    )
