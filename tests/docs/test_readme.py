"""README and docs: the commands are what a reader can type, links lead somewhere, and the code runs.

In docs a block of ``python`` is a whole program, and a block of ``py`` a piece: the pieces of a page are run one after
another, with ``twilio`` an open client of a sandbox of their own, as the page says.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.cli.command import ask as ask_command, run as run_command
from tests.contract.operations import CALLS, UPLOADS
from twilio_numbers_async import Runtime, TwilioNumbers
from twilio_numbers_async.sandbox import Pace, Sandbox

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
DOCS = PAGES[1:]
PATIENCE = 60.0
SUBACCOUNT = "AC" + "b" * 32
NOT_INSTALLED = frozenset({"pandas", "polars"})  # shown, and not needed for anything else
# asyncio's debug mode tells of every step that takes long, which is the machine's fault.
SLOW_STEP = re.compile(r"^Executing <.*> took [\d.]+ seconds\n", re.MULTILINE)
# A pytest of its own takes most of its time to import the plugins of everything that is installed.
ALONE = ("-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest", "-p", "no:xdist")
GROUPS = frozenset({"accounts", "addresses", "compliance", "hosting", "numbers", "port-ins", "webhooks"})
FENCE = re.compile(r"^```(?P<kind>\S*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


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
    text = page.read_text(encoding="utf-8")
    found = [
        Block(page, text.count("\n", 0, match.start()) + 1, match["kind"], match["text"])
        for match in FENCE.finditer(text)
    ]
    return [block for block in found if not kinds or block.kind in kinds]


def outside_blocks(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def environment() -> dict[str, str]:
    """This one's; measuring coverage would slow down what is run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return kept | {"PYTHONPATH": str(ROOT)}


def run(*command: str, cwd: Path) -> str:
    """What it prints; it must end well, with nothing to complain of."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment() | {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, SLOW_STEP.sub("", done.stderr)) == (0, "")
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the code of the docs is run: with the files that it reads."""
    (tmp_path / "examples").mkdir()
    for name in ("numbers.csv", "gb.toml"):
        shutil.copy(ROOT / "examples" / name, tmp_path / "examples")
    (tmp_path / "bill.pdf").write_bytes(b"%PDF-1.7\nA bill.\n")
    (tmp_path / "excerpt.pdf").write_bytes(b"%PDF-1.7\nAn excerpt.\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "a" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    return tmp_path


# The commands


def test_the_first_two_commands_can_be_pasted() -> None:
    shell = [block for block in blocks(README) if block.kind in {"sh", "bash", "shell", "console", "zsh"}]
    assert [block.kind for block in shell[:2]] == ["sh", "sh"]
    for block in shell[:2]:
        assert block.text.count("\n") == 1, "one line"
        assert "\\" not in block.text
    assert "twilio-numbers sweep examples/numbers.csv" in shell[0].text
    assert " -m pytest" in shell[1].text


@pytest.mark.skipif(sys.platform == "win32", reason="bash")
def test_the_second_command_is_what_ci_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    taken = next(line for line in script.splitlines() if line.startswith("command="))
    assert 'bash -c "$command"' in script
    printed = subprocess.run(
        ["bash", "-c", f'{taken}\nprintf %s "$command"'], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert printed.stdout == blocks(README, "sh")[1].text.rstrip("\n")


COMMANDS = {
    line
    for page in DOCS
    for block in blocks(page, "sh")
    for line in block.text.replace("\\\n", "").splitlines()
    if line.startswith("twilio-numbers ")
}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_commands_of_the_docs(command: str, folder: Path) -> None:
    """Run on the sandbox, or, where it asks Twilio itself, held against what the command says of itself."""
    words = shlex.split(command, comments=True)[1:]
    if "--sandbox" in words:
        done = run_command(*words, cwd=folder, env=environment() | {"PYTHONDEVMODE": ""})
        assert done.code == 0, done.err
        return
    depth = 2 if words[0] in GROUPS else 1
    shown = ask_command(*words[:depth], "--help")
    assert shown.code == 0
    for option in (word.partition("=")[0] for word in words if word.startswith("--")):
        assert re.search(rf"^ +(-\w, )?{option}\b", shown.out, re.MULTILINE), option


# The table of calls


def calls_of_the_table() -> set[str]:
    """The methods that the table names, such as ``port_ins.fetch``; ``addresses.*`` where it names a whole resource."""
    table = README.read_text().partition("| call | what it does |\n")[2].partition("\n\n")[0]
    found: set[str] = set()
    for row in table.splitlines():
        resource = ""
        for text in re.findall("`([^`]+)`", row.split(" | ")[0]):
            name, _, arguments = text.partition("(")
            if name.startswith("twilio."):
                resource, _, method = (
                    name.removeprefix("twilio.").rpartition(".") if arguments else (name[7:], "", "*")
                )
            else:
                method = name.removeprefix(".") if name.startswith(".") else ""
            found |= {f"{resource}.{method}"} if method else set()
    return found


def test_the_table_of_calls_has_every_operation() -> None:
    shown = calls_of_the_table()
    whole = tuple(call.removesuffix("*") for call in shown if call.endswith("*"))
    calls = {call.method for call in (CALLS | UPLOADS).values()}
    assert {call for call in calls - shown if not call.startswith(whole)} == set()


@pytest.mark.parametrize("call", sorted(calls_of_the_table()))
def test_the_client_has_what_the_table_of_calls_names(call: str) -> None:
    assert attrgetter(call.removesuffix(".*"))(TwilioNumbers(SUBACCOUNT, "token"))


# The links


def anchors(page: Path) -> set[str]:
    """What a heading is called in a link, by GitHub's rule."""
    titles = re.findall(r"^#+ (.+)$", outside_blocks(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", outside_blocks(page)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        found = page if not path else (page.parent / path).resolve()
        assert found.is_relative_to(ROOT), target
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def test_the_index_has_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    assert set(re.findall(r"\]\(([a-z-]+\.md)\)", index.read_text())) == {page.name for page in DOCS} - {
        index.name
    }


# CONTRIBUTING


def test_contributing_names_every_room_of_the_tests() -> None:
    rooms = re.findall(r"^\| `(\w+)` \|", CONTRIBUTING.read_text(), re.MULTILINE)
    folders = [path for path in (ROOT / "tests").iterdir() if (path / "__init__.py").is_file()]
    assert rooms == sorted(path.name for path in folders)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w./-]+/[\w./-]*)`", CONTRIBUTING.read_text()))))
def test_what_contributing_names_is_there(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize("page", [CONTRIBUTING, ROOT / "SECURITY.md"], ids=lambda page: page.name)
def test_links_of_the_other_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", outside_blocks(page)):
        assert target.startswith("https://") or (page.parent / target).exists(), target


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


PROGRAMS = [block for page in DOCS for block in blocks(page, "python")]


@pytest.mark.parametrize("block", [one for one in PROGRAMS if "def test_" not in one.text], ids=str)
def test_programs_of_the_docs_run(block: Block, folder: Path) -> None:
    exec(block.compile(), {"__name__": "__main__"})


@pytest.mark.parametrize("block", [one for one in PROGRAMS if "def test_" in one.text], ids=str)
def test_tests_of_the_docs_pass(block: Block, folder: Path) -> None:
    (folder / "test_shown.py").write_text(block.text)
    settings = ("asyncio_mode=auto", "asyncio_default_fixture_loop_scope=function")
    options = ["-q", *ALONE, *(f"-o={setting}" for setting in settings)]
    out = run(sys.executable, "-m", "pytest", *options, "test_shown.py", cwd=folder)
    assert f"{block.text.count('def test_')} passed" in out


@pytest.mark.parametrize("page", [page for page in DOCS if blocks(page, "py")], ids=lambda page: page.name)
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
            except ModuleNotFoundError as missing:
                if missing.name not in NOT_INSTALLED:
                    raise
            except TypeError as unknown:
                # The page says from which pyarrow on this is there; older ones do for everything else.
                is_old = int(version("pyarrow").partition(".")[0]) < 25
                if not (is_old and "default_column_type" in str(unknown)):
                    raise
