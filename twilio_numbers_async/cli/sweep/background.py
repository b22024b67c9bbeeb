"""A command that goes on by itself when its caller has what it waits for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from ..exit_codes import USAGE, Stop

__all__ = ["detach"]


def detach() -> Callable[[], None] | int:
    """Go on in a process of one's own, which no terminal ends.

    There it returns what is to be called when all is ready; in the process that was called, which waits until then, it
    returns the exit code. Raises Stop on Windows.
    """
    if sys.platform == "win32":
        raise Stop("--background is not there on Windows: run it in a window of its own", USAGE)
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
        from ...sandbox.standalone import let_go

        let_go(0, 1, 2)
        os.write(theirs, b"1")
        os.close(theirs)

    return tell_ready
