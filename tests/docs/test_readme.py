"""README, CONTRIBUTING and the index: commands that can be pasted, the table of calls, links that lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from operator import attrgetter
from pathlib import Path

import pytest

from tests.contract.operations import CALLS, UPLOADS
from tests.docs.pages import (
    CONTRIBUTING,
    DOCS,
    FOLDER,
    INDEX,
    PAGES,
    README,
    ROOT,
    blocks,
    outside_blocks,
)
from twilio_numbers_async import TwilioNumbers

SUBACCOUNT = "AC" + "b" * 32

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


# The table of calls

CALLS_PAGE = FOLDER / "calls.md"


def calls_of_the_table() -> set[str]:
    """The methods that the table names, such as ``port_ins.fetch``; ``addresses.*`` where it names a whole resource."""
    table = CALLS_PAGE.read_text().partition("| call | what it does |\n")[2].partition("\n\n")[0]
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
    """The names of the headings in links, by GitHub's rule."""
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
    named = set(re.findall(r"\]\(([a-z-]+\.md)\)", INDEX.read_text()))
    assert named == {page.name for page in DOCS} - {INDEX.name}


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
