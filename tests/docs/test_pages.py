"""Every block of README and docs runs, as a reader would run it. A block of another kind than these is refused.

- ``python`` is a whole program. With ``def test_`` in it, it is a file for pytest with its defaults.
- ``py`` is a piece: the pieces of a page are run one after another, with ``twilio`` an open client of a sandbox of
  their own, as the page says.
- ``sh`` are commands: those of a page are run one after another in a folder of their own, on a sandbox.
- ``pycon`` is a session at a prompt, of ``fits-in.md`` alone: ``test_fits_in.py`` holds it.
- ``csv``, ``toml`` and ``json`` below a file's name are that file, which the commands of the page find in their folder.
- ``text`` is for reading.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import re
import shlex
import sys
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import ask
from tests.docs.pages import (
    DOCS,
    MOVING,
    PAGES,
    README,
    Block,
    blocks,
    files,
    furnish,
    outside_blocks,
    run,
)
from tests.docs.test_security_md import functions
from twilio_numbers_async import LosingCarrierInformation, PortInCreate, PortInCreatePhoneNumber, Runtime
from twilio_numbers_async.sandbox import Pace, Sandbox

SUBACCOUNT = "AC" + "b" * 32
# A pytest of its own takes most of its time to import the plugins of everything that is installed.
ALONE = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:xdist")
RUN, DATA, READ = {"python", "py", "sh", "pycon"}, {"csv", "toml", "json"}, {"text"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the code of the docs runs, with the files that it reads."""
    furnish(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "a" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_is_of_a_kind_that_is_run(page: Path) -> None:
    fences = re.findall(r"^ *(?:```|~~~)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(fences) == 2 * len(blocks(page)), "a fence that is indented, or not closed"
    assert not re.search(r"^\n(?: {4}|\t)[^\s*-]", outside_blocks(page), re.MULTILINE), (
        "a block without a fence"
    )
    for block in blocks(page):
        assert block.kind in RUN | DATA | READ, f"{block}: {block.kind or 'no kind'}"
        assert block.kind != "pycon" or page.name == "fits-in.md", f"{block}: no test runs it"
        assert block.kind not in DATA or block.text in files(page).values(), (
            f"{block}: name the file above it"
        )


@pytest.mark.parametrize("page", [page for page in PAGES if files(page)], ids=lambda page: page.name)
def test_files_that_are_shown_can_be_read(page: Path) -> None:
    for name, text in files(page).items():
        if name.endswith(".toml"):
            assert tomllib.loads(text)
        elif name.endswith(".json"):
            assert json.loads(text)


# The code


def test_the_code_of_the_readme_runs(tmp_path: Path) -> None:
    first = blocks(README, "python")[0]
    (tmp_path / "first.py").write_text(first.text)
    out = run(sys.executable, "first.py", cwd=tmp_path).splitlines()
    assert out[0].startswith("True LOCAL")
    assert len(out) == 101
    assert {line.split()[0] for line in out[1:]} == {f"+1415555{n:04}" for n in range(100, 200)}


@pytest.mark.parametrize(
    "block", [block for page in PAGES for block in blocks(page, "python", "py")], ids=str
)
def test_code_can_be_read(block: Block) -> None:
    block.compile(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert all(len(line) <= 110 for line in block.text.splitlines())


# The scripts of the page for those who come from twilio-python are run in test_moving.py.
PROGRAMS = [block for page in PAGES if page != MOVING for block in blocks(page, "python")]


@pytest.mark.parametrize("block", [one for one in PROGRAMS if "def test_" not in one.text], ids=str)
def test_programs_of_the_docs_run(block: Block, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox() as sandbox:  # for what asks Twilio
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", sandbox.account_sid)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", sandbox.auth_token)
        monkeypatch.setenv("TWILIO_NUMBERS_BASE_URL", sandbox.url)
        exec(block.compile(), {"__name__": "__main__"})


@pytest.mark.parametrize("block", [one for one in PROGRAMS if "def test_" in one.text], ids=str)
def test_tests_of_the_docs_pass(block: Block, folder: Path) -> None:
    """Pasted as they are, with the defaults of pytest and pytest-asyncio."""
    (folder / "test_shown.py").write_text(block.text)
    (folder / "pytest.ini").write_text("[pytest]\n")  # whatever stands in folders above
    command = [sys.executable, "-m", "pytest", "-q", *ALONE, "test_shown.py"]
    # pytest-asyncio warns of its own default, and aiohttp of what twilio-python calls.
    known = ["The configuration option", "BasicAuth is deprecated", "The 'auth' parameter is deprecated"]
    out = run(*command, cwd=folder, but=known)
    assert f"{block.text.count('def test_')} passed" in out


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "py")], ids=lambda page: page.name)
async def test_pieces_of_the_docs_run(page: Path, folder: Path) -> None:
    results = "number,phone_number_e164,portable\n(415) 555-0100,+14155550100,true\n415,,\n"
    (folder / "results.csv").write_text(results, encoding="utf-8")
    # 0196 and further would be rejected, and wait for a person.
    numbers = [f"+1415555{n:04}" for n in range(100, 196)]
    hasty = Runtime(sleep=lambda seconds: asyncio.sleep(min(seconds, 0.02)))
    async with (
        Sandbox(pace=Pace(port_ins=0.05, reviews=0.05, hosting=0.05)) as sandbox,
        sandbox.client(runtime=hasty) as twilio,
    ):
        sandbox.add_account(SUBACCOUNT, "token", parent=sandbox.account_sid)
        sandbox.add_numbers(3, friendly_name="Support")
        names: dict[str, Any] = {
            "twilio": twilio, "sandbox": sandbox, "numbers": numbers, "subaccount": SUBACCOUNT,
            "service": sandbox.messaging_services.add(),
        }  # fmt: skip
        for block in blocks(page, "py"):
            try:
                running = eval(block.compile(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
                if inspect.isawaitable(running):
                    await running
            except TypeError as unknown:
                # The page says from which pyarrow on this is there; older ones do for everything else.
                is_old = int(version("pyarrow").partition(".")[0]) < 25
                if not (is_old and "default_column_type" in str(unknown)):
                    raise


# The commands

ELSEWHERE: Mapping[str, str] = {
    "REDIS_URL=redis://127.0.0.1:6379/0 uvicorn": "test_example_workers.py::test_two_workers_of_one_uvicorn",
    "NUMBERS_APP_SANDBOX=1 uvicorn": "test_examples.py::test_the_app_answers_what_went_wrong",
    "python before.py": "test_moving.py::test_both_scripts_do_the_same",
    "python after.py": "test_moving.py::test_both_scripts_do_the_same",
    "python examples/worker.py --sandbox": "test_examples.py::test_the_worker_by_itself",
    "curl ": "test_examples.py::test_the_curl_lines_of_the_docs",
    "twilio-numbers sandbox --port 8010": "../cli/test_commands.py::test_the_sandbox_runs_alone",
    'eval "$(twilio-numbers sandbox': "../cli/test_commands.py::test_a_shell_takes_over_the_sandbox",
    'kill "$TWILIO_NUMBERS_SANDBOX_PID"': "../cli/test_commands.py::test_a_shell_takes_over_the_sandbox",
    "twilio-numbers webhooks listen": (
        "../cli/webhooks/test_webhooks.py::test_listen_prints_what_is_genuine_and_refuses_the_rest"
    ),
    "twilio-numbers port-ins watch": (
        "../cli/port_ins/test_port_ins.py::test_watch_shows_each_change_once_over_two_runs"
    ),
    "twilio-numbers hosting watch": "../cli/hosting/test_hosting.py::test_watch_goes_on_where_it_was",
    "twilio-numbers compliance create examples/gb.toml --wait\n": (
        "../cli/test_compliance.py::test_a_file_is_planned_created_rejected_mended_and_watched"
    ),
}
"""Commands that go on until they are stopped, or wait for a person, and the tests that run them."""
ASKING = {
    ("numbers", "buy"), ("numbers", "update"), ("numbers", "transfer"), ("numbers", "release"),
    ("port-ins", "create"), ("port-ins", "cancel"), ("port-ins", "replan"), ("hosting", "create"),
    ("compliance", "create"),
}  # fmt: skip
"""Commands that ask at a terminal; here ``--yes`` answers."""
GROUPS = {"accounts", "addresses", "compliance", "hosting", "numbers", "port-ins", "webhooks"}


def commands(page: Path) -> list[str]:
    """The commands of a page, one a line."""
    lines = [line for block in blocks(page, "sh") for line in block.text.replace("\\\n", "").splitlines()]
    return [line for line in lines if line.strip() and not line.startswith("#")]


def elsewhere(command: str) -> str | None:
    """The test that runs a command, where it is not run here."""
    return next((test for begin, test in ELSEWHERE.items() if f"{command}\n".startswith(begin)), None)


COMMANDS = [(page, command) for page in DOCS for command in commands(page)]


@pytest.mark.parametrize("begin", ELSEWHERE)
def test_what_is_run_elsewhere_is(begin: str) -> None:
    path, _, test = ELSEWHERE[begin].partition("::")
    assert test in functions(Path(__file__).parent / path)
    assert any(f"{command}\n".startswith(begin) for _, command in COMMANDS), "no page has it"


@pytest.mark.parametrize(
    "command", sorted({one for _, one in COMMANDS if one.startswith("twilio-numbers ") and elsewhere(one)})
)
def test_options_of_the_commands_are_there(command: str) -> None:
    words = shlex.split(command, comments=True)[1:]
    shown = ask(*words[: 2 if words[0] in GROUPS else 1], "--help")
    assert shown.code == 0
    for option in (word.partition("=")[0] for word in words if word.startswith("--")):
        assert re.search(rf"^ +(-\w, )?{option}\b", shown.out, re.MULTILINE), option


async def stock(sandbox: Sandbox) -> dict[str, str]:
    """Give an account what the commands of the docs are about; return what stands for the SIDs of the docs."""
    sandbox.add_account(SUBACCOUNT, "token", parent=sandbox.account_sid)
    async with sandbox.client() as twilio:
        await twilio.incoming_phone_numbers.create("+14155550100")
        address = await twilio.addresses.ensure(
            customer_name="Example Ltd", street="1 Main St", city="Oakland", region="CA", postal_code="94601",
            iso_country="US",
        )  # fmt: skip
        made = await twilio.port_ins.create(
            PortInCreate(
                account_sid=sandbox.account_sid,
                documents=["RD" + "0" * 32],
                losing_carrier_information=LosingCarrierInformation(
                    customer_name="Example Ltd",
                    authorized_representative="Sam Example",
                    authorized_representative_email="sam@example.com",
                    address_sid="AD" + "0" * 32,
                ),
                phone_numbers=[PortInCreatePhoneNumber(phone_number="+14155550101")],
            )
        )
        sid = made.port_in_request_sid or ""
        sandbox.port_ins.advance(sid, steps=2)
        for line in (await twilio.port_ins.fetch(sid)).phone_numbers or []:
            sandbox.port_ins.reject(line.port_in_phone_number_sid or "", 22153)
    return {
        "KW" + "0" * 32: sid,
        "AC" + "0" * 32: SUBACCOUNT,
        "AD" + "0" * 32: address.sid or "",
        "MG" + "0" * 32: sandbox.messaging_services.add(),
    }


def with_sids(text: str, sids: Mapping[str, str]) -> str:
    """The text with SIDs of the sandbox in place of those that the docs show."""
    for shown, real in sids.items():
        text = text.replace(shown, real)
    return text


@pytest.mark.parametrize("page", [page for page in DOCS if commands(page)], ids=lambda page: page.name)
def test_commands_of_the_docs_run(page: Path, folder: Path) -> None:
    for block in blocks(page, "python"):
        if block in PROGRAMS and "asyncio" not in block.text:
            exec(block.compile(), {"__name__": "__main__"})  # it makes a file for the commands
    with Sandbox() as sandbox:
        sids = asyncio.run(stock(sandbox))
        for name, text in files(page).items():
            (folder / name).write_text(with_sids(text, sids), encoding="utf-8")
        for command in commands(page):
            if elsewhere(command) is not None:
                continue
            program, *words = shlex.split(with_sids(command, sids), comments=True)
            assert program == "twilio-numbers", f"say in ELSEWHERE which test runs {command}"
            asked = ["--yes"] if tuple(words[:2]) in ASKING and not {"--dry-run", "--yes"} & {*words} else []
            env = {"TWILIO_ACCOUNT_SID": sandbox.account_sid, "TWILIO_AUTH_TOKEN": sandbox.auth_token}
            if "--sandbox" not in words:
                env["TWILIO_NUMBERS_BASE_URL"] = sandbox.url
            done = ask(*words, *asked, env=env)
            assert done.code == 0, f"{command}: {done.out}{done.err}"
