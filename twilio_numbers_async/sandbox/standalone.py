"""The sandbox alone, until Ctrl-C, for ``python -m twilio_numbers_async.sandbox`` and ``twilio-numbers sandbox``.

Standard output gets lines for ``eval`` in a shell: the variables that lead to the sandbox. Standard error gets lines
for people.
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
from typing import Any

import msgspec

from .background import detach, let_go
from .command_options import CommandOptions, options
from .options import Pace, WebhookFaults
from .server import Sandbox


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def print_exports(lines: Iterable[str]) -> None:
    """Print the lines, and close the pipe behind them: its reader need not wait for more."""
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()
    if not sys.stdout.isatty():
        let_go(1)


def exports(sandbox: Sandbox) -> list[str]:
    """Lines of a POSIX shell that make commands and programs ask this sandbox."""
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

    ``numbers`` and ``port_ins``: the made up ones that its account gets. ``say`` gets lines for people, ``export`` the
    lines for a shell. Raises OSError if the port is taken, ValueError for more numbers or port-ins than there are.
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
        sandbox.incoming_phone_numbers.add(numbers)
        sandbox.port_ins.add(port_ins)
        say(f"The sandbox answers at {sandbox.url} (Ctrl-C ends it).")
        say(f"OAuth client {sandbox.client_id}, secret {sandbox.client_secret}")
        export(exports(sandbox))
        await stop.wait()


def sandbox_of(given: CommandOptions) -> Sandbox:
    """The sandbox that a command line asks for."""
    return Sandbox(
        given.allowance,
        given.latency,
        host=given.host,
        port=given.port,
        pace=Pace(
            port_ins=given.pace if given.port_in_pace is None else given.port_in_pace,
            reviews=given.pace if given.review_pace is None else given.review_pace,
            hosting=given.pace if given.hosting_pace is None else given.hosting_pace,
        ),
        webhook_faults=WebhookFaults(repeat=int(given.repeat_webhooks)),
    )


def run(given: CommandOptions, say: Callable[[str], None] = _say) -> int:
    """Serve as a command line says. Returns the exit code."""
    try:
        ready = detach() if given.background else None
        if isinstance(ready, int):
            return ready
        _run(given, say, ready)
    except OSError as error:
        say(f"The sandbox cannot listen on {given.host}:{given.port}: {error.strerror or error}")
        return 1
    except ValueError as error:
        say(f"--numbers or --port-ins: {error}")
        return 2
    return 0


def _run(given: CommandOptions, say: Callable[[str], None], ready: Callable[[], None] | None) -> None:
    """Serve; ``ready`` is called when a process in the background can be left alone."""

    def tell(line: str) -> None:
        say(line if ready is None else line.replace("Ctrl-C ends it", f"kill {os.getpid()} ends it"))

    def export(lines: Iterable[str]) -> None:
        print_exports(lines)
        if ready is not None:
            ready()

    serve(sandbox_of(given), numbers=given.numbers, port_ins=given.port_ins, say=tell, export=export)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``python -m twilio_numbers_async.sandbox``. Returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m twilio_numbers_async.sandbox",
        description="A Twilio to try things on, on this machine.",
        argument_default=argparse.SUPPRESS,
    )
    for option in options():
        default = f" [default: {option.default}]" if option.default else ""
        reading: dict[str, Any] = (
            {"action": "store_true"} if option.kind is bool else {"metavar": option.metavar}
        )
        parser.add_argument(
            option.flag, dest=option.flag[2:], help=f"{option.meta.description}{default}", **reading
        )
    try:
        given = msgspec.convert(vars(parser.parse_args(arguments)), CommandOptions, strict=False)
    except msgspec.ValidationError as error:
        parser.error(str(error).replace("$.", "--"))
    return run(given)
