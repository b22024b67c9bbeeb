"""One call from start to end: credentials, gate, exchange, reading, and another try where that is right."""

from __future__ import annotations

import asyncio
import copy
import logging
from collections.abc import Generator, Mapping
from typing import Any, TypeVar, cast

import backoff
import msgspec

from ..errors import (
    ApiError,
    AuthenticationError,
    GateFullError,
    NotFoundError,
    RateLimitError,
    RequestTimeoutError,
    TransportError,
    TwilioNumbersError,
)
from .call import Call, Trouble, final_failure, is_unclear
from .credentials import BasicCredentials, Token
from .endpoint import Endpoint
from .gate import FixedGate, PermitLine, Signal, patient
from .request import FORM, form_body
from .response import REQUEST_ID, concurrent_requests, read_result, retry_after
from .retry import PassingResultError, pause_before_retry
from .session import Outgoing, RawAnswer
from .timers import TimeLimit
from .wiring import Exchange, Options, Wiring

__all__ = ["Caller"]

T = TypeVar("T")
_log = logging.getLogger("twilio_numbers_async")
_FAILURES = (ApiError, TransportError, PassingResultError)
_UNKNOWN, _ACCEPTED = Signal.UNKNOWN, Signal.ACCEPTED  # an enum's members are slow to reach

_TOKEN = Endpoint(
    operation="CreateToken", method="POST", host="oauth", path="/v2/token", result=Token, idempotent=True
)


class Caller:
    """Carries out calls with one set of options. A client's views have a caller each and share the wiring."""

    def __init__(self, wiring: Wiring, options: Options) -> None:
        self.wiring = wiring
        self.options = options
        self._limit = TimeLimit(options.timeout)
        # What each call needs of them, at hand.
        self._gate = wiring.gate
        self._bases = wiring.hosts.bases
        self._exchange = wiring.session.exchange
        self._is_prepared = not wiring.session_has_credentials or options.deadline is not None
        # In the line of our own gates a call can wait without a coroutine.
        self._line: PermitLine | None = None
        if isinstance(wiring.gate, PermitLine) and type(wiring.gate).acquire is PermitLine.acquire:
            self._line = wiring.gate
        self._is_watched = wiring.on_response is not None or options.deadline is not None
        # backoff drives the tries; what it would decide by itself (how long, how often, how to sleep) is ours.
        self._again = backoff.on_exception(
            _no_wait, _TryAgainError, jitter=None, on_backoff=cast("Any", self._wait), logger=None
        )(self._repeat)

    async def call(
        self, endpoint: Endpoint[T], *values: str, query: str = "", body: Outgoing | None = None
    ) -> T:
        """Ask for ``endpoint`` with its path ``values``; ``query`` is ready-made (``?a=b``)."""
        return await self.follow(endpoint, endpoint.target(*values) + query, body)

    def line_up(self) -> asyncio.Future[int] | None:
        """A place in the gate's line, whose result is the ``permit`` for `follow`.

        None where there is no need to wait, or where `follow` must see to it. Raises GateFullError.
        """
        if self._line is None or self._is_prepared or self._line.is_free():
            return None
        if self.options.max_waiting is not None:
            self._check_line()
        return self._line.line_up()

    def leave(self, place: asyncio.Future[int]) -> None:
        """Give up a place in line."""
        if self._line is not None:
            self._line.leave(place)

    async def follow(
        self, endpoint: Endpoint[T], target: str, body: Outgoing | None = None, *, permit: int | None = None
    ) -> T:
        """As ``call``, with the path and query as they are, and with a permit if there is one already."""
        if permit is None and not self._is_prepared:  # nothing comes before the gate: little is kept in line
            permit = self._gate.try_acquire()
            if permit is None:
                if self.options.max_waiting is not None:
                    self._check_line()
                permit = await self._gate.acquire()
        call = Call(endpoint, target, body)
        if self.options.deadline is not None:
            call.started = self.wiring.runtime.clock()
        result: T
        try:
            try:
                result = await self._attempt(call, permit)
                return result
            except _FAILURES as failure:
                trouble = Trouble(call, failure)
            result = await self._again(trouble)
        except PassingResultError as passing:
            result = cast(T, passing.result)
        except _NoTokenError as no_token:
            raise no_token.failure from None
        return result

    async def _attempt(self, call: Call, permit: int | None = None) -> Any:
        """One request, with a permit from before it is sent until its body is read."""
        gate, endpoint, headers = self._gate, call.endpoint, None
        if permit is None:
            if self._is_prepared:
                headers = await self._prepare(call)
            permit = gate.try_acquire()
            if permit is None:
                permit = await self._wait_in_line(call)
        call.attempts += 1
        signal, wish, concurrent = _UNKNOWN, None, None
        try:
            if self._is_watched:
                status, answered, body = await self._watched_exchange(call, headers)
            else:
                status, answered, body = await self._exchange(
                    endpoint.method, self._bases[endpoint.host], call.target, headers, self._limit, call.body
                )
            concurrent = concurrent_requests(answered)
            if status < 429:
                signal = _ACCEPTED
            elif status == 429:
                signal, wish = Signal.REFUSED, retry_after(answered)
            else:
                signal = Signal.FAILED if status >= 500 else _ACCEPTED
        except TransportError as error:
            signal = Signal.FAILED
            error.method, error.route = endpoint.method, endpoint.path
            raise
        finally:
            gate.release(permit, signal, wish, concurrent)
        result = read_result(endpoint, status, answered, body)
        if endpoint.is_passing is not None and endpoint.is_passing(result):
            raise PassingResultError(result)
        return result

    async def _prepare(self, call: Call) -> Mapping[str, str] | None:
        """The headers of a request where the session does not have them. Raises when the deadline has passed."""
        wiring, headers = self.wiring, None
        if not wiring.session_has_credentials:
            call.header = wiring.credentials.authorization(wiring.runtime.clock()) or await self._renew(call)
            headers = {"Authorization": call.header}
        left = self._time_left(call)
        if left is not None and left <= 0:
            raise RequestTimeoutError("The deadline has passed", may_have_been_processed=False)
        return headers

    def _check_line(self) -> None:
        """Raise GateFullError for a new call where too many wait already."""
        most = self.options.max_waiting
        if most is not None and not patient.get():
            waiting = self._gate.snapshot().waiting
            if waiting >= most:
                raise GateFullError(f"{waiting} calls wait for the gate already; it was not sent")

    async def _wait_in_line(self, call: Call) -> int:
        if not call.attempts:
            self._check_line()
        clock = self.wiring.runtime.clock
        since = clock()
        permit = await self._gate.acquire()
        call.gate_time += clock() - since
        return permit

    async def _watched_exchange(self, call: Call, headers: Mapping[str, str] | None) -> RawAnswer:
        """An exchange under a deadline, or with somebody who looks on."""
        wiring, endpoint = self.wiring, call.endpoint
        began = wiring.runtime.clock()
        try:
            answer = await self._exchange(
                endpoint.method,
                self._bases[endpoint.host],
                call.target,
                headers,
                self._attempt_limit(call),
                call.body,
            )
        except TransportError as error:
            self._show(call, began, None, error)
            raise
        self._show(call, began, answer, None)
        return answer

    def _attempt_limit(self, call: Call) -> TimeLimit:
        left = self._time_left(call)
        if left is None or left >= self.options.timeout:
            return self._limit
        return TimeLimit(max(left, 0.0))

    def _time_left(self, call: Call) -> float | None:
        deadline = self.options.deadline
        return None if deadline is None else deadline - self._elapsed(call)

    def _elapsed(self, call: Call) -> float:
        """The seconds that the call has taken; the time in the gate does not count."""
        return self.wiring.runtime.clock() - call.started - call.gate_time

    def _show(self, call: Call, began: float, answer: RawAnswer | None, error: TransportError | None) -> None:
        hook = self.wiring.on_response
        if hook is None:
            return
        headers: Mapping[str, str] = {} if answer is None else answer[1]
        exchange = Exchange(
            method=call.endpoint.method,
            route=call.endpoint.path,
            operation=call.endpoint.operation,
            attempt=call.attempts,
            elapsed=self.wiring.runtime.clock() - began,
            status=None if answer is None else answer[0],
            headers=headers,
            request_id=headers.get(REQUEST_ID),
            error=error,
        )
        try:
            hook(exchange)
        except Exception:  # noqa: BLE001
            # The answer is there; a broken hook must not take it away.
            _log.exception("on_response failed")

    async def _repeat(self, trouble: Trouble) -> Any:
        """What backoff drives: first the failure that led here, then the further tries."""
        call = trouble.call
        failure, trouble.failure = trouble.failure, None
        if failure is None:
            try:
                return await self._attempt(call)
            except _FAILURES as error:
                failure = error
        pause = await self._pause_after(failure, trouble)
        if pause is None:
            if call.unclear and call.endpoint.method == "DELETE" and isinstance(failure, NotFoundError):
                return None  # gone: an earlier request, whose answer was lost, has deleted it
            raise final_failure(failure, call)
        trouble.pause = pause
        _log.debug(
            "%s %s failed (%s), trying again in %.2f s",
            call.endpoint.method, call.endpoint.path, type(failure).__name__, pause,
        )  # fmt: skip
        raise _TryAgainError

    async def _pause_after(self, failure: TwilioNumbersError, trouble: Trouble) -> float | None:
        call, tries = trouble.call, trouble.tries
        if isinstance(failure, AuthenticationError):
            if trouble.renewed or not self.wiring.credentials.renewable:
                return None
            trouble.renewed = True
            await self._renew(call, call.header)
            return 0.0
        elapsed = self._elapsed(call)
        if isinstance(failure, RateLimitError):
            if tries.refusals == 0:
                trouble.refused_since = elapsed
            tries.refusals += 1
            tries.refused_time = elapsed - trouble.refused_since
        else:
            tries.failures += 1
            call.unclear |= is_unclear(failure)
        return pause_before_retry(
            self.options.retry,
            failure,
            tries,
            idempotent=call.endpoint.idempotent,
            time_left=self._time_left(call),
            random=self.wiring.runtime.random,
        )

    async def _wait(self, details: Any) -> None:
        trouble: Trouble = details["args"][0]
        await self.wiring.runtime.sleep(trouble.pause)

    async def _renew(self, call: Call, rejected: str | None = None) -> str:
        """A new Authorization header; the token that all wait for is no longer waited for than the deadline allows."""
        wiring = self.wiring
        limit = asyncio.timeout(self._time_left(call))
        try:
            async with limit:
                return await wiring.credentials.renew(self._request_token, wiring.runtime.clock, rejected)
        except (TwilioNumbersError, TimeoutError) as error:
            failure = copy.copy(error)  # each of those who waited raises its own
            if limit.expired():
                failure = RequestTimeoutError("No token within the deadline")
            if isinstance(failure, TransportError):
                failure.may_have_been_processed = call.unclear
            raise _NoTokenError(failure) from None

    async def _request_token(self, form: Mapping[str, str | None]) -> Token:
        # The same machinery, but for the credentials, and past the gate: its holders wait for the token.
        wiring = msgspec.structs.replace(
            self.wiring, credentials=BasicCredentials("", ""), session_has_credentials=True, gate=FixedGate(1)
        )
        body = Outgoing(form_body(form), FORM)
        # Calls with other deadlines may wait for it too, each as long as its own allows.
        caller = Caller(wiring, msgspec.structs.replace(self.options, deadline=None))
        return await caller.follow(_TOKEN, _TOKEN.target(), body)


class _TryAgainError(Exception):
    """Tells backoff to go round once more."""


class _NoTokenError(Exception):
    """No token, so no request: its own tries are over, and it says nothing about what was asked before."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self.failure = failure


def _no_wait() -> Generator[float, Any, None]:
    while True:
        yield 0.0
