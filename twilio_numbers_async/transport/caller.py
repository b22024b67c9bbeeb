"""One call from start to end: credentials, gate, exchange, reading, and another try where that is right."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import Any, TypeVar, cast

import backoff
import msgspec

from ..errors import (
    ApiError,
    AuthenticationError,
    NotFoundError,
    RateLimitError,
    ServerError,
    TransportError,
    TwilioNumbersError,
)
from .credentials import BasicCredentials, Credentials, Token
from .endpoint import Endpoint
from .gate import FixedGate, Gate, Signal
from .hosts import Hosts
from .request import FORM, form_body
from .response import REQUEST_ID, concurrent_requests, read_result, retry_after
from .retry import PassingResultError, RetryPolicy, Tries, pause_before_retry
from .session import HttpSession, RawAnswer, Unsent
from .timers import TimeLimit

__all__ = ["Caller", "Exchange", "Options", "Runtime", "Wiring"]

T = TypeVar("T")
_log = logging.getLogger("twilio_numbers_async")
_FAILURES = (ApiError, TransportError, PassingResultError)

_TOKEN = Endpoint(
    operation="CreateToken", method="POST", host="oauth", path="/v2/token", result=Token, idempotent=True
)


class Runtime(msgspec.Struct, frozen=True, kw_only=True):
    """Time, sleep and chance, to be replaced in tests. Seconds throughout."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One request and what became of it, as ``on_response`` sees it."""

    method: str
    """The HTTP method."""
    route: str
    """The path template; never the number itself."""
    operation: str
    """The operation id in Twilio's specification."""
    attempt: int
    """1 for the first request of a call."""
    elapsed: float
    """Seconds from the request to the end of its body, waiting in the gate left out."""
    status: int | None
    """The HTTP status; None when no answer came."""
    headers: Mapping[str, str]
    """The answer's headers, case-insensitive; empty when no answer came."""
    request_id: str | None
    """``Twilio-Request-Id``."""
    error: TransportError | None
    """Why no answer came."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What ``with_options`` can change."""

    timeout: float = 30.0
    deadline: float | None = None
    retry: RetryPolicy = RetryPolicy()


class Wiring(msgspec.Struct, frozen=True, kw_only=True):
    """What all views of a client share."""

    session: HttpSession
    hosts: Hosts
    credentials: Credentials
    gate: Gate
    on_response: Callable[[Exchange], None] | None
    runtime: Runtime
    session_has_credentials: bool


class _Call:
    """A call's own state."""

    __slots__ = (
        "attempts",
        "endpoint",
        "first_failure",
        "gate_time",
        "pause",
        "refused_since",
        "renewed",
        "started",
        "tries",
        "unclear",
        "unsent",
    )

    def __init__(self, endpoint: Endpoint[Any], unsent: Unsent, started: float) -> None:
        self.endpoint = endpoint
        self.unsent = unsent
        self.started = started
        self.attempts = 0
        self.gate_time = 0.0
        self.renewed = False
        self.first_failure: TwilioNumbersError | None = None
        self.tries = Tries()
        self.refused_since = 0.0
        self.unclear = False
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
        self,
        endpoint: Endpoint[T],
        *values: str,
        query: str = "",
        body: bytes | None = None,
        content_type: str | None = None,
    ) -> T:
        """Ask for ``endpoint`` with its path ``values``; ``query`` is ready-made (``?a=b``)."""
        return await self.follow(endpoint, endpoint.target(*values) + query, body, content_type)

    async def follow(
        self, endpoint: Endpoint[T], target: str, body: bytes | None = None, content_type: str | None = None
    ) -> T:
        """As ``call``, with the path and query as they are."""
        wiring = self.wiring
        unsent = Unsent(
            endpoint.method,
            wiring.hosts.base(endpoint.host),
            target,
            body,
            content_type,
            endpoint.needs_fresh_connection,
        )
        call = _Call(endpoint, unsent, wiring.runtime.clock())
        try:
            return cast(T, await self._try(call))
        except _FAILURES as failure:
            call.first_failure = failure
        try:
            return cast(T, await self._again(call))
        except PassingResultError as passing:
            return cast(T, passing.result)

    async def _try(self, call: _Call) -> Any:
        """One attempt, and a second one with a new token when Twilio says 401."""
        wiring = self.wiring
        credentials = wiring.credentials
        header = credentials.authorization(wiring.runtime.clock())
        if header is None:
            header = await self._renew(None)
        try:
            return await self._attempt(call, header)
        except AuthenticationError:
            if call.renewed or not credentials.renewable:
                raise
        call.renewed = True
        return await self._attempt(call, await self._renew(header))

    async def _attempt(self, call: _Call, header: str) -> Any:
        gate = self.wiring.gate
        permit = gate.try_acquire()
        if permit is None:
            clock = self.wiring.runtime.clock
            waiting_since = clock()
            try:
                permit = await gate.acquire()
            finally:
                call.gate_time += clock() - waiting_since
        signal, wish, concurrent = Signal.UNKNOWN, None, None
        try:
            answer = await self._exchange(call, header)
            status = answer.status
            if status == 429:
                signal, wish = Signal.REFUSED, retry_after(answer.headers)
            else:
                signal = Signal.FAILED if status >= 500 else Signal.ACCEPTED
            concurrent = concurrent_requests(answer.headers)
        except TransportError:
            signal = Signal.FAILED
            raise
        finally:
            gate.release(permit, signal, wish, concurrent)
        return self._read(call, answer)

    async def _exchange(self, call: _Call, header: str) -> RawAnswer:
        wiring = self.wiring
        headers = None if wiring.session_has_credentials else {"Authorization": header}
        call.attempts += 1
        hook = wiring.on_response
        began = wiring.runtime.clock() if hook is not None else 0.0
        limit = self._attempt_limit(call)
        try:
            answer = await wiring.session.exchange(call.unsent, headers, limit)
        except TransportError as error:
            error.method, error.route = call.endpoint.method, call.endpoint.path
            if hook is not None:
                self._show(hook, call, began, None, error)
            raise
        finally:
            if limit is not self._limit:
                limit.close()
        if hook is not None:
            self._show(hook, call, began, answer, None)
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
        self,
        hook: Callable[[Exchange], None],
        call: _Call,
        began: float,
        answer: RawAnswer | None,
        error: TransportError | None,
    ) -> None:
        exchange = Exchange(
            method=call.endpoint.method,
            route=call.endpoint.path,
            operation=call.endpoint.operation,
            attempt=call.attempts,
            elapsed=self.wiring.runtime.clock() - began,
            status=None if answer is None else answer.status,
            headers={} if answer is None else answer.headers,
            request_id=None if answer is None else answer.headers.get(REQUEST_ID),
            error=error,
        )
        try:
            hook(exchange)
        except Exception:  # noqa: BLE001
            # The answer is there; a broken hook must not take it away.
            _log.exception("on_response failed")

    def _read(self, call: _Call, answer: RawAnswer) -> Any:
        endpoint = call.endpoint
        try:
            result = read_result(endpoint, answer.status, answer.headers, answer.body)
        except NotFoundError:
            if endpoint.method == "DELETE" and call.unclear:
                return None  # gone: an earlier request, whose answer was lost, has deleted it
            raise
        if endpoint.is_passing is not None and endpoint.is_passing(result):
            raise PassingResultError(result)
        return result

    async def _repeat(self, call: _Call) -> Any:
        """What backoff drives: first the failure that led here, then the further tries."""
        failure, call.first_failure = call.first_failure, None
        if failure is None:
            try:
                return await self._try(call)
            except _FAILURES as error:
                failure = error
        pause = self._pause_after(call, failure)
        if pause is None:
            raise _final(failure, call)
        call.pause = pause
        _log.debug(
            "%s %s failed (%s), trying again in %.2f s",
            call.endpoint.method, call.endpoint.path, type(failure).__name__, pause,
        )  # fmt: skip
        raise _TryAgainError

    def _pause_after(self, call: _Call, failure: TwilioNumbersError) -> float | None:
        tries, elapsed = call.tries, self._elapsed(call)
        if isinstance(failure, RateLimitError):
            if tries.refusals == 0:
                call.refused_since = elapsed
            tries.refusals += 1
            tries.refused_time = elapsed - call.refused_since
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
        call: _Call = details["args"][0]
        await self.wiring.runtime.sleep(call.pause)

    async def _renew(self, rejected: str | None) -> str:
        wiring = self.wiring
        return await wiring.credentials.renew(self._request_token, wiring.runtime.clock, rejected)

    async def _request_token(self, form: Mapping[str, str | None]) -> Token:
        # The same machinery, but for the credentials, and past the gate: its holders wait for the token.
        wiring = msgspec.structs.replace(
            self.wiring, credentials=BasicCredentials("", ""), session_has_credentials=True, gate=FixedGate(1)
        )
        caller = Caller(wiring, self.options)
        return await caller.follow(_TOKEN, _TOKEN.target(), form_body(form), FORM)


class _TryAgainError(Exception):
    """Tells backoff to go round once more."""


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
    hint = call.endpoint.settled_by
    if hint and isinstance(failure, TransportError) and failure.may_have_been_processed:
        failure.args = (f"{failure.args[0]}. It may have been carried out and was not sent again: {hint}",)
    return failure
