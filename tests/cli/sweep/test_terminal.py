"""Output at a terminal, for a person; and a log, which stays plain."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from twilio_numbers_async.sandbox import Sandbox

from ..command import PATIENCE, environment, numbers, run, started, write_csv

pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
if sys.platform != "win32":
    import fcntl
    import struct
    import termios


def at_terminal(*arguments: str | Path, cwd: Path, env: dict[str, str], width: int = 100) -> tuple[int, str]:
    """Run the command at a terminal of so many columns: its exit code, and all it wrote."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    process = started(arguments, cwd, env | {"TERM": "xterm-256color"}, stdin=theirs, output=theirs)
    os.close(theirs)
    written = bytearray()
    while True:
        try:
            piece = os.read(ours, 65_536)
        except OSError:  # how Linux says that nobody has the other end any more
            break
        if not piece:
            break
        written += piece
    os.close(ours)
    return process.wait(PATIENCE), written.decode()


def test_a_bar_on_a_terminal_and_a_table_at_the_end(tmp_path: Path) -> None:
    with Sandbox(allowance=8, latency=0.05) as sandbox:
        file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(300)), ["none"]])
        code, seen = at_terminal(
            "sweep", file, "--base-url", sandbox.url, cwd=tmp_path, env=environment(sandbox)
        )
    assert code == 0
    assert "Traceback" not in seen
    plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", seen)
    assert plain != seen, "it is drawn"
    done = [int(match) for match in re.findall(r"(\d+) of 301", plain)]
    assert done == sorted(done)
    assert done[-1] == 301
    assert len(set(done)) > 5, "it moves"
    assert "━" in plain
    assert re.search(r"\d+ a second +\d+ requests at once \((?:ceiling|so far at most) \d+\)", plain)
    assert re.search(r"\d+ s left", plain)
    assert re.search(r"300 portable +0 not portable +1 invalid +0 failed", plain)
    assert "Twilio allows about" in plain
    rows = [" ".join(line.split()) for line in plain.splitlines()]
    assert "Rows Reason Code What to do" in rows
    assert "1 No number Fill in the number, then check it again." in rows


def test_in_a_log_there_is_nothing_but_lines(tmp_path: Path) -> None:
    with Sandbox(latency=0.1) as sandbox:
        file = write_csv(tmp_path / "in.csv", [["phone"], *([number] for number in numbers(120))])
        env = environment(sandbox, FORCE_COLOR="1", TERM="xterm-256color")
        options = ("--base-url", sandbox.url, "--concurrency", "3")
        done = run("sweep", file, *options, cwd=tmp_path, env=env)
    assert done.code == 0
    assert "\x1b" not in done.err + done.out
    assert "\r" not in done.err + done.out
    assert re.search(
        r"^\d+ of 120 done, \d+ a second, \d requests at once \(so far at most 3\), \d+ s left: \d+ portable, "
        r"0 not portable, 0 invalid, 0 failed$",
        done.err,
        re.MULTILINE,
    )
    assert re.search(r"^120 rows in \d+\.\d s, written to results.csv\.$", done.err, re.MULTILINE)


def test_check_at_a_narrow_terminal_cuts_no_word(tmp_path: Path) -> None:
    code, seen = at_terminal(
        "check", "(415) 555-0100", "4155550183", "[/b]", "--sandbox", cwd=tmp_path, env=environment(), width=60
    )  # fmt: skip
    assert code == 1
    lines = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", seen).splitlines()
    assert lines == [
        "(415) 555-0100: portable",
        "    +14155550100, US, LOCAL",
        "    Can be ported.",
        "4155550183: not portable",
        "    +14155550183, US, LOCAL",
        "    UNSUPPORTED 22130",
        "    Cannot be ported to Twilio: its country, rate centre or",
        "    carrier is not served.",
        "[/b]: not a number",
        "    This is not a phone number",
        "    Correct the number, then check it again.",
    ]


def test_the_table_at_the_end_of_a_sweep_cuts_no_word(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "in.csv", [["phone"], ["+14155550100"], ["+14155550175"]])
    for width, said in (
        (
            60,
            "1  ALREADY_IN_TWILIO_DIFFERENT_OWNER 22132\n   Another Twilio customer holds it: ask the owner to",
        ),
        (
            120,
            "1   ALREADY_IN_TWILIO_DIFFERENT_OWNER   22132   Another Twilio customer holds it: ask the owner to",
        ),
    ):
        code, seen = at_terminal(
            "sweep", file, "--sandbox", "--force", cwd=tmp_path, env=environment(), width=width
        )
        plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", seen).replace("\r", "")
        assert (code, said in plain) == (0, True), plain


def test_check_at_a_terminal(tmp_path: Path) -> None:
    env = environment()
    code, seen = at_terminal(
        "check", "(415) 555-0100", "4155550180", "x", "--sandbox", cwd=tmp_path, env=env, width=160
    )
    assert code == 1
    plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", seen)
    lines = {line.split()[0]: line.split() for line in plain.splitlines() if line.split()}
    assert lines["Number"][-3:] == ["What", "to", "do"]
    assert lines["(415)"][:6] == ["(415)", "555-0100", "+14155550100", "US", "LOCAL", "yes"]
    assert lines["4155550180"][1:7] == ["+14155550180", "US", "LOCAL", "no", "UNSUPPORTED", "22130"]
    assert lines["x"][1:6] == ["This", "is", "not", "a", "phone"]
