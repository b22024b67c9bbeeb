from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

USERS_TESTS = """
import socket
import pytest


def test_plain(twilio_sandbox):
    port = int(twilio_sandbox.url.rsplit(":", 1)[1])
    socket.create_connection(("127.0.0.1", port)).close()
    assert twilio_sandbox.traffic.requests == 0


@pytest.mark.twilio_sandbox(account_sid="AC" + "b" * 32)
async def test_async(twilio_sandbox):
    assert twilio_sandbox.account_sid == "AC" + "b" * 32
"""


def run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A pytest of its own with the plugin, named unless the package is installed with its entry point."""
    code = (
        "import sys, importlib.metadata as m, pytest;"
        "known = {e.value for e in m.entry_points(group='pytest11')};"
        "name = 'twilio_numbers_async.sandbox.plugin';"
        "sys.exit(pytest.main(([] if name in known else ['-p', name]) + sys.argv[1:]))"
    )
    command = [
        sys.executable,
        "-c",
        code,
        "-q",
        "-W",
        "error",
        "--strict-markers",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:schemathesis",  # its import takes longer than all the rest
        *arguments,
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )


def test_the_fixture_works_in_plain_and_in_async_tests(tmp_path: Path) -> None:
    (tmp_path / "test_users.py").write_text(USERS_TESTS)
    result = run(tmp_path, "-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "2 passed" in result.stdout


def test_nothing_heavy_is_imported_before_the_fixture_is_asked_for() -> None:
    code = (
        "import sys; import twilio_numbers_async.sandbox.plugin;"
        "print([n for n in sys.modules if n.startswith('twilio_numbers_async.sandbox')]);"
        "sys.exit('aiohttp.web' in sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0
    assert result.stdout.strip() == "['twilio_numbers_async.sandbox', 'twilio_numbers_async.sandbox.plugin']"
