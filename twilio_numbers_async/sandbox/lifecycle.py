"""The start and the stop of a sandbox: in the running loop, or in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from typing import Any, Self

from .._finish import finish
from .http.connection import Server
from .http.listening import Listener, connections_allowed
from .http.service import Service

_SHUTDOWN_SECONDS = 0.2
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - how to reach what listens everywhere


class Hosted:
    """The base of the sandbox: its address and its life."""

    def __init__(self, service: Service, *, host: str, port: int) -> None:
        self._service = service
        self._host = host
        self._port = port
        self._serving: tuple[Server, Listener, asyncio.Task[None]] | None = None
        self._timers: set[asyncio.TimerHandle] = set()
        self._thread = ExitStack()

    async def start(self) -> None:
        """Serve from the running loop. Raises OSError if the port is taken."""
        if self._serving is not None:
            raise RuntimeError("The sandbox is running")
        service = self._service
        service.stopping = False
        limits = service.limits
        server = Server(service.handle, limits, service.notes)
        most = connections_allowed(limits.max_connections)
        listener = Listener(server, most=most, grace=limits.idle_timeout, notes=service.notes)
        try:
            self._port = await finish(listener.open(self._host, self._port))
        except BaseException:
            await finish(listener.close())  # half a start leaves a socket that nobody knows of
            raise
        self._serving = server, listener, asyncio.create_task(server.watch())

    async def stop(self) -> None:
        """Close every connection and the port; its state stays. Twice is fine."""
        serving, self._serving = self._serving, None
        if serving is not None:
            await finish(self._end(*serving))

    async def _end(self, server: Server, listener: Listener, watch: asyncio.Task[None]) -> None:
        self._service.stopping = True
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        await listener.close()
        server.pre_shutdown()
        await server.shutdown(_SHUTDOWN_SECONDS)
        watch.cancel()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            thread = _Thread()
            stack.callback(thread.close)
            thread.run(self.start())
            stack.callback(lambda: thread.run(self.stop()))
            self._thread = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.close()

    @property
    def url(self) -> str:
        """The address, as ``base_url`` takes it."""
        if not self._port:
            raise RuntimeError("The sandbox has no address before it is started")
        host = _LOOPBACK.get(self._host, self._host)
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    def call_later(self, seconds: float, call: Callable[[], object]) -> None:
        """Call a function in so many seconds, unless the sandbox has stopped by then. Only from its own loop."""

        def run() -> None:
            self._timers.discard(timer)
            call()

        timer = asyncio.get_running_loop().call_later(seconds, run)
        self._timers.add(timer)


class _Thread:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sandbox", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
