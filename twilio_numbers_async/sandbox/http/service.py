"""The HTTP side: a request in, past the door and the script, an answer out. The only aiohttp on that way."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import NamedTuple

from aiohttp import web

from ..credentials import ANONYMOUS, Accounts
from ..errors import (
    Refusal,
    headers_too_large,
    method_not_allowed,
    not_found,
    too_many_requests,
    unauthorized,
)
from ..limits import Load, Tally
from ..routing import Call, Match, Reply, Route, Router
from ..script import Fault, Script
from .body import read_body
from .bounds import Bounds, Notes
from .strict import no_query

__all__ = ["Received", "Service"]

_LOOK_SECONDS = 0.02
_NOWHERE = Match({}, {})
_NOTHING = Reply(204, b"")


class Received(NamedTuple):
    """A request as it came, whatever became of it. Headers are looked up in any case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    """The first 64 KB of it. Empty where the credentials were wrong: then it is not read."""
    size: int = 0
    """The bytes of the body that were read."""


class Service:
    """Answers requests. ``latency`` gives the seconds that the next one takes."""

    def __init__(
        self,
        router: Router,
        accounts: Accounts,
        script: Script,
        load: Load,
        *,
        asked: Tally,
        latency: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
        log_size: int,
        bounds: Bounds,
    ) -> None:
        self._router = router
        self._accounts = accounts
        self._script = script
        self._load = load
        self._asked = asked
        self._latency = latency
        self._sleep = sleep
        self._clock = clock
        self._serial = 0
        self.bounds = bounds
        self.notes: Notes = Notes()
        self.stopping = False
        self.operations: Counter[str] = Counter()
        self.log: deque[Received] = deque(maxlen=log_size)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request. Its body is not read before its credentials are known."""
        if sum(len(name) + len(value) for name, value in request.raw_headers) > self.bounds.max_head:
            return self._close(headers_too_large())
        target = request.raw_path
        if not target.startswith("/"):  # the absolute form, in which proxies are asked
            target = request.rel_url.raw_path_qs
        path, _, query = target.partition("?")
        headers = request.headers
        found = self._router.match(path) or _NOWHERE
        route = found.methods.get(request.method)
        is_open = route is not None and route.open
        account = ANONYMOUS if is_open else self._accounts.authorize(headers.get("Authorization", ""))
        body, refusal = b"", None
        if account is not None and request.body_exists:
            limit = route.max_body if route is not None else None
            try:
                body = await read_body(request, limit or self.bounds.max_body, self.bounds.request_timeout)
            except Refusal as refused:
                refusal = refused
            except ConnectionError:
                return web.Response(status=204)  # the client left while it was sending
        self._note(Received(request.method, path, query, headers, body, len(body)), found, route)
        if refusal is not None:
            return self._close(refusal)
        content_type = headers.get("Content-Type", "")
        call = Call(request.method, path, found.params, query, content_type, body, account or ANONYMOUS)
        answer = partial(self._answer, call, found, route, signed_in=account is not None)
        if is_open:
            return self._respond(answer(), self._load.in_flight, 0.0)
        return await self._serve(request, call, answer)

    def _note(self, received: Received, found: Match, route: Route | None) -> None:
        """Write a request to the log and count it."""
        most = self.bounds.log_body
        self.log.append(received._replace(body=received.body[:most]) if received.size > most else received)
        if route is None:
            return
        self.operations[route.operation] += 1
        number = found.params.get("PhoneNumber")
        if number is not None:
            self._asked.add(number)

    def _close(self, refusal: Refusal) -> web.Response:
        """The answer to a request that was not read to its end: the connection's last one."""
        self.notes.say(f"request {refusal.status}", f"The sandbox refused a request: {refusal.message}")
        response = self._respond(_refused(refusal), self._load.in_flight, 0.0)
        response.force_close()
        return response

    async def _serve(
        self, request: web.BaseRequest, call: Call, answer: Callable[[], Reply]
    ) -> web.StreamResponse:
        """A request that counts: past the script and the allowance, after the latency."""
        load = self._load
        load.requests += 1
        fault = self._script.take(call.method, call.path)
        if fault is not None and fault.kind == "refuse" and fault.reply is not None:
            load.refused += 1
            return self._respond(fault.reply, load.in_flight, 0.0)
        if not load.enter():
            return self._respond(_refused(too_many_requests()), load.in_flight, 0.0)
        concurrent = load.in_flight
        started = self._clock()
        try:
            latency = self._latency()
            if latency > 0:
                await self._sleep(latency)
            reply = answer() if fault is None else await self._misbehave(request, fault, answer)
        finally:
            elapsed = self._clock() - started
            load.leave(elapsed)
        response = self._respond(reply, concurrent, elapsed)
        return await _cut(request, response, reply.body) if fault and fault.kind == "cut" else response

    async def _misbehave(self, request: web.BaseRequest, fault: Fault, answer: Callable[[], Reply]) -> Reply:
        if fault.kind == "answer" and fault.reply is not None:
            return fault.reply
        if fault.kind == "stall":
            while not self.stopping and request.transport is not None:  # noqa: ASYNC110 - no one tells who left
                await asyncio.sleep(_LOOK_SECONDS)
        if fault.kind in {"stall", "drop"}:
            _hang_up(request)
            return _NOTHING
        if fault.kind == "slow":
            await self._sleep(fault.seconds)
        reply = answer()
        if fault.kind == "drop_after":
            _hang_up(request)
        return reply

    def _answer(self, call: Call, found: Match, route: Route | None, *, signed_in: bool) -> Reply:
        """What a call is answered when nothing goes wrong on the way."""
        try:
            if not found.methods:
                raise not_found(call.path)
            if not signed_in:
                raise unauthorized()
            if route is None:
                raise method_not_allowed(found.methods)
            if call.query and not route.query:
                no_query(call)
            return route.handler(call)
        except Refusal as refusal:
            return _refused(refusal)

    def _respond(self, reply: Reply, concurrent: int, elapsed: float) -> web.Response:
        headers: dict[str, str] = {}
        if reply.body:
            headers["Content-Type"] = reply.content_type
        if not reply.bare:
            self._serial += 1
            headers["Twilio-Request-Id"] = f"RQ{self._serial:032x}"
            headers["Twilio-Concurrent-Requests"] = str(concurrent)
            headers["Twilio-Request-Duration"] = f"{elapsed:.3f}"
        headers.update(reply.headers)
        return web.Response(status=reply.status, body=reply.body or None, headers=headers)


def _refused(refusal: Refusal) -> Reply:
    return Reply(refusal.status, refusal.body(), headers=refusal.headers)


def _hang_up(request: web.BaseRequest) -> None:
    """Close the connection; what is then answered goes nowhere."""
    if request.transport is not None:
        request.transport.abort()


async def _cut(request: web.BaseRequest, response: web.Response, body: bytes) -> web.StreamResponse:
    """Send the head and half of the body, then close the connection; without a body, close it at once."""
    if not body:
        _hang_up(request)
        return response
    half = web.StreamResponse(status=response.status, headers=response.headers)
    half.content_length = len(body)
    half.force_close()
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    return half
