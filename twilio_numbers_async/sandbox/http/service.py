"""The way of a request through the sandbox: credentials, body, fault, allowance, latency, route."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

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
from ..faults import Fault, Faults
from ..options import Limits, SandboxRuntime
from ..routing import Call, Match, Reply, Route, Router
from ..traffic import Received, Traffic
from .body import read_body
from .notes import Notes
from .strict import no_query

_LOOK_SECONDS = 0.02
_NOWHERE = Match({}, {})
_NOTHING = Reply(204, b"")


class Service:
    """Answers requests. ``latency`` gives the seconds that the next one takes."""

    def __init__(
        self,
        router: Router,
        accounts: Accounts,
        faults: Faults,
        traffic: Traffic,
        *,
        latency: Callable[[], float],
        runtime: SandboxRuntime,
        limits: Limits,
    ) -> None:
        self._router = router
        self._accounts = accounts
        self._faults = faults
        self._traffic = traffic
        self._latency = latency
        self._runtime = runtime
        self._serial = 0
        self.limits = limits
        self.notes: Notes = Notes()
        self.stopping = False

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request. Its body is read after its credentials are checked."""
        if sum(len(name) + len(value) for name, value in request.raw_headers) > self.limits.max_head:
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
                body = await read_body(request, limit or self.limits.max_body, self.limits.request_timeout)
            except Refusal as refused:
                refusal = refused
            except ConnectionError:
                return web.Response(status=204)  # the client left while it was sending
        received = Received(request.method, path, query, headers, body, len(body))
        self._traffic.note(received, route and route.operation, found.params.get("PhoneNumber"))
        if refusal is not None:
            return self._close(refusal)
        content_type = headers.get("Content-Type", "")
        call = Call(request.method, path, found.params, query, content_type, body, account or ANONYMOUS)
        answer = partial(self._answer, call, found, route, signed_in=account is not None)
        if is_open:
            return self._respond(answer(), self._traffic.in_flight, 0.0)
        return await self._serve(request, call, answer)

    def _close(self, refusal: Refusal) -> web.Response:
        """The answer to a request that was not read to its end; the connection closes after it."""
        self.notes.say(f"request {refusal.status}", f"The sandbox refused a request: {refusal.message}")
        response = self._respond(_refused(refusal), self._traffic.in_flight, 0.0)
        response.force_close()
        return response

    async def _serve(
        self, request: web.BaseRequest, call: Call, answer: Callable[[], Reply]
    ) -> web.StreamResponse:
        """Answer a request that counts: by its fault, within the allowance, after the latency."""
        traffic = self._traffic
        traffic.requests += 1
        fault = self._faults.take(call.method, call.path)
        if fault is not None and fault.kind == "refuse" and fault.reply is not None:
            traffic.refused += 1
            return self._respond(fault.reply, traffic.in_flight, 0.0)
        if not traffic.enter():
            return self._respond(_refused(too_many_requests()), traffic.in_flight, 0.0)
        concurrent = traffic.in_flight
        started = self._runtime.clock()
        try:
            latency = self._latency()
            if latency > 0:
                await self._runtime.sleep(latency)
            reply = answer() if fault is None else await self._misbehave(request, fault, answer)
        finally:
            elapsed = self._runtime.clock() - started
            traffic.leave(elapsed)
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
            await self._runtime.sleep(fault.seconds)
        reply = answer()
        if fault.kind == "drop_after":
            _hang_up(request)
        return reply

    def _answer(self, call: Call, found: Match, route: Route | None, *, signed_in: bool) -> Reply:
        """The answer to a call that no fault touches."""
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
    """Close the connection; no answer reaches the client."""
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
