"""The sandbox alone, until Ctrl-C: what ``python -m twilio_numbers_async.sandbox`` and the command line run."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Sequence

from .server import Sandbox

__all__ = ["main", "serve"]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def serve(sandbox: Sandbox, *, say: Callable[[str], None] = _say) -> None:
    """Run a sandbox in the foreground, and say its address and credentials. Returns on Ctrl-C and on SIGTERM.

    Raises OSError if the port is taken.
    """
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(sandbox, say))


async def _serve(sandbox: Sandbox, say: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # on Windows Ctrl-C is a KeyboardInterrupt
        for ending in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(ending, stop.set)
    async with sandbox:
        say(f"The sandbox answers at {sandbox.url} (Ctrl-C ends it).")
        say(f"  TWILIO_ACCOUNT_SID={sandbox.account_sid}")
        say(f"  TWILIO_AUTH_TOKEN={sandbox.auth_token}")
        say(f"  API key {sandbox.api_key}, secret {sandbox.api_secret}")
        say(f"  OAuth client {sandbox.client_id}, secret {sandbox.client_secret}")
        await stop.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """``python -m twilio_numbers_async.sandbox``; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m twilio_numbers_async.sandbox",
        description="A Twilio to try things on, on this machine.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8010, help="0 for a free one (default: %(default)s)")
    parser.add_argument("--allowance", type=int, help="requests at once, 429 beyond it (default: any number)")
    parser.add_argument(
        "--latency", type=float, default=0.0, help="seconds that a request takes (default: 0)"
    )
    parser.add_argument(
        "--port-in-pace", type=float, default=5.0, help="seconds for a port-in's step (default: %(default)g)"
    )
    parser.add_argument(
        "--review-pace", type=float, default=5.0, help="seconds for a step of a review (default: %(default)g)"
    )
    given = parser.parse_args(arguments)
    sandbox = Sandbox(
        given.allowance,
        given.latency,
        host=given.host,
        port=given.port,
        port_in_pace=given.port_in_pace,
        review_pace=given.review_pace,
    )
    try:
        serve(sandbox)
    except OSError as error:
        sys.stderr.write(f"The sandbox cannot listen on {given.host}:{given.port}: {error.strerror}\n")
        return 1
    return 0
