"""A server that takes webhooks, and checks each as an app would."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from multidict import CIMultiDictProxy

from twilio_numbers_async.webhooks import PortingEvent, parse_event, verify

from ..checked_client import Api

CONFIGURATION = "/v1/Porting/Configuration/Webhook"


class Receiver:
    """``events`` are those that were taken, in the order in which they came. Any that is not signed well fails.

    ``statuses``: what the first webhooks are answered (0: the connection is closed); then all are answered 200.
    """

    def __init__(
        self,
        statuses: Iterable[int] = (),
        *,
        auth_token: str | None = "sandbox-auth-token",
        shared_keys: dict[str, str] | None = None,
        before: Callable[[], Awaitable[Any]] | None = None,
    ) -> None:
        self.url = ""
        self.events: list[PortingEvent] = []
        self.refused: list[BaseException] = []
        self.bodies: list[bytes] = []
        self.targets: list[str] = []
        self.headers: list[CIMultiDictProxy[str]] = []
        self._statuses = deque(statuses)
        self._auth_token = auth_token
        self._shared_keys = shared_keys
        self._before = before
        self._runner = web.ServerRunner(web.Server(self._take, access_log=None), shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        if error is None:
            assert self.refused == []

    @property
    def names(self) -> Counter[str]:
        return Counter(str(event.kind) for event in self.events)

    async def _take(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        if self._before is not None:
            await self._before()
        try:
            verify(
                self.url + request.raw_path,
                body,
                request.headers,
                auth_token=self._auth_token,
                shared_keys=self._shared_keys,
            )
        except Exception as error:  # noqa: BLE001 - the server would swallow it; leaving the test raises it
            self.refused.append(error)
        self.bodies.append(body)
        self.targets.append(request.raw_path)
        self.headers.append(request.headers)
        status = self._statuses.popleft() if self._statuses else 200
        if status == 0 and request.transport is not None:
            request.transport.abort()
        if 200 <= status < 300:
            self.events.append(parse_event(body))
        return web.Response(status=status or 200)


async def configure(api: Api, url: str, *events: str, **rest: Any) -> None:
    """Let the events of an account's port-ins go to a URL."""
    sent = {"port_in_target_url": url, "notifications_of": list(events)}
    assert (await api.ask("POST", CONFIGURATION, sent, **rest)).status == 201
