"""Carries one call out from start to end: credentials, gate, exchange, reading, and another try if that is right."""

from __future__ import annotations

import asyncio
import logging
import math
from functools import cached_property
from typing import NoReturn, TypeVar, cast

import msgspec

from ..errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    DecodeError,
    GateFullError,
    NotFoundError,
    RequestTimeoutError,
    TransportError,
    TwilioNumbersError,
)
from ..gate import GateQueue, Signal
from .call import Call
from .client_state import ClientState, Options
from .endpoint import Endpoint
from .events import log, log_gave_up, show_exchange, show_wait
from .http.connections import RawAnswer
from .http.sending import Outgoing
from .http.session import TimeLimit
from .response import check_answer, concurrent_requests, read_result, refusal_code, retry_after
from .retry import PassingResultError, is_refusal, pause_before_retry
from .tokens import Tokens
from .waits import Hold, closed_while_waiting

__all__ = ["Caller"]

T = TypeVar("T")
_FAILURES = (ApiError, TransportError, DecodeError, PassingResultError)
_DEBUG = logging.DEBUG
_UNKNOWN, _ACCEPTED = Signal.UNKNOWN, Signal.ACCEPTED  # an enum's members are slow to reach


class Caller:
    """Carries out calls with one set of options. A client's views have a caller each and share the client_state."""

    def __init__(self, client_state: ClientState, options: Options) -> None:
        self.client_state = client_state
        self.options = options
        self._limit = TimeLimit(math.inf if options.timeout is None else options.timeout)
        # What each call needs of them, at hand.
        gate = self._gate = client_state.gate
        self._bases = client_state.hosts.bases
        self._exchange = client_state.session.exchange
        self._try_acquire = gate.try_acquire
        self._is_prepared = not client_state.session_has_credentials or options.deadline is not None
        self._is_watched = client_state.on_response is not None or options.deadline is not None
        self._is_bulk = options.priority == "bulk"
        # A gate of ours knows who goes first, and keeps a place without a coroutine.
        self._queue: GateQueue | None = None
        if isinstance(gate, GateQueue) and type(gate).acquire is GateQueue.acquire:
            self._queue = client_state.session.waits.queue = gate
        self._waits = client_state.session.waits
        self._tokens = Tokens(client_state, options, self._limit)

    @cached_property
    def in_bulk(self) -> Caller:
        """The caller for calls over many inputs: they let single calls go first, and wait however long the queue is."""
        options = msgspec.structs.replace(
            self.options, priority=self.options.priority or "bulk", is_patient=True
        )
        return self if options == self.options else Caller(self.client_state, options)

    async def call(
        self,
        endpoint: Endpoint[T],
        *values: str,
        query: str = "",
        body: Outgoing | None = None,
        expected: tuple[str, ...] | None = None,
    ) -> T:
        """Ask for ``endpoint`` with its path ``values``; ``query`` is ready-made (``?a=b``).

        ``expected`` are the values that the result must repeat in place of ``values``; see ``Endpoint.echoes``.
        """
        target = endpoint.target(*values) + query
        return await self.follow(endpoint, target, body, expected=values if expected is None else expected)

    def start(self) -> float | None:
        """The time from which a call's deadline counts; None where it counts nothing but the call's own time."""
        options = self.options
        return None if options.deadline is None or options.is_patient else self.client_state.runtime.clock()

    def enqueue(self) -> asyncio.Future[int] | None:
        """Return a place in the gate's queue, whose result is the ``permit`` for `follow`.

        None if there is no need to wait, or if `follow` must wait itself. Raises GateFullError.
        """
        queue = self._queue
        if queue is None or self._is_prepared or queue.is_free():
            return None
        if self.options.max_waiting is not None:
            self._check_queue()
        return queue.enqueue(self._is_bulk, self._waits)

    def dequeue(self, place: asyncio.Future[int]) -> None:
        """Give up a place in the queue."""
        if self._queue is not None:
            self._queue.dequeue(place)

    async def follow(
        self,
        endpoint: Endpoint[T],
        target: str,
        body: Outgoing | None = None,
        *,
        expected: tuple[str, ...] = (),
        permit: int | None = None,
        started: float | None = None,
    ) -> T:
        """As ``call``, with the path and query as they are, and with a permit if there is one already.

        ``started`` is the result of `start` at the beginning of a call that did something else before.
        """
        call = Call(endpoint, target, expected, body)
        if self.options.deadline is not None:
            call.started = self.client_state.runtime.clock() if started is None else started
        failure: TwilioNumbersError
        try:
            while True:
                try:
                    return cast(T, await self._attempt(call, permit))
                except _FAILURES as error:
                    failure = error
                permit = None
                pause = await self._pause_after(call, failure)
                if pause is None:
                    break
                await self._wait(call, failure, pause)
        except _OverError as over:
            failure = over.failure
        except ConfigurationError as error:
            if not call.is_unclear:
                raise
            failure = TransportError(f"{error}. An earlier request was sent", is_transient=False)
        return cast(T, self._end(call, failure))

    def _end(self, call: Call, failure: TwilioNumbersError) -> object:
        """Return the result of a call that has failed for good, if there is one; otherwise raise the failure."""
        if isinstance(failure, PassingResultError):
            return failure.result
        if call.is_unclear and call.endpoint.method == "DELETE" and isinstance(failure, NotFoundError):
            return None  # gone: an earlier request, whose answer was lost, has deleted it
        failure = call.told(failure)
        log_gave_up(call, failure)
        raise failure

    async def _attempt(self, call: Call, permit: int | None) -> object:
        """One request, with a permit from before it is sent until its body is read."""
        endpoint = call.endpoint
        if permit is None:
            permit = None if self._is_prepared else self._try_acquire()
            if permit is None:
                permit = await self._permit(call)
        call.attempts += 1
        signal, pause, concurrent, code = _UNKNOWN, None, None, None
        try:
            if self._is_watched or log.isEnabledFor(_DEBUG):
                answer = await self._watched_exchange(call)
            else:
                answer = await self._exchange(
                    endpoint.method, self._bases[endpoint.host], call.target, call.authorization, self._limit,
                    call.body, most=self.options.max_body, fresh=call.is_mistaken,
                )  # fmt: skip
            status, headers, body = answer.status, answer.headers, answer.body
            concurrent = concurrent_requests(headers)
            if status < 429:
                signal = _ACCEPTED
            elif status == 429:
                signal, pause, code = Signal.REFUSED, retry_after(headers), refusal_code(body)
            else:
                signal = Signal.FAILED if status >= 500 else _ACCEPTED
        except TransportError as error:
            signal = Signal.LIMITED if is_refusal(error) else Signal.FAILED
            error.method, error.route = endpoint.method, endpoint.path
            raise
        finally:
            if self._queue is None:
                self._gate.release(permit, signal, pause, concurrent)
            else:
                self._queue.release(permit, signal, pause, concurrent, code)
        result = read_result(endpoint, status, headers, body)
        try:
            check_answer(endpoint, result, call.expected, None if call.body is None else call.body.confirms)
        except DecodeError:
            self.client_state.session.distrust(answer)
            raise
        if endpoint.is_passing is not None and endpoint.is_passing(result):
            raise PassingResultError(result)
        return result

    # The gate

    async def _permit(self, call: Call) -> int:
        """Wait for a permit, and prepare all that a request needs besides."""
        if self._is_prepared:
            await self._prepare(call)
            permit = self._try_acquire()
            if permit is not None:
                return permit
        if not call.attempts:
            self._check_queue()
        queue, permit, clock = self._queue, None, self.client_state.runtime.clock
        paused, since = self._gate.snapshot().paused, clock()
        left = None if self.options.is_patient else self._time_left(call)
        if left is not None and paused >= left:
            self._give_up(call, f"the gate pauses for {paused:.1f} s more")
        limit, hold = asyncio.timeout(left), None
        try:
            async with limit:
                with self.client_state.session.waits.hold(limit) as hold:
                    permit = await (self._gate.acquire() if queue is None else queue.acquire(self._is_bulk))
        except TimeoutError:
            if not limit.expired():
                raise
        if permit is None:
            self._end_if_closed(call, hold)
            self._give_up(call, "no permit came from the gate")
        waited = clock() - since
        call.waited += waited if call.attempts else 0.0
        call.gate_time += waited
        call.queue_time += max(0.0, waited - paused)
        return permit

    def _check_queue(self) -> None:
        """Raise GateFullError for a new call if too many wait already."""
        most, queue = self.options.max_waiting, self._queue
        if most is not None and not self.options.is_patient:
            waiting = self._gate.snapshot().waiting if queue is None else queue.ahead(self._is_bulk)
            if waiting >= most:
                raise GateFullError(f"Gate queue is full ({waiting} waiting); the request was not sent")

    # Time

    def _time_left(self, call: Call) -> float | None:
        """The seconds until the deadline; None where there is none."""
        deadline = self.options.deadline
        if deadline is None:
            return None
        elapsed = self.client_state.runtime.clock() - call.started
        return deadline - (elapsed - call.gate_time if self.options.is_patient else elapsed)

    def _give_up(self, call: Call, why: str, cause: TwilioNumbersError | None = None) -> NoReturn:
        """End the call: it cannot finish within its deadline."""
        failure = RequestTimeoutError(
            f"No answer within the deadline of {self.options.deadline:g} s: {why}",
            may_have_been_processed=call.is_unclear,
            method=call.endpoint.method,
            route=call.endpoint.path,
            attempts=call.attempts,
        )
        failure.__cause__ = cause
        raise _OverError(failure)

    def _end_if_closed(self, call: Call, hold: Hold | None) -> None:
        """End the call if the client was closed while it waited."""
        if hold is not None and hold.is_ended:
            where = {"method": call.endpoint.method, "route": call.endpoint.path, "attempts": call.attempts}
            raise _OverError(closed_while_waiting(was_sent=call.is_unclear, **where))

    async def _watched_exchange(self, call: Call) -> RawAnswer:
        """Make an exchange under a deadline, or with hooks."""
        client_state, endpoint = self.client_state, call.endpoint
        began = client_state.runtime.clock()
        left = self._time_left(call)
        limit = self._limit
        if left is not None and left < limit.seconds:
            limit = TimeLimit(max(left, 0.0))
        try:
            answer = await self._exchange(
                endpoint.method, self._bases[endpoint.host], call.target, call.authorization, limit,
                call.body, most=self.options.max_body, fresh=call.is_mistaken,
            )  # fmt: skip
        except TransportError as error:
            show_exchange(client_state.on_response, call, client_state.runtime.clock() - began, None, error)
            raise
        finally:
            if limit is not self._limit:
                limit.close()
        show_exchange(client_state.on_response, call, client_state.runtime.clock() - began, answer, None)
        return answer

    # Another try

    async def _pause_after(self, call: Call, failure: TwilioNumbersError) -> float | None:
        """The seconds to wait before the next attempt; None where there is none."""
        if isinstance(failure, AuthenticationError):
            if call.is_renewed or not self.client_state.credentials.renewable:
                return None
            call.is_renewed = True
            await self._renew(call)
            return 0.0
        now, refused_time = self.client_state.runtime.clock(), 0.0
        if is_refusal(failure):
            if not call.refusals:
                call.refused_since, call.queue_time = now, 0.0
            call.refusals += 1
            refused_time = now - call.refused_since - call.queue_time
        else:
            call.failures += 1
            call.is_unclear |= failure.may_have_been_processed
        pause = pause_before_retry(
            self.options.retry,
            failure,
            call,
            refused_time=refused_time,
            random=self.client_state.runtime.random,
            refused_delay=None if self._queue is None else self._queue.retry_delay,
        )
        call.is_mistaken |= isinstance(failure, DecodeError)
        left = self._time_left(call)
        if pause is not None and left is not None and pause >= left:
            if isinstance(failure, PassingResultError):
                return None
            self._give_up(call, f"{_short(failure)}, and the next try would come in {pause:.2g} s", failure)
        return pause

    async def _wait(self, call: Call, failure: TwilioNumbersError, pause: float) -> None:
        show_wait(self.client_state.on_event, call, failure, pause)
        queue = self._queue
        if queue is not None:
            queue.retrying += 1
        scope, hold = asyncio.timeout(None), None
        try:
            async with scope:
                with self.client_state.session.waits.hold(scope) as hold:
                    await self.client_state.runtime.sleep(pause)
        except TimeoutError:
            if not scope.expired():
                raise
        finally:
            if queue is not None:
                queue.retrying -= 1
        self._end_if_closed(call, hold)

    # Credentials

    async def _prepare(self, call: Call) -> None:
        """Prepare the deadline, and the Authorization header if the session does not have it."""
        if not self.client_state.session_has_credentials:
            header = self._tokens.header()
            if header is None:
                await self._renew(call)
            else:
                call.authorization = header
        left = self._time_left(call)
        if left is not None and left <= 0:
            self._give_up(call, "the time is up")

    async def _renew(self, call: Call) -> None:
        """Get a new Authorization header; wait for the shared token no longer than the deadline allows."""
        try:
            call.authorization = await self._tokens.renew(call.authorization, self._time_left(call))
            return
        except ConfigurationError:
            raise
        except TwilioNumbersError as error:
            failure = error
        # It says nothing of the call, of which no request was sent for want of a token.
        failure.may_have_been_processed = call.is_unclear
        raise _OverError(failure)


class _OverError(Exception):
    """The call is over: no token, or no time left. Requests that were sent before may have been processed."""

    def __init__(self, failure: TwilioNumbersError) -> None:
        super().__init__()
        self.failure = failure


def _short(failure: TwilioNumbersError) -> str:
    return f"HTTP {failure.status}" if isinstance(failure, ApiError) else type(failure).__name__
