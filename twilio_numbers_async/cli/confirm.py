"""Consent of the person at the terminal, before something is spent or changed."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Generator

from .exit_codes import FAILED, INTERRUPTED, USAGE, Stop, tell

__all__ = ["ask"]


def ask(question: str, *, yes: bool, done: str) -> None:
    """Go on if --yes was given, or if the person at the terminal says yes.

    Raises Stop for another answer (``done``: the word for what was not done), if there is no terminal, and on Ctrl-C.
    The event loop stands still until the answer comes: nothing else is under way then.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise Stop("Nothing was done: there is no terminal to ask at, and --yes was not given", USAGE)
    sys.stdout.flush()
    with _signals_as_usual():
        try:
            print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
            answer = sys.stdin.readline().strip().casefold()
        except KeyboardInterrupt:
            tell("")
            raise Stop("Nothing was done.", INTERRUPTED) from None
    if answer not in {"y", "yes"}:
        raise Stop(f"Nothing was {done}.", FAILED)


@contextlib.contextmanager
def _signals_as_usual() -> Generator[None]:
    """Let Ctrl-C and SIGTERM end the wait: the event loop, which would handle them, stands still."""
    of_ctrl_c = signal.signal(signal.SIGINT, signal.default_int_handler)
    of_sigterm = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    task = asyncio.current_task()
    try:
        if task is not None and task.cancelling():  # Ctrl-C came just before
            raise KeyboardInterrupt
        yield
    finally:
        signal.signal(signal.SIGINT, of_ctrl_c)
        signal.signal(signal.SIGTERM, of_sigterm)
