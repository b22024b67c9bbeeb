"""Each promise of SECURITY.md has a test, and each test that it names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text()
NAMED = sorted(set(re.findall(r"`((?:tests|benchmarks)/[\w/]+\.py(?:::\w+)?)`", TEXT)))
PROMISES = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| promise ")]


@cache
def functions(path: Path) -> frozenset[str]:
    """The tests of a file."""
    found = (
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return frozenset(node.name for node in found if node.name.startswith("test_"))


@pytest.mark.parametrize("named", NAMED)
def test_a_test_that_is_named_is_there(named: str) -> None:
    path, _, name = named.partition("::")
    assert (ROOT / path).is_file(), f"{path} is not there"
    assert functions(ROOT / path), f"{path} has no tests"
    assert not name or name in functions(ROOT / path), f"{path} has no {name}"


def test_each_promise_names_what_holds_it() -> None:
    assert len(PROMISES) > 30
    for promise in PROMISES:
        said, held_by = promise.strip("| ").rsplit(" | ", 1)
        assert said.endswith("."), promise
        assert re.search(r"`(tests/|python benchmarks/soak\.py`)", held_by), promise
