"""The end of a command: its exit code, and one plain line with the reason."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Coroutine, Generator, Iterable
from typing import Any

import typer

from ..errors import (
    AuthenticationError,
    ConfigurationError,
    InvalidArgumentError,
    PermissionDeniedError,
    TwilioNumbersError,
)
from .tables import TableError
from .words import in_options, worded

__all__ = ["FAILED", "INTERRUPTED", "REFUSED", "USAGE", "Stop", "code_of", "run", "settled", "tell"]

FAILED = 1
USAGE = 2
REFUSED = 3
INTERRUPTED = 130
_CLOSED_PIPE = 141


class Stop(Exception):  # noqa: N818 - not an error of the program
    """Ends the command with a line on standard error and an exit code."""

    def __init__(self, line: str, code: int) -> None:
        super().__init__(line)
        self.code = code


def tell(line: str) -> None:
    """Write a line for people to standard error; standard output is for results."""
    print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def settled() -> Generator[None]:
    """Turn an expected exception into a line and an exit code; a bug keeps its traceback."""
    try:
        yield
        _write_out()
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        # The reader has gone, so the rest of the buffer has no destination.
        _forget_output()
        raise typer.Exit(_CLOSED_PIPE) from None
    except (Stop, TableError, TwilioNumbersError, OSError, RecursionError) as error:
        line, code = _line_and_code(error)
        with contextlib.suppress(Stop):  # the reason is in the line below
            _write_out()
        if line:
            tell(line)
        raise typer.Exit(code) from None


def _write_out() -> None:
    """Flush standard output. Raises Stop if it cannot be written."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _forget_output()
        raise Stop(f"The output cannot be written: {error.strerror or error}", FAILED) from None


def _forget_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _line_and_code(
    error: Stop | TableError | TwilioNumbersError | OSError | RecursionError,
) -> tuple[str, int]:
    if isinstance(error, Stop):
        return str(error), error.code
    if isinstance(error, AuthenticationError | PermissionDeniedError):
        return f"Twilio refused the credentials: {worded(error)}", REFUSED
    if isinstance(error, InvalidArgumentError | ConfigurationError):
        return worded(error), USAGE
    if isinstance(error, TableError):
        return in_options(str(error)), USAGE
    if isinstance(error, RecursionError):
        return "The input is nested too deeply", USAGE
    # A failed connection is an OSError too, but not one of the output.
    if isinstance(error, TwilioNumbersError):
        return worded(error), FAILED
    if error.filename is None:
        return f"The output cannot be written: {error.strerror or error}", FAILED
    return str(error), FAILED


def code_of(errors: Iterable[BaseException | None]) -> int:
    """The exit code of a command whose parts have ended with these errors."""
    found = [error for error in errors if error is not None]
    if any(isinstance(error, AuthenticationError | PermissionDeniedError) for error in found):
        return REFUSED
    return FAILED if found else 0


def run(work: Coroutine[Any, Any, int | None]) -> int:
    """Run a coroutine in an event loop; its result is the exit code (None is 0).

    Ctrl-C, a closed terminal and SIGTERM cancel the coroutine. It may catch the cancellation to tidy up; if it does
    not, the code is INTERRUPTED.
    """

    async def main() -> int:
        task = asyncio.current_task()
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has not all of them
            if number is not None and task is not None and signal.getsignal(number) is not signal.SIG_IGN:
                with contextlib.suppress(NotImplementedError):
                    asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            return await work or 0
        except asyncio.CancelledError:
            return INTERRUPTED

    return asyncio.run(main())
