"""After ``preload()`` no call imports anything any more."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from twilio_numbers_async.sandbox import Sandbox

ROOT = Path(__file__).parents[1]


def first_calls(sandbox: Sandbox, folder: Path, *options: str) -> list[str]:
    """The modules that the first calls import, in a process of their own; the sandbox stays in this one."""
    foreign = (
        "TWILIO_",
        "COVERAGE_",
        "PYTHONDEVMODE",
    )  # measuring imports too, and asyncio tells of slow machines
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.first_calls", sandbox.url.replace("127.0.0.1", "localhost"), str(folder),
            *options,
        ],
        cwd=ROOT,
        env=kept | {"TWILIO_ACCOUNT_SID": sandbox.account_sid, "TWILIO_AUTH_TOKEN": sandbox.auth_token},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_after_it_no_call_imports_anything(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        assert first_calls(sandbox, tmp_path) == []
        assert sandbox.operations["CreatePortingPortIn"] == 1, "the calls were made"


def test_without_it_they_do(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        imported = first_calls(sandbox, tmp_path, "--without-preload")
    assert {"aiohttp", "phonenumbers", "twilio_numbers_async.resources.numbers_v1.port_ins", "sqlite3"} < set(
        imported
    )


def test_it_leaves_out_what_has_to_be_asked_for() -> None:
    code = """
import sys
from twilio_numbers_async import preload
assert not {"aiohttp", "msgspec", "phonenumbers"} & set(sys.modules)
preload()
first = len(sys.modules)
preload()
assert len(sys.modules) == first
print("\\n".join(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    heavy = {"typer", "rich", "starlette", "fastapi", "pyarrow", "aiohttp.web"}
    ours = {f"twilio_numbers_async.{name}" for name in ("cli", "report", "sandbox", "webhooks.starlette")}
    assert (heavy | ours) & loaded == set()
    assert {"twilio_numbers_async.webhooks.signature", "phonenumbers.data.region_DE"} < loaded
