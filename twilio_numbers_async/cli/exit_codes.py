"""How a command ends: its exit code, and one plain line that says why."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Generator

import typer

from ..errors import (
    AuthenticationError,
    ConfigurationError,
    InvalidArgumentError,
    PermissionDeniedError,
    TwilioNumbersError,
)
from .chosen import in_options, worded
from .tables import TableError

__all__ = ["FAILED", "INTERRUPTED", "REFUSED", "USAGE", "Stop", "interruptible", "settled", "tell"]

FAILED = 1
USAGE = 2
REFUSED = 3
INTERRUPTED = 130
_CLOSED_PIPE = 141


class Stop(Exception):  # noqa: N818 - it is no error of the program's
    """The command ends here, with this line and this exit code."""

    def __init__(self, line: str, code: int) -> None:
        super().__init__(line)
        self.code = code


def tell(line: str) -> None:
    """A line for the person at the screen; standard output is for results."""
    print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def settled() -> Generator[None]:
    """Turn what a command raises into a line and an exit code; what is a bug keeps its traceback."""
    try:
        yield
        _write_out()
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        # Whoever read this has gone. What is still in the buffer has nowhere to go either.
        _forget_output()
        raise typer.Exit(_CLOSED_PIPE) from None
    except (Stop, TableError, TwilioNumbersError, OSError, RecursionError) as error:
        line, code = _said(error)
        with contextlib.suppress(Stop):  # the reason is said already
            _write_out()
        if line:
            tell(line)
        raise typer.Exit(code) from None


def _write_out() -> None:
    """Write what is left for standard output. Raises Stop where it cannot be written."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _forget_output()
        raise Stop(f"The output cannot be written: {error.strerror or error}", FAILED) from None


def _forget_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _said(error: Stop | TableError | TwilioNumbersError | OSError | RecursionError) -> tuple[str, int]:
    if isinstance(error, Stop):
        return str(error), error.code
    if isinstance(error, AuthenticationError | PermissionDeniedError):
        return f"Twilio refused the credentials: {worded(error)}", REFUSED
    if isinstance(error, InvalidArgumentError | ConfigurationError):
        return worded(error), USAGE
    if isinstance(error, TableError):
        return in_options(str(error)), USAGE
    if isinstance(error, RecursionError):
        return "Something in there is nested too deeply", USAGE
    # A failed connection is an OSError too, but it is none of the output's.
    if isinstance(error, TwilioNumbersError):
        return worded(error), FAILED
    if error.filename is None:
        return f"The output cannot be written: {error.strerror or error}", FAILED
    return str(error), FAILED


def interruptible(work: Callable[[], Coroutine[object, object, int]]) -> int:
    """Run ``work`` in an event loop; what it returns is the exit code.

    Ctrl-C, a closed terminal and SIGTERM cancel it. It may catch that to tidy up; if it does not, the code is
    that of an interruption.
    """

    async def run() -> int:
        task = asyncio.current_task()
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # not all are there on Windows
            if number is not None and task is not None and signal.getsignal(number) is not signal.SIG_IGN:
                with contextlib.suppress(NotImplementedError):
                    asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            return await work()
        except asyncio.CancelledError:
            return INTERRUPTED

    return asyncio.run(run())
