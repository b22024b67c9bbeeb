"""Commands are imported when they are called: lists say the same of them before and after, and cost no import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from twilio_numbers_async.cli.app import COMMANDS
from twilio_numbers_async.cli.lazy import LazyCommand
from twilio_numbers_async.sandbox import Sandbox

from .command import PATIENCE, environment

RUN = """
import sys
there = set(sys.modules)
from twilio_numbers_async.cli import main
sys.argv = ["twilio-numbers", *sys.argv[1:]]
try:
    main()
finally:
    print(*set(sys.modules) - there, file=sys.stderr)
"""
START = {"__init__", "_lazy", "_version", "cli", "cli.app", "cli.help_pages", "cli.lazy"}
"""The modules of the package that show the lists of commands."""
HEAVY = {"aiohttp", "backoff", "jinja2", "msgspec", "phonenumbers", "pyarrow", "pydantic", "sqlite3"}


def imported(*arguments: str, cwd: Path, **env: str) -> set[str]:
    """The modules that the command has imported at its end, without those that its process begins with."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        cwd=cwd, env=environment() | env, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout
    return set(done.stderr.splitlines()[-1].split())


def ours(modules: set[str]) -> set[str]:
    """The names of the package's own modules."""
    names = {name for name in modules if name.partition(".")[0] == "twilio_numbers_async"}
    return {name.partition(".")[2] or "__init__" for name in names}


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_the_version_and_help_import_no_command(tmp_path: Path, argument: str) -> None:
    modules = imported(argument, cwd=tmp_path)
    assert ours(modules) == START
    assert not modules & HEAVY
    assert {name for name in modules if name.startswith("rich.")} <= {"rich._extension"}


def test_completing_the_name_of_a_command_imports_none(tmp_path: Path) -> None:
    asked = {"COMP_WORDS": "twilio-numbers ", "COMP_CWORD": "1"}
    modules = imported(cwd=tmp_path, _TWILIO_NUMBERS_COMPLETE="complete_bash", **asked)
    assert ours(modules) == START
    assert not modules & (HEAVY - {"pydantic"})  # typer has it for options of its own


def test_a_check_imports_what_it_needs(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        server = environment(sandbox, TWILIO_NUMBERS_BASE_URL=sandbox.url)
        env = {name: value for name, value in server.items() if name.startswith("TWILIO_")}
        env["TWILIO_NUMBERS_COUNTRY"] = "none"
        modules = imported("check", "+14155550100", cwd=tmp_path, **env)
    assert "aiohttp" in modules
    assert not modules & {
        "jinja2",
        "phonenumbers",
        "pyarrow",
        "python_calamine",
        "rich.console",
        "xlsxwriter",
    }
    of_commands = {name.split(".")[1] for name in ours(modules) if name.startswith("cli.")}
    assert not of_commands & {"port_ins", "numbers", "hosting", "compliance", "webhooks", "accounts"}
    assert "sandbox" not in ours(modules)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_list_shows_of_a_command_what_the_command_says(command: LazyCommand) -> None:
    loaded = command.loaded
    for limit in (20, 45, 10_000):
        assert command.get_short_help_str(limit) == loaded.get_short_help_str(limit)
    assert (command.hidden, command.deprecated) == (loaded.hidden, loaded.deprecated)


def test_whoever_walks_through_the_commands_finds_those_of_a_group() -> None:
    named = {command.name: command for command in COMMANDS}
    assert set(named["numbers"].commands) >= {"list", "search", "buy", "release"}
    with pytest.raises(AttributeError, match="commands"):
        _ = named["check"].commands
    with pytest.raises(AttributeError, match="_secret"):
        _ = named["check"]._secret
