"""For all tests."""

from __future__ import annotations

import signal


def heard(number: int, frame: object) -> None:
    """Nothing is to be done."""


# What runs in the background (`&`, nohup) ignores Ctrl-C or the end of the terminal, and so do the processes that it
# starts. Those that tests send signals to must not: a handler, unlike "ignore", does not go to a child.
for name in ("SIGINT", "SIGHUP"):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, heard)
