"""For all tests."""

from __future__ import annotations

import asyncio.constants
import signal
import traceback

# Under `-X dev` asyncio notes where each future, task and callback was made. With the whole stack, that takes longer
# than what is tested; its last frames tell as much.
FRAMES = 3
traceback.extract_stack.__defaults__ = (None, FRAMES)
asyncio.constants.DEBUG_STACK_DEPTH = FRAMES  # type: ignore[misc]


def heard(number: int, frame: object) -> None:
    """Nothing is to be done."""


# What runs in the background (`&`, nohup) ignores Ctrl-C or the end of the terminal, and so do the processes that it
# starts. Those that tests send signals to must not: a handler, unlike "ignore", does not go to a child.
for name in ("SIGINT", "SIGHUP"):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, heard)
