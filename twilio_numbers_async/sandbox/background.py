"""Processes in the background, and the descriptors that they give up."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable


def detach() -> Callable[[], None] | int:
    """Fork: the work goes on in a process that no terminal ends.

    In the new process it returns a function, to be called when all is ready. In the old one it waits for that call (or
    for the end of the new process) and returns the exit code. Raises OSError on Windows.
    """
    if sys.platform == "win32":
        raise OSError("--background is not there on Windows: run it in a window of its own")
    ours, theirs = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(theirs)
        ready = os.read(ours, 1)
        os.close(ours)
        return 0 if ready else os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(ours)
    os.setsid()

    def tell_ready() -> None:
        let_go(0, 1, 2)
        os.write(theirs, b"1")
        os.close(theirs)

    return tell_ready


def let_go(*descriptors: int) -> None:
    """Put nothing in place of descriptors, so that nobody at their other end waits for this process."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in descriptors:
        os.dup2(nothing, descriptor)
    os.close(nothing)
