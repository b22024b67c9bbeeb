"""Port-in requests: porting numbers to Twilio."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from types import NoneType

from ..errors import InvalidArgumentError
from ..models import PortIn, PortInCreate, PortInPhoneNumber, PortInRequestPage, PortInStatus, PortInSummary
from ..models.checks import check, check_sid
from ..paging import Pager, RawPage
from ..transport.endpoint import Endpoint
from ..transport.request import checked_page_size, query_string
from .base import Resource, enum_value, page_size_for, poll

__all__ = ["PortInPhoneNumbersResource", "PortInsResource"]

_MAX_PAGE_SIZE = 100

CREATE = Endpoint(
    operation="CreatePortingPortIn",
    method="POST",
    host="numbers",
    path="/v1/Porting/PortIn",
    result=PortIn,
    idempotent=False,
    settled_by="look for it with twilio.port_ins.list(created_after=...)",
)
FETCH = Endpoint(
    operation="FetchPortingPortIn",
    method="GET",
    host="numbers",
    path="/v1/Porting/PortIn/{PortInRequestSid}",
    result=PortIn,
    idempotent=True,
)
CANCEL = Endpoint(
    operation="DeletePortingPortIn",
    method="DELETE",
    host="numbers",
    path="/v1/Porting/PortIn/{PortInRequestSid}",
    result=NoneType,
    idempotent=True,
)
LIST = Endpoint(
    operation="ListPortInRequests",
    method="GET",
    host="numbers",
    path="/v1/Porting/PortIn/PortInRequests",
    result=PortInRequestPage,
    idempotent=True,
)
FETCH_PHONE_NUMBER = Endpoint(
    operation="FetchPortingPortInPhoneNumber",
    method="GET",
    host="numbers",
    path="/v1/Porting/PortIn/{PortInRequestSid}/PhoneNumber/{PhoneNumberSid}",
    result=PortInPhoneNumber,
    idempotent=True,
)
CANCEL_PHONE_NUMBER = Endpoint(
    operation="DeletePortingPortInPhoneNumber",
    method="DELETE",
    host="numbers",
    path="/v1/Porting/PortIn/{PortInRequestSid}/PhoneNumber/{PhoneNumberSid}",
    result=NoneType,
    idempotent=True,
)


class PortInsResource(Resource):
    """``twilio.port_ins``."""

    async def create(self, port_in: PortInCreate) -> PortIn:
        """Ask Twilio to port the numbers of ``port_in``: up to 1,000, all of one country, no toll-free ones.

        It is never sent twice: when the answer is lost, the TransportError has ``may_have_been_processed``.
        Raises InvalidArgumentError, naming the place, for what the API would refuse. Source: CreatePortingPortIn.
        """
        check(port_in)
        return await self._post_json(CREATE, port_in)

    async def fetch(self, sid: str) -> PortIn:
        """The port-in request ``sid`` (``KW...``). Raises NotFoundError. Source: FetchPortingPortIn."""
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
        """The account's port-in requests, one row each.

        ``sids`` (``KW...``) narrows it to those; ``page_size`` is 1 to 100 (Twilio's default is 20); ``limit``
        the most to read; ``after`` a page's cursor to go on from. Source: ListPortInRequests.
        """
        query = {
            "PortInRequestStatus": None if status is None else enum_value(PortInStatus, status, "status"),
            "PortInRequestSid": _joined(sids),
            "CreatedBefore": _checked_date(created_before, "created_before"),
            "CreatedAfter": _checked_date(created_after, "created_after"),
            "Size": page_size_for(checked_page_size(page_size, _MAX_PAGE_SIZE), limit, _MAX_PAGE_SIZE),
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

        ``until`` is another status to wait for, or a function of the PortIn; a request that has ended ends the
        wait all the same. ``timeout`` is seconds (None: as long as it takes; ports take days), ``pause`` the first
        pause between two looks, which grows up to ``max_pause``. Raises RequestTimeoutError.
        Source: FetchPortingPortIn.
        """
        check_sid(sid, "KW", "sid")
        wanted = enum_value(PortInStatus, until, "until") if isinstance(until, str) else None

        def is_done(port_in: PortIn) -> bool:
            status = port_in.port_in_request_status
            if callable(until) and until(port_in):
                return True
            return status is not None and (status.is_terminal or status == wanted)

        return await poll(
            self._caller, lambda: self.fetch(sid), is_done, timeout=timeout, pause=pause, max_pause=max_pause
        )


class PortInPhoneNumbersResource(Resource):
    """``twilio.port_in_phone_numbers``: one number within a port-in request."""

    async def fetch(self, port_in_sid: str, phone_number_sid: str) -> PortInPhoneNumber:
        """The number ``phone_number_sid`` (``PU...``) of the request ``port_in_sid`` (``KW...``).

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


def _joined(sids: Iterable[str] | None) -> str | None:
    if sids is None:
        return None
    if isinstance(sids, str):
        sids = [sids]
    checked = [check_sid(sid, "KW", f"sids[{position}]") for position, sid in enumerate(sids)]
    if not checked:
        raise InvalidArgumentError(
            "sids must not be empty: leave it out to list every request", argument="sids"
        )
    return ",".join(checked)


def _checked_date(value: dt.date | None, argument: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, dt.date):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"{argument} must be a date or datetime", argument=argument)
    if not isinstance(value, dt.datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise InvalidArgumentError(
            f"{argument} must be a date, or a datetime with a time zone", argument=argument
        )
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
