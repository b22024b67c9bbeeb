"""Chunks for programs without an event loop: one loop and one client in each process."""

from __future__ import annotations

import asyncio
import atexit
import os
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Self, TypeAlias
from weakref import WeakSet

from ..client import TwilioNumbers
from ..errors import ConfigurationError
from ..sweep import Chunk
from .results import ChunkResult
from .splitting import sweep_chunk

__all__ = ["ChunkRunner"]

_Open: TypeAlias = tuple[asyncio.AbstractEventLoop, asyncio.Event, TwilioNumbers]


class ChunkRunner:
    """Carries chunks out, one call a chunk: ``run = ChunkRunner(TwilioNumbers.from_env)``, ``result = run(chunk)``.

    The first call in a process opens one client, in an event loop on a thread of its own, and all later ones use
    it, so that its gate knows the account's allowance already. That holds after a fork too, whatever the parent
    had open. Calls may come from several threads. A call that is interrupted (KeyboardInterrupt, an engine's time
    limit) cancels its chunk, which then gives nothing. A runner that is pickled, as pools of processes do, is one
    runner in each process that it comes to. Not for programs whose threads are green (gevent, eventlet).

    ``client_factory`` makes a client that is not open; where the runner is pickled, it must be picklable too.
    """

    def __init__(self, client_factory: Callable[[], TwilioNumbers]) -> None:
        self._factory = client_factory
        self._closed = False
        # By process: what a fork inherits is nobody's to use or to close.
        self._serving: dict[int, _Serving] = {}
        _runners.add(self)

    def __call__(self, chunk: Chunk) -> ChunkResult:
        """Carry the chunk out as ``sweep_chunk`` does, and raise what it raises.

        Raises ConfigurationError where the runner is closed, even while the chunk is carried out.
        """
        if self._closed:
            raise ConfigurationError("The runner is closed: make another one.")
        future = self._here().submit(chunk)
        try:
            return future.result()
        except CancelledError:
            raise ConfigurationError("The runner was closed before the chunk was done.") from None
        except BaseException:
            future.cancel()  # no more than a word where the chunk itself failed
            raise

    def _here(self) -> _Serving:
        return self._serving.setdefault(os.getpid(), _Serving(self._factory))

    def close(self) -> None:
        """Close the client and end the thread; chunks under way are cancelled. Twice is no error."""
        self._closed = True
        self._here().stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Callable[[bytes], ChunkRunner], tuple[bytes]]:
        return _runner_here, (pickle.dumps(self._factory),)


class _Serving:
    """This process's event loop, on a thread of its own, and the open client in it. Begun by the first chunk."""

    def __init__(self, factory: Callable[[], TwilioNumbers]) -> None:
        self._factory = factory
        self._lock = threading.Lock()
        self._open: _Open | None = None
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._chunks: set[asyncio.Task[ChunkResult]] = set()

    def submit(self, chunk: Chunk) -> Future[ChunkResult]:
        with self._lock:  # so that nothing comes in once it has stopped
            if self._stopped:
                raise ConfigurationError("The runner is closed: make another one.")
            if self._open is None:
                self._open = self._begin()
            loop, _, twilio = self._open
            return asyncio.run_coroutine_threadsafe(self._carry_out(twilio, chunk), loop)

    def _begin(self) -> _Open:
        ready: Future[_Open] = Future()
        # A daemon, because a runner that nobody closes must not keep the program from ending.
        self._thread = threading.Thread(target=self._main, args=(ready,), name="chunks", daemon=True)
        self._thread.start()
        return ready.result()

    async def _carry_out(self, twilio: TwilioNumbers, chunk: Chunk) -> ChunkResult:
        task = asyncio.create_task(sweep_chunk(twilio, chunk))
        self._chunks.add(task)
        try:
            return await task
        finally:
            self._chunks.discard(task)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            opened, self._open = self._open, None
        if opened is not None and self._thread is not None:
            loop, end, _ = opened
            loop.call_soon_threadsafe(end.set)
            self._thread.join()

    def _main(self, ready: Future[_Open]) -> None:
        try:
            asyncio.run(self._serve(ready))
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)  # it belongs to whoever waits

    async def _serve(self, ready: Future[_Open]) -> None:
        end = asyncio.Event()
        async with self._factory() as twilio:
            ready.set_result((asyncio.get_running_loop(), end, twilio))
            await end.wait()
            for task in self._chunks:
                task.cancel()
            await asyncio.gather(*self._chunks, return_exceptions=True)


_runners: WeakSet[ChunkRunner] = WeakSet()
_here: dict[bytes, ChunkRunner] = {}


def _runner_here(factory: bytes) -> ChunkRunner:
    """This process's runner for a pickled factory."""
    found = _here.get(factory)
    if found is None:
        found = _here.setdefault(factory, ChunkRunner(pickle.loads(factory)))  # noqa: S301 - our own pickle's part
    return found


@atexit.register
def _at_exit() -> None:
    for runner in [*_runners]:
        runner.close()
