"""The pages of README and docs: their blocks, and what running these needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs"
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
INDEX = FOLDER / "README.md"
DOCS = sorted(page for page in FOLDER.glob("*.md") if page.name != "index.md")
PAGES = [README, *DOCS]
MOVING = FOLDER / "from-twilio-python.md"
PATIENCE = 60.0
# asyncio's debug mode tells of every step that takes long, which is the machine's fault.
SLOW_STEP = re.compile(r"^Executing <.*> took [\d.]+ seconds\n", re.MULTILINE)
FENCE = re.compile(r"^```(?P<kind>\S*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`(?P<name>[\w.-]+)`:\n\n```\S+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block, and where it stands."""

    page: Path
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"

    def compile(self, flags: int = 0) -> Any:
        """The code, with the page's own lines in tracebacks."""
        return compile("\n" * self.line + self.text, str(self.page), "exec", flags, dont_inherit=True)


def blocks(page: Path, *kinds: str) -> list[Block]:
    """The fenced blocks of a page, of some kinds or of all."""
    text = page.read_text(encoding="utf-8")
    found = [
        Block(page, text.count("\n", 0, match.start()) + 1, match["kind"], match["text"])
        for match in FENCE.finditer(text)
    ]
    return [block for block in found if not kinds or block.kind in kinds]


def outside_blocks(page: Path) -> str:
    """The text of a page without its blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def files(page: Path) -> dict[str, str]:
    """The files that a page shows whole: a name that ends a sentence with a colon, and a block below it."""
    return {match["name"]: match["text"] for match in _FILE.finditer(page.read_text(encoding="utf-8"))}


def furnish(folder: Path) -> None:
    """Put what the code of the docs reads into a folder."""
    (folder / "examples").mkdir()
    for name in ("numbers.csv", "gb.toml", "port.toml"):
        shutil.copy(ROOT / "examples" / name, folder / "examples")
    (folder / "bill.pdf").write_bytes(b"%PDF-1.7\nA bill.\n")
    (folder / "excerpt.pdf").write_bytes(b"%PDF-1.7\nAn excerpt.\n")
    shutil.copy(ROOT / "examples" / "port.toml", folder)


def environment(**more: str) -> dict[str, str]:
    """This one's; measuring coverage would slow down what is run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return kept | {"PYTHONPATH": str(ROOT), **more}


def run(*command: str, cwd: Path, env: dict[str, str] | None = None, but: Sequence[str] = ()) -> str:
    """The output; it must end well, with nothing to complain of ``but`` warnings (texts, or ``:`` and a class)."""
    warnings = ",".join(["error", *(f"ignore:{one}" for one in but)])
    done = subprocess.run(
        command,
        cwd=cwd,
        env=(environment() if env is None else env) | {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": warnings},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    said = SLOW_STEP.sub("", done.stderr)
    assert (done.returncode, said) == (0, ""), said
    return done.stdout
