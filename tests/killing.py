"""Work in processes that are killed, until one lives to the end.

Each is killed when a request is answered, before anything can be noted of the answer: at its first POST, or at a GET
that none was killed at before. With ``before`` each is killed before its first POST is sent, too. They are forks, which
start at once.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp

from twilio_numbers_async.transport.client_state import Exchange

__all__ = ["UNSENT", "Death", "until_one_lives"]

UNSENT = "unsent"
"""The name of a death before a POST was sent."""


class Death:
    """The request that kills a process. ``spared``: the names of requests that it survives."""

    def __init__(self, say: int, spared: set[str], *, before: bool) -> None:
        self._say = say
        self._spared = spared
        self._before = before

    def _come(self, name: str) -> None:
        os.write(self._say, name.encode())
        os.kill(os.getpid(), signal.SIGKILL)

    def answered(self, exchange: Exchange) -> None:
        """Come at an answer: for ``on_response``."""
        if exchange.method == "POST" or exchange.operation not in self._spared:
            self._come(exchange.operation)

    @property
    def trace(self) -> list[aiohttp.TraceConfig]:
        """Come before a POST is sent: for ``trace_configs``."""
        config: aiohttp.TraceConfig = aiohttp.TraceConfig()

        async def begun(_session: Any, _context: Any, params: aiohttp.TraceRequestStartParams) -> None:
            if params.method == "POST" and self._before:
                self._come(UNSENT)

        config.on_request_start.append(begun)
        return [config]


def until_one_lives(work: Callable[[Death], Coroutine[Any, Any, None]], *, before: bool = False) -> None:
    """Do the work in one process after the other; print what they were killed at, and exit as the last one does."""
    killed: list[str] = []
    while True:
        heard, say = os.pipe()
        child = os.fork()
        if not child:
            code = 1
            try:
                # The POST before which the last one was killed is sent by this one.
                asyncio.run(work(Death(say, {*killed}, before=before and killed[-1:] != [UNSENT])))
                code = 0
            finally:
                os._exit(code)
        os.close(say)
        with os.fdopen(heard) as pipe:
            name = pipe.read()
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            sys.stdout.write(" ".join(killed))
            sys.exit(os.WEXITSTATUS(status))
        killed.append(name)
