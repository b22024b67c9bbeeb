"""The sandbox alone, until Ctrl-C: what ``python -m twilio_numbers_async.sandbox`` and the command line run.

Standard output gets what a shell takes over with ``eval``: the variables that lead here. All else is for people, and
goes to standard error.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterable, Sequence

from .server import Sandbox

__all__ = ["exports", "let_go", "main", "print_exports", "serve"]


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def print_exports(lines: Iterable[str]) -> None:
    """Print the lines; whoever reads them from a pipe need not wait for more."""
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()
    if not sys.stdout.isatty():
        let_go(1)


def let_go(*descriptors: int) -> None:
    """Put nothing in place of descriptors, so that nobody at their other end waits for this process."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in descriptors:
        os.dup2(nothing, descriptor)
    os.close(nothing)


def exports(sandbox: Sandbox) -> list[str]:
    """Lines of a POSIX shell after which commands and programs ask this sandbox."""
    variables = {
        "TWILIO_NUMBERS_BASE_URL": sandbox.url,
        "TWILIO_ACCOUNT_SID": sandbox.account_sid,
        "TWILIO_AUTH_TOKEN": sandbox.auth_token,
        "TWILIO_API_KEY": sandbox.api_key,
        "TWILIO_API_SECRET": sandbox.api_secret,
        "TWILIO_NUMBERS_SANDBOX_PID": str(os.getpid()),
    }
    # A profile would sign in with its own key.
    return [
        *(f"export {name}={shlex.quote(value)}" for name, value in variables.items()),
        "unset TWILIO_PROFILE",
    ]


def serve(
    sandbox: Sandbox,
    *,
    numbers: int = 0,
    port_ins: int = 0,
    say: Callable[[str], None] = _say,
    export: Callable[[Iterable[str]], None] = print_exports,
) -> None:
    """Run a sandbox in the foreground. Returns on Ctrl-C and on SIGTERM.

    ``numbers`` and ``port_ins`` are how many its account has from the beginning. ``say`` gets lines for people,
    ``export`` the lines that a shell can take over. Raises OSError if the port is taken, ValueError for more numbers
    or port-ins than there are.
    """
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(sandbox, numbers, port_ins, say, export))


async def _serve(
    sandbox: Sandbox,
    numbers: int,
    port_ins: int,
    say: Callable[[str], None],
    export: Callable[[Iterable[str]], None],
) -> None:
    stop = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # on Windows Ctrl-C is a KeyboardInterrupt
        for ending in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(ending, stop.set)
    async with sandbox:
        sandbox.add_numbers(numbers)
        sandbox.add_port_ins(port_ins)
        say(f"The sandbox answers at {sandbox.url} (Ctrl-C ends it).")
        say(f"OAuth client {sandbox.client_id}, secret {sandbox.client_secret}")
        export(exports(sandbox))
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
    parser.add_argument("--numbers", type=int, default=0, help="numbers that the account has (default: none)")
    parser.add_argument("--port-ins", type=int, default=0, help="port-ins that it has (default: none)")
    parser.add_argument(
        "--port-in-pace", type=float, default=5.0, help="seconds for a port-in's step (default: %(default)g)"
    )
    parser.add_argument(
        "--review-pace", type=float, default=5.0, help="seconds for a step of a review (default: %(default)g)"
    )
    parser.add_argument(
        "--repeat-webhooks", action="store_true", help="send every webhook twice (default: once)"
    )
    given = parser.parse_args(arguments)
    sandbox = Sandbox(
        given.allowance,
        given.latency,
        host=given.host,
        port=given.port,
        port_in_pace=given.port_in_pace,
        review_pace=given.review_pace,
        webhook_repeats=int(given.repeat_webhooks),
    )
    try:
        serve(sandbox, numbers=given.numbers, port_ins=given.port_ins)
    except OSError as error:
        sys.stderr.write(f"The sandbox cannot listen on {given.host}:{given.port}: {error.strerror}\n")
        return 1
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0
