"""Portability: checks whether a number can be ported to Twilio."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Awaitable, Iterable
from typing import TYPE_CHECKING, Self

import msgspec

from ...models import Portability
from ...models.sids import check_sid
from ...phone import checked_country, to_e164
from ...transport.caller import Caller
from ...transport.endpoint import Endpoint
from ...transport.request import query_string
from ..base import Resource
from ..single_flight import PortabilityCache, SingleFlight
from ..sweep_factory import SweepFactory

if TYPE_CHECKING:
    from ...sweep import Journal, Sweep

__all__ = ["PortabilityResource"]

_CODE_KEY = b'"not_portable_reason_code"'


def _is_passing(answer: Portability) -> bool:
    return not answer.portable and answer.is_passing_failure


class _Reason(msgspec.Struct):
    not_portable_reason_code: int | str | None = None


def _is_portability(status: int, body: bytes) -> bool:
    """Twilio's pages say that "cannot be ported" comes as HTTP 400, with the same body."""
    if status != 400 or _CODE_KEY not in body:
        return False
    try:
        return msgspec.json.decode(body, type=_Reason).not_portable_reason_code is not None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


FETCH = Endpoint(
    operation="FetchPortingPortability",
    method="GET",
    host="numbers",
    path="/v1/Porting/Portability/PhoneNumber/{PhoneNumber}",
    result=Portability,
    idempotent=True,
    echoes=("phone_number",),
    receipt="phone_number",
    is_result=_is_portability,
    is_passing=_is_passing,
)
_PATH = FETCH.path.removesuffix("{PhoneNumber}")


class PortabilityResource(Resource):
    """``twilio.portability``."""

    def __init__(
        self,
        caller: Caller,
        account_sid: str,
        sweep_factory: SweepFactory,
        cache: PortabilityCache | None = None,
    ) -> None:
        super().__init__(caller)
        self._account_sid = account_sid
        self._sweep_factory = sweep_factory
        self._cache = cache
        self._single_flight = SingleFlight(caller, FETCH)

    async def fetch(
        self,
        number: str,
        *,
        target_account_sid: str | None = None,
        address_sid: str | None = None,
        country: str | None = None,
    ) -> Portability:
        """Ask whether ``number`` can be ported. One that cannot is an answer too, with its reason and ``.advice``.

        ``number`` is E.164, or as people write it when ``country`` (``US``) is given. ``target_account_sid``
        (``AC...``) is the account to port to, the client's own by default; ``address_sid`` (``AD...``) the customer's
        address. 22135 (Twilio failed while looking) is asked again; if it stays, it is returned as it is.

        Calls for the same number that are under way at once share one request.

        Raises InvalidPhoneNumberError for what cannot be a number. Source: FetchPortingPortability.
        """
        query = ""
        if target_account_sid is not None or address_sid is not None:
            query = _query(target_account_sid, address_sid)
        number = to_e164(number, country)
        if self._cache is not None:
            return await self._ask(number, query)
        target = _PATH + number + query
        permit, place = None, self._single_flight.enqueue(target)
        if place is not None:
            try:
                permit = await place  # thousands may wait here, each of them no more than this frame
            except BaseException as reason:
                self._single_flight.dequeue(target, place, reason)
                raise
        return await self._single_flight.share(target, (number,), permit)

    def sweep(
        self,
        numbers: Iterable[str] | AsyncIterable[str],
        *,
        country: str | None = None,
        target_account_sid: str | None = None,
        address_sid: str | None = None,
        ordered: bool = False,
        journal: Journal | str | os.PathLike[str] | None = None,
    ) -> Sweep[Portability]:
        """Ask for many numbers at once, as many as the account allows: one Outcome for each, as they finish.

        ``numbers`` may be of any length and is read as the sweep goes on. ``ordered=True`` gives the outcomes in
        the order of the numbers. A number that comes again is asked once; one that cannot be a number, or whose
        call failed, is an outcome too. ``journal`` (or a path) keeps the outcomes, so that a sweep can go on after
        a stop.

        Use ``async with twilio.portability.sweep(numbers) as outcomes: async for outcome in outcomes: ...``.
        Raises AuthenticationError or PermissionDeniedError after the finished outcomes: every call would fail.
        """
        query = _query(target_account_sid, address_sid)
        checked_country(country)  # told now, not for each number
        bulk = self._in_bulk()
        return self._sweep_factory.start(
            lambda number: bulk._ask(number, query),
            numbers,
            key=lambda number: to_e164(number, country),
            ordered=ordered,
            journal=journal,
            result_type=Portability,
            is_passing=_is_passing,
            options={
                "operation": FETCH.operation,
                "account_sid": self._account_sid,
                "country": country,
                "query": query,
            },
        )

    def _in_bulk(self) -> Self:
        bulk = super()._in_bulk()
        bulk._single_flight = self._single_flight.in_bulk
        return bulk

    def _ask(self, number: str, query: str) -> Awaitable[Portability]:
        target = _PATH + number + query  # E.164 needs no quoting
        if self._cache is None:
            return self._single_flight.share(target, (number,))
        return self._ask_cache(self._cache, number, query)

    async def _ask_cache(self, cache: PortabilityCache, number: str, query: str) -> Portability:
        key = number + query
        kept = await cache.get(key)
        if kept is not None:
            return kept
        answer = await self._single_flight.share(_PATH + key, (number,))
        if not answer.is_passing_failure:
            await cache.set(key, answer)
        return answer


def _query(target_account_sid: str | None, address_sid: str | None) -> str:
    if target_account_sid is not None:
        check_sid(target_account_sid, "AC", "target_account_sid")
    if address_sid is not None:
        check_sid(address_sid, "AD", "address_sid")
    return query_string({"TargetAccountSid": target_account_sid, "AddressSid": address_sid})
