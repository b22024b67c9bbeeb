"""The output that a page shows under a program is what the program prints."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, Block, blocks, run

SHOWN = re.compile(
    r"^```python\n(?P<code>(?:(?!```).*\n)*)```\n\n```text\n(?P<output>(?:(?!```).*\n)*)```$", re.MULTILINE
)


def shown(page: Path) -> list[tuple[Block, str]]:
    """The programs of a page that have a block of text right under them, and that text."""
    text = page.read_text(encoding="utf-8")
    return [
        (Block(page, text.count("\n", 0, match.start()) + 1, "python", match["code"]), match["output"])
        for match in SHOWN.finditer(text)
    ]


PAIRS = [pair for page in DOCS for pair in shown(page)]


def test_there_are_such_programs() -> None:
    assert len(PAIRS) >= 3
    assert {block.page.name for block, _ in PAIRS} >= {"telemetry.md"}
    for block, _ in PAIRS:
        assert block.text in {each.text for each in blocks(block.page, "python")}


@pytest.mark.parametrize(("block", "output"), PAIRS, ids=[str(block) for block, _ in PAIRS])
def test_a_program_prints_what_is_shown(block: Block, output: str, tmp_path: Path) -> None:
    (tmp_path / "shown.py").write_text(block.text, encoding="utf-8")
    assert run(sys.executable, "shown.py", cwd=tmp_path) == output
