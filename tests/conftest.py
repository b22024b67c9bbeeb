"""For all tests."""

from __future__ import annotations

import asyncio.constants
import gc
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from traceback import FrameSummary, StackSummary
from types import FrameType

# Where Python is told to write no compiled code, every run and each process that a test starts would compile all that
# it imports: twice its other work. It is kept where pytest keeps what it remembers.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    compiled = Path(__file__).parents[1] / ".pytest_cache" / "compiled"
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(compiled)
    sys.dont_write_bytecode = False

from hypothesis import settings

# Under `-X dev` asyncio notes where each future, task and callback was made. With the whole stack, that takes longer
# than what is tested; its last frames tell as much. Their lines are read when somebody prints them.
FRAMES = 3
traceback.extract_stack.__defaults__ = (None, FRAMES)
asyncio.constants.DEBUG_STACK_DEPTH = FRAMES  # type: ignore[misc]
whole_stack = StackSummary.extract


def last_frames(
    frames: Iterator[tuple[FrameType, int]],
    *,
    limit: int | None = None,
    lookup_lines: bool = True,
    capture_locals: bool = False,
) -> StackSummary:
    """The last ``FRAMES`` of a stack for asyncio and uvloop, without a look at the files; the whole for others."""
    if limit != FRAMES and lookup_lines:
        return whole_stack(frames, limit=limit, capture_locals=capture_locals)
    return StackSummary(
        FrameSummary(frame.f_code.co_filename, line, frame.f_code.co_name, lookup_line=False)
        for frame, line in islice(frames, FRAMES)
    )


StackSummary.extract = last_frames  # type: ignore[method-assign,assignment]


# A busy machine is no failure: nothing here depends on how long an example takes.
settings.register_profile("tests", settings.default, deadline=None)
settings.load_profile("tests")


def heard(number: int, frame: object) -> None:
    """Nothing is to be done."""


# What runs in the background (`&`, nohup) ignores Ctrl-C or the end of the terminal, and so do the processes that it
# starts. Those that tests send signals to must not: a handler, unlike "ignore", does not go to a child.
for name in ("SIGINT", "SIGHUP"):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, heard)


def pytest_collection_finish() -> None:
    """Take the modules and the collected tests, half a million objects, out of the garbage collector's way."""
    if sys.version_info < (
        3,
        14,
    ):  # from there on Hypothesis asks gc.get_referrers, which sees nothing frozen
        gc.collect()
        gc.freeze()
