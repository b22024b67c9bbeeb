"""The port: accepts connections up to a maximum, and waits while descriptors are lacking.

asyncio's own listener logs a traceback for each connection that it cannot accept, as often as the backlog is long, and
has no maximum.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket

try:
    import resource
except ImportError:  # pragma: no cover - Windows limits no descriptors
    resource = None  # type: ignore[assignment]

from .connection import Server
from .notes import Notes

_BACKLOG = 4096
_MOST_CONNECTIONS = 10_000
_SPARE_DESCRIPTORS = 64
_PAUSE_SECONDS = 0.1
_GRACE_SECONDS = 1.0
_LOOK_SECONDS = 0.01
_ACCEPTS_A_TURN = 64


def connections_allowed(given: int | None) -> int:
    """The most connections at once: the number given, or the room that the process's limit of descriptors leaves."""
    if given is not None:
        return given
    if resource is None:  # pragma: no cover - see above
        return _MOST_CONNECTIONS
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(min(soft - _SPARE_DESCRIPTORS, _MOST_CONNECTIONS), 1)


class Listener:
    """Listens for a server. ``most``: the most open connections."""

    def __init__(self, server: Server, *, most: int, grace: float, notes: Notes) -> None:
        self._server = server
        self._most = most
        self._grace = min(grace, _GRACE_SECONDS)
        self._notes = notes
        self._sockets: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._taking: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> int:
        """Listen. Returns the port. OSError if it is taken."""
        self._sockets = await _listen(host, port)
        self._accepting = [asyncio.create_task(self._accept(each)) for each in self._sockets]
        return int(self._sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Close the port; the connections stay."""
        for task in self._accepting:
            task.cancel()
        await asyncio.gather(*self._accepting, *self._taking, return_exceptions=True)
        for each in self._sockets:
            each.close()

    async def _accept(self, listening: socket.socket) -> None:
        accepted = 0
        while True:
            await self._room()
            try:
                client, _ = listening.accept()  # it does not block
            except BlockingIOError:
                await _readable(listening)
            except ConnectionAbortedError:
                continue
            except OSError as error:
                self._notes.say(
                    "accept",
                    f"The sandbox cannot take in connections ({error.strerror}); "
                    f"{self._there()} are open, and it tries again",
                )
                await self._wait()
            else:
                task = asyncio.create_task(self._take(client))
                self._taking.add(task)
                task.add_done_callback(self._taking.discard)
                accepted += 1
                if not accepted % _ACCEPTS_A_TURN:
                    await asyncio.sleep(0)

    async def _take(self, client: socket.socket) -> None:
        client.setblocking(False)
        try:
            await asyncio.get_running_loop().connect_accepted_socket(self._server, client)
        except OSError:  # it has left by now
            client.close()

    def _there(self) -> int:
        """The number of connections, with those that are being accepted."""
        return len(self._server.open) + len(self._taking)

    async def _room(self) -> None:
        """Return when one more connection may be open."""
        while self._there() >= self._most:
            self._notes.say("full", f"The sandbox has {self._most} connections open; more must wait")
            await self._wait()

    async def _wait(self) -> None:
        """Close the connection that waits longest; return when one is closed, or after a moment."""
        changed = self._server.changed
        changed.clear()
        self._server.make_room(self._grace)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PAUSE_SECONDS):
                await changed.wait()


async def _readable(listening: socket.socket) -> None:
    """Return when a client connects."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(listening, ready.set)
    except NotImplementedError:  # pragma: no cover - Windows' loop has none
        await asyncio.sleep(_LOOK_SECONDS)
        return
    try:
        await ready.wait()
    finally:
        loop.remove_reader(listening)


async def _listen(host: str, port: int) -> list[socket.socket]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    failed: OSError | None = None
    with contextlib.ExitStack() as stack:
        for family, address in dict.fromkeys((family, address) for family, *_, address in found):
            try:
                made = stack.enter_context(socket.create_server(address[:2], family=family, backlog=_BACKLOG))
            except OSError as error:
                if error.errno not in {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}:
                    raise
                failed = error  # one of the addresses of a name, such as ::1 where there is no IPv6
            else:
                made.setblocking(False)
                sockets.append(made)
        stack.pop_all()
    if failed is not None and not sockets:
        raise failed
    return sockets
