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
    NotFoundError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
    TransportError,
    TwilioNumbersError,
)
from .credentials import BasicCredentials, Token
from .endpoint import Endpoint
from .gate import FixedGate, Signal
from .request import FORM, form_body
from .response import REQUEST_ID, concurrent_requests, read_result, retry_after
from .retry import PassingResultError, Tries, pause_before_retry
from .session import Outgoing, RawAnswer
from .timers import TimeLimit
from .wiring import Exchange, Options, Wiring

__all__ = ["Caller"]

T = TypeVar("T")
_log = logging.getLogger("twilio_numbers_async")
_FAILURES = (ApiError, TransportError, PassingResultError)

_TOKEN = Endpoint(
    operation="CreateToken", method="POST", host="oauth", path="/v2/token", result=Token, idempotent=True
)


class _Call:
    """A call's own state."""

    __slots__ = (
        "attempts",
        "base",
        "body",
        "endpoint",
        "gate_time",
        "header",
        "started",
        "target",
        "unclear",
    )

    def __init__(
        self, endpoint: Endpoint[Any], base: str, target: str, body: Outgoing | None, started: float
    ) -> None:
        self.endpoint = endpoint
        self.base = base
        self.target = target
        self.body = body
        self.started = started
        self.attempts = 0
        self.gate_time = 0.0
        self.header: str | None = None
        self.unclear = False  # whether a request that failed may have been carried out all the same


class _Trouble:
    """What a call has been through once something failed: most never need it."""

    def __init__(self, call: _Call, failure: TwilioNumbersError) -> None:
        self.call = call
        self.failure: TwilioNumbersError | None = failure
        self.tries = Tries()
        self.refused_since = 0.0
        self.renewed = False
        self.pause = 0.0


class Caller:
    """Carries out calls with one set of options. A client's views have a caller each and share the wiring."""

    def __init__(self, wiring: Wiring, options: Options) -> None:
        self.wiring = wiring
        self.options = options
        self._limit = TimeLimit(options.timeout)
        # backoff drives the tries; what it would decide by itself (how long, how often, how to sleep) is ours.
        self._again = backoff.on_exception(
            _no_wait, _TryAgainError, jitter=None, on_backoff=cast("Any", self._wait), logger=None
        )(self._repeat)

    async def call(
        self, endpoint: Endpoint[T], *values: str, query: str = "", body: Outgoing | None = None
    ) -> T:
        """Ask for ``endpoint`` with its path ``values``; ``query`` is ready-made (``?a=b``)."""
        return await self.follow(endpoint, endpoint.target(*values) + query, body)

    async def follow(self, endpoint: Endpoint[T], target: str, body: Outgoing | None = None) -> T:
        """As ``call``, with the path and query as they are."""
        wiring = self.wiring
        call = _Call(endpoint, wiring.hosts.base(endpoint.host), target, body, wiring.runtime.clock())
        result: T
        try:
            try:
                result = await self._attempt(call)
                return result
            except _FAILURES as failure:
                trouble = _Trouble(call, failure)
            result = await self._again(trouble)
        except PassingResultError as passing:
            result = cast(T, passing.result)
        except _NoTokenError as no_token:
            raise no_token.failure from None
        return result

    async def _attempt(self, call: _Call) -> Any:
        """One request, with a permit from before it is sent until its body is read."""
        wiring = self.wiring
        headers = None
        if not wiring.session_has_credentials:
            call.header = wiring.credentials.authorization(wiring.runtime.clock()) or await self._renew(call)
            headers = {"Authorization": call.header}
        left = self._time_left(call)
        if left is not None and left <= 0:
            raise RequestTimeoutError("The deadline has passed", may_have_been_processed=False)
        gate = wiring.gate
        permit = gate.try_acquire()
        if permit is None:
            permit = await self._wait_in_line(call)
        call.attempts += 1
        signal, wish, concurrent = Signal.UNKNOWN, None, None
        try:
            if wiring.on_response is None and self.options.deadline is None:
                endpoint = call.endpoint
                status, answered, body = await wiring.session.exchange(
                    endpoint.method, call.base, call.target, headers, self._limit, call.body
                )
            else:
                status, answered, body = await self._watched_exchange(call, headers)
            if status == 429:
                signal, wish = Signal.REFUSED, retry_after(answered)
            else:
                signal = Signal.FAILED if status >= 500 else Signal.ACCEPTED
            concurrent = concurrent_requests(answered)
        except TransportError as error:
            signal = Signal.FAILED
            error.method, error.route = call.endpoint.method, call.endpoint.path
            raise
        finally:
            gate.release(permit, signal, wish, concurrent)
        result = read_result(call.endpoint, status, answered, body)
        if call.endpoint.is_passing is not None and call.endpoint.is_passing(result):
            raise PassingResultError(result)
        return result

    async def _wait_in_line(self, call: _Call) -> int:
        clock = self.wiring.runtime.clock
        since = clock()
        try:
            return await self.wiring.gate.acquire()
        finally:
            call.gate_time += clock() - since

    async def _watched_exchange(self, call: _Call, headers: Mapping[str, str] | None) -> RawAnswer:
        """An exchange under a deadline, or with somebody who looks on."""
        wiring, endpoint = self.wiring, call.endpoint
        began = wiring.runtime.clock()
        try:
            answer = await wiring.session.exchange(
                endpoint.method, call.base, call.target, headers, self._attempt_limit(call), call.body
            )
        except TransportError as error:
            self._show(call, began, None, error)
            raise
        self._show(call, began, answer, None)
        return answer

    def _attempt_limit(self, call: _Call) -> TimeLimit:
        left = self._time_left(call)
        if left is None or left >= self.options.timeout:
            return self._limit
        return TimeLimit(max(left, 0.0))

    def _time_left(self, call: _Call) -> float | None:
        deadline = self.options.deadline
        return None if deadline is None else deadline - self._elapsed(call)

    def _elapsed(self, call: _Call) -> float:
        """The seconds that the call has taken; the time in the gate does not count."""
        return self.wiring.runtime.clock() - call.started - call.gate_time

    def _show(
        self, call: _Call, began: float, answer: RawAnswer | None, error: TransportError | None
    ) -> None:
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

    async def _repeat(self, trouble: _Trouble) -> Any:
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
            raise _final(failure, call)
        trouble.pause = pause
        _log.debug(
            "%s %s failed (%s), trying again in %.2f s",
            call.endpoint.method, call.endpoint.path, type(failure).__name__, pause,
        )  # fmt: skip
        raise _TryAgainError

    async def _pause_after(self, failure: TwilioNumbersError, trouble: _Trouble) -> float | None:
        call, tries = trouble.call, trouble.tries
        if call.body is not None and not call.body.repeatable:
            return None
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
            call.unclear |= _is_unclear(failure)
        return pause_before_retry(
            self.options.retry,
            failure,
            tries,
            idempotent=call.endpoint.idempotent,
            time_left=self._time_left(call),
            random=self.wiring.runtime.random,
        )

    async def _wait(self, details: Any) -> None:
        trouble: _Trouble = details["args"][0]
        await self.wiring.runtime.sleep(trouble.pause)

    async def _renew(self, call: _Call, rejected: str | None = None) -> str:
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


def _is_unclear(failure: TwilioNumbersError) -> bool:
    if isinstance(failure, TransportError):
        return failure.may_have_been_processed
    return isinstance(failure, ServerError)


def _final(failure: TwilioNumbersError, call: _Call) -> TwilioNumbersError:
    """The failure as the caller of the call sees it."""
    if isinstance(failure, ApiError | TransportError):
        failure.attempts = call.attempts
    if isinstance(failure, TransportError):
        failure.may_have_been_processed |= call.unclear
    hint = call.endpoint.settled_by
    if hint and _is_unclear(failure):
        words = f"{failure.args[0]}. It may have been carried out and was not sent again: {hint}"
        failure.args = (words,)
        if isinstance(failure, ApiError):
            failure.message = words
    return failure
