"""The pictures of the command and of the report: ``python docs/screenshots.py`` writes them into ``docs/_static/``.

The command runs at a terminal of its own, on the sandbox, and rich draws what it writes. Chromium shows the report;
without it that picture stays as it is.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "docs" / "_static"
COLUMNS = 100
COMMANDS = {
    "check.svg": "twilio-numbers check +14155550100 +12125550175 --sandbox",
    "sweep.svg": (
        "twilio-numbers sweep examples/numbers.csv --country US --sandbox --out results.csv --report report.html"
    ),
}
# rich's template asks a server for its font, and a picture on a page may not: any monospaced font will do.
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
CONTROL = re.compile(r"(\n|\r|\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\))")


def at_a_terminal(command: str, folder: Path) -> str:
    """The output of a command at a terminal, with its colours."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 60, COLUMNS, 0, 0))
    words = [sys.executable, "-m", "twilio_numbers_async", *command.split()[1:]]
    env = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}
    env |= {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(words, stdin=its, stdout=its, stderr=its, cwd=folder, env=env)
    os.close(its)
    said = bytearray()
    try:
        while piece := os.read(ours, 65536):
            said += piece
    except OSError:  # the end of a terminal, on Linux
        pass
    finally:
        os.close(ours)
    if process.wait() != 0:
        raise RuntimeError(f"{command}: {said.decode()}")
    return said.decode()


def last_words(said: str) -> str:
    """The screen at the end, without the lines that were written over."""
    lines, row = [""], 0
    for part in CONTROL.split(said.replace("\r\n", "\n")):
        if part == "\n":
            row += 1
            lines += [""] if row == len(lines) else []
        elif part.startswith("\x1b[") and part.endswith("A"):
            row = max(row - int(part[2:-1] or 1), 0)
        elif part in {"\r", "\x1b[2K"}:
            lines[row] = "" if part != "\r" else lines[row]
        elif part.endswith("m") or not part.startswith("\x1b"):
            lines[row] += part
    return "\n".join(lines).strip("\n")


def drawn(command: str, said: str) -> str:
    """The command and what it wrote as an SVG."""
    console = Console(
        record=True, width=COLUMNS, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(Text(f"$ {command}", style="bold"), soft_wrap=False)
    console.print(Text.from_ansi(last_words(said)))
    svg = console.export_svg(title="twilio-numbers", unique_id="twilio-numbers")
    return FONT_FACE.sub("", svg).replace("Fira Code, monospace", "monospace")


def photograph(page: Path, picture: Path) -> None:
    """Show a page in a browser without a window, and keep what it looks like."""
    browser = next(
        (
            found
            for name in ("chromium", "chromium-browser", "google-chrome")
            if (found := shutil.which(name))
        ),
        None,
    )
    if browser is None:
        print(f"no Chromium: {picture.name} stays as it is")
        return
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1000,760",
                f"--user-data-dir={profile}", f"--screenshot={picture}", page.as_uri(),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


def main() -> None:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "examples").mkdir()
        shutil.copy(ROOT / "examples" / "numbers.csv", folder / "examples")
        for picture, command in COMMANDS.items():
            (STATIC / picture).write_text(drawn(command, at_a_terminal(command, folder)), encoding="utf-8")
        photograph(folder / "report.html", STATIC / "report.png")
    for made in sorted(STATIC.iterdir()):
        print(made.name, made.stat().st_size)


if __name__ == "__main__":
    main()
