"""The command at a terminal, with somebody who answers what it asks."""

from __future__ import annotations

import os
import select
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.processes import Process

from .command import PATIENCE, started

pty = pytest.importorskip("pty", reason="no pseudo-terminals here")


def asked(
    question: str, answer: bytes, *arguments: str | Path, cwd: Path, env: Mapping[str, str]
) -> tuple[int, str]:
    """Run the command at a terminal, and type ``answer`` when it asks; its exit code, and all it wrote."""
    ours, theirs = pty.openpty()
    process = started(
        arguments, cwd, {**env, "TERM": "xterm-256color"}, stdin=theirs, output=theirs, new_session=True
    )
    os.close(theirs)
    written, typed = b"", False
    while piece := _read(ours, process):
        written += piece
        if not typed and question.encode() in written:
            os.write(ours, answer)
            typed = True
    os.close(ours)
    code = process.wait(PATIENCE)
    assert typed, written
    assert b"Traceback" not in written, written
    return code, written.decode()


def _read(terminal: int, process: Process) -> bytes:
    if not select.select([terminal], [], [], PATIENCE)[0]:
        process.kill()
        pytest.fail("it says nothing more, and does not end")
    try:
        return os.read(terminal, 65_536)
    except OSError:  # how Linux says that nobody has the other end any more
        return b""
