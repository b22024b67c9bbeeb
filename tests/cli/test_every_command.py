"""Things that all commands have in common: their help, their errors, their titles, ``-v`` and ``--profile``."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import twilio_numbers_async
from twilio_numbers_async.cli.app import app
from twilio_numbers_async.cli.lazy import LazyCommand
from twilio_numbers_async.cli.words import WORDS, in_commands, in_options, worded
from twilio_numbers_async.errors import ConfigurationError, InvalidArgumentError, TransportError
from twilio_numbers_async.sandbox import Fault, Sandbox

from .command import PATIENCE, ask, built, environment, run

# A type in brackets, a value or a keyword argument of Python.
PYTHON = re.compile(
    r"<\w|\blist\[|\bTrue\b|\bFalse\b|\bNone\b|\w=True|\bValue error\b|\bstr\b|\bint\b|\bx<?>?="
)
IN_ORDER: Mapping[tuple[str, ...], tuple[str, ...]] = {
    (): (
        "check", "sweep", "report", "eligibility", "port-ins", "hosting", "webhooks", "numbers", "compliance",
        "addresses", "accounts", "sandbox",
    ),
    ("port-ins",): ("plan", "upload", "create", "list", "show", "watch", "report", "cancel", "replan", "finish"),
    ("hosting",): ("check", "plan", "create", "verify", "watch"),
    ("webhooks",): ("set", "show", "listen", "delete"),
    ("numbers",): ("search", "buy", "list", "update", "transfer"),
    ("compliance",): ("needs", "plan", "create", "status", "expiring"),
}  # fmt: skip


def walk(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and every group, with the words that call it."""
    command = command.loaded if isinstance(command, LazyCommand) else command
    yield path, command
    for name, one in getattr(command, "commands", {}).items():
        yield from walk(one, *path, name)


EVERY = dict(walk(built(app)))
NARROW = 60
OFFLINE = {("report",), ("sandbox",), ("webhooks", "listen"), ("port-ins", "plan"), ("hosting", "plan")}


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_help_names_no_types_and_fits(path: tuple[str, ...]) -> None:
    done = ask(*path, "-h", width=NARROW)
    assert done.code == 0
    assert "Usage: " in done.out
    assert not PYTHON.search(done.out), PYTHON.findall(done.out)
    # A list of choices is one word; examples of files, below the options, stay as they are.
    long = [line for line in done.out.partition("-h, --help")[0].splitlines() if len(line) > NARROW]
    assert [line for line in long if "|" not in line] == []
    assert ask(*path, "--help", width=NARROW) == done
    if not hasattr(EVERY[path], "commands"):
        assert "-v, --verbose" in done.out
        options = ("--sandbox ", "--base-url URL", "--profile NAME", "--timeout SECONDS")
        shown = [option for option in options if option in done.out]
        assert shown == ([] if path in OFFLINE else list(options))


@pytest.mark.parametrize("path", IN_ORDER, ids=" ".join)
def test_sub_commands_stand_in_order_of_use_with_whole_sentences(path: tuple[str, ...]) -> None:
    shown = ask(*path, "-h").out.partition("Commands:")[2].partition("The environment")[0]
    names = re.findall(r"^  ([a-z-]+)  ", shown, re.MULTILINE)
    assert [name for name in names if name in IN_ORDER[path]] == list(IN_ORDER[path])
    assert "..." not in shown


def test_the_environment_is_named_in_help() -> None:
    said = ask("-h").out
    for name in (
        "ACCOUNT_SID",
        "AUTH_TOKEN",
        "API_KEY",
        "API_SECRET",
        "EDGE",
        "REGION",
        "PROFILE",
        "NUMBERS_COUNTRY",
    ):
        assert f"TWILIO_{name} " in said
    assert "[env var: TWILIO_NUMBERS_BASE_URL]" in ask("check", "-h", width=200).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("sweep x --limit y", "Invalid value for '--limit': it has to be a whole number"),
        ("sweep x --limit 0", "Invalid value for '--limit': it has to be at least 1"),
        ("sandbox --port 99999", "Invalid value for '--port': it has to be at most 65535"),
        ("sandbox --latency soon", "Invalid value for '--latency': it has to be a number"),
        ("numbers list --kind foo", "'foo' is not one of 'local', 'mobile', 'toll_free'"),
        ("check", "Missing argument 'NUMBER...'"),
        ("numbers search --area-code 12 --country US --sandbox", "--area-code must be three digits, such as 415"),
        ("numbers search --area-code 415 --distance 5 --country US --sandbox", "--distance needs --near"),
        ("check +14155550100 --base-url http://example.com", "--base-url is plain http on a host"),
        ("addresses list --country UK --sandbox", "--country must be an ISO 3166-1"),
        ("addresses list --customer= --sandbox", "--customer must"),
        ("numbers list --number x --sandbox", "--number must be a number or a part of one: up to 15 digits"),
        ("numbers list --number 555-0100 --sandbox", "--number must be a number or a part of one: up to 15 digits"),
        ("numbers list --number= --sandbox", "--number must not be empty"),
        ("numbers list --name= --sandbox", "--name must not be empty"),
        ("addresses list --account BU1 --sandbox", "--account must be a SID"),
        ("check 0 --country UK", "--country must be an ISO 3166-1 alpha-2 code such as 'US' or 'GB': write GB"),
        ("check +14155550100 --base-url nope", "--base-url must be an absolute URL"),
    ],
)  # fmt: skip
def test_errors_name_options(arguments: str, said: str) -> None:
    account = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "t"}
    done = ask(*arguments.split(), env=account)
    assert done.code == 2
    assert said in done.err
    assert not PYTHON.search(done.err)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_ACCOUNT_SID must be a SID of 34 characters"),
        ({"TWILIO_AUTH_TOKEN": ""}, "Set TWILIO_AUTH_TOKEN (or TWILIO_API_KEY and"),
        ({"TWILIO_EDGE": "a/b"}, "TWILIO_EDGE must be a name such as dublin"),
        ({"TWILIO_REGION": "ie1"}, "TWILIO_REGION needs an edge too (such as TWILIO_EDGE=dublin, TWILIO_REGION=ie1)"),
        (
            {"TWILIO_AUTH_TOKEN": "", "TWILIO_API_KEY": "SK1", "TWILIO_API_SECRET": "s"},
            "TWILIO_API_KEY must be a SID of 34 characters",
        ),
    ],
)  # fmt: skip
def test_errors_name_variables(variables: dict[str, str], said: str) -> None:
    account = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "t"}
    done = ask("check", "+14155550100", env={k: v for k, v in (account | variables).items() if v})
    assert done.code == 2
    assert done.err.startswith(said)
    assert "--sandbox, which needs none" in done.err


def test_errors_of_a_profile_name_its_keys(tmp_path: Path) -> None:
    key = {"accountSid": "AC" + "0" * 32, "apiKey": "SK1", "apiSecret": "s"}
    home = profiles(tmp_path, {"profiles": {"odd": key}})
    done = ask("check", "+14155550100", "--profile", "odd", env=home)
    assert done.err.startswith("--profile: its apiKey must be a SID of 34 characters")


def test_advice_names_commands() -> None:
    with Sandbox() as sandbox:
        number = "+4915550100"
        sandbox.script(Fault.error(400, 21631, "The phone number requires an address"), method="POST")
        url = {"TWILIO_NUMBERS_BASE_URL": sandbox.url}
        who = {"TWILIO_ACCOUNT_SID": sandbox.account_sid, "TWILIO_AUTH_TOKEN": sandbox.auth_token}
        done = ask("numbers", "buy", number, "--yes", env=url | who)
    assert done.code == 1
    assert (
        "Get one with `twilio-numbers addresses create`, and give its SID as --set address_sid=AD..."
        in done.err
    )


CALL = re.compile(r"\btwilio\.\w+\.\w+\(|\bplan_\w+\(")


@cache
def advice() -> frozenset[str]:
    """Every text of the library that names a call, docstrings aside."""
    found: set[str] = set()
    root = Path(twilio_numbers_async.__file__).parent
    for path in [
        path for path in root.rglob("*.py") if path.relative_to(root).parts[0] not in {"cli", "sandbox"}
    ]:
        tree = ast.parse(path.read_text())
        told = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
        texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in told]
        found |= {text.value for text in texts if isinstance(text.value, str) and CALL.search(text.value)}
    return frozenset(found)


def test_the_library_gives_advice() -> None:
    assert len(advice()) > 20


@pytest.mark.parametrize("given", sorted(advice()))
def test_no_advice_of_the_library_is_a_call_in_python(given: str) -> None:
    said = in_commands(given)
    assert "twilio." not in said
    assert "(..." not in said
    assert not PYTHON.search(said)
    assert in_commands(said) == said


def test_errors_in_the_words_of_commands() -> None:
    token = WORDS.set({"base_url": "--base-url"})
    try:
        refused = ConfigurationError("base_url is plain http on a host (allow_insecure=True allows it)")
        assert worded(refused) == "--base-url is plain http on a host"
        assert (
            worded(InvalidArgumentError("base_url must be so", argument="base_url"))
            == "--base-url must be so"
        )
        lost = TransportError("It broke").with_hint(
            "look for it with twilio.port_ins.list(created_after=...)"
        )
        assert worded(lost) == "It broke. look for it with `twilio-numbers port-ins list`"
    finally:
        WORDS.reset(token)


def test_only_keywords_of_the_command_become_options() -> None:
    token = WORDS.set({"limit": "--limit", "page_size": "--page-size"})
    try:
        assert in_options("limit must be 0 or more", "limit") == "--limit must be 0 or more"
        assert in_options("Over the limit of page_size", "page_size") == "Over the limit of --page-size"
        assert in_options("end_user.page_size is no page_size") == "end_user.page_size is no --page-size"
    finally:
        WORDS.reset(token)


def test_a_timeout_bounds_each_attempt(tmp_path: Path) -> None:
    document = tmp_path / "bill.pdf"
    document.write_bytes(b"%PDF-1.7")
    with Sandbox(latency=60.0) as sandbox:
        url = {"TWILIO_NUMBERS_BASE_URL": sandbox.url}
        who = {"TWILIO_ACCOUNT_SID": sandbox.account_sid, "TWILIO_AUTH_TOKEN": sandbox.auth_token}
        done = ask("port-ins", "upload", str(document), "--timeout", "0.05", env=url | who)
        assert (done.code, "0.05 s" in done.err) == (1, True), done.err
    for wrong in ("0", "nan"):
        done = ask("accounts", "list", "--timeout", wrong, env=url | who)
        assert (done.code, done.err.startswith("--timeout must be ")) == (2, True), done.err


def test_titles_stand_above_rows_and_can_be_left_out() -> None:
    with Sandbox() as sandbox:
        url = {"TWILIO_NUMBERS_BASE_URL": sandbox.url}
        who = {"TWILIO_ACCOUNT_SID": sandbox.account_sid, "TWILIO_AUTH_TOKEN": sandbox.auth_token}
        for arguments in (
            ("accounts", "list"),
            ("webhooks", "show"),
            ("check", "+14155550100"),
            ("eligibility", "+14155550100"),
        ):
            titled, bare = ask(*arguments, env=url | who), ask(*arguments, "--no-header", env=url | who)
            assert titled.code == bare.code == 0
            first, *rows = titled.out.splitlines(keepends=True)
            assert "".join(rows) == bare.out
            assert first.count("\t") == rows[0].count("\t")
            assert ask(*arguments, "--json", env=url | who).out[:1] == "{"
        assert ask("accounts", "list", "--no-header", env=url | who).out.startswith(sandbox.account_sid)


def test_the_sandbox_goes_before_a_server_of_the_environment() -> None:
    elsewhere = {"TWILIO_NUMBERS_BASE_URL": "http://127.0.0.1:9"}
    assert ask("check", "+14155550100", "--sandbox", env=elsewhere).code == 0
    both = ask("check", "+14155550100", "--sandbox", "--base-url", "http://127.0.0.1:8")
    assert (both.code, both.err) == (2, "Give --sandbox or --base-url, not both\n")


def test_verbose_says_who_is_asked_and_each_request(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        arguments = ("check", "+14155550100", "--base-url", sandbox.url)
        env = environment(sandbox)
        plain = run(*arguments, cwd=tmp_path, env=env)
        some = run(*arguments, "-v", cwd=tmp_path, env=env)
        more = run(*arguments, "-vv", cwd=tmp_path, env=env)
        assert plain.out == some.out == more.out
        assert plain.err == ""
        asking = f"INFO asking {sandbox.url} as {sandbox.account_sid} of the environment\n"
        assert some.err.endswith(asking)
        assert some.err.count("\n") == 1
        assert asking in more.err
        assert "DEBUG call.exchange FetchPortingPortability GET" in more.err
        assert "5550100" not in more.err
        assert sandbox.auth_token not in more.err
    own = run("check", "+14155550100", "--sandbox", "-v", cwd=tmp_path)
    assert "INFO asking a sandbox of its own at http://127.0.0.1:" in own.err


def profiles(home: Path, content: object) -> dict[str, str]:
    """A home folder where Twilio's own command line keeps that."""
    place = home / ".twilio-cli" / "config.json"
    place.parent.mkdir(exist_ok=True)
    place.write_text(content if isinstance(content, str) else json.dumps(content))
    return {"HOME": str(home), "USERPROFILE": str(home)}


def stored(sandbox: Sandbox, **more: object) -> dict[str, object]:
    """A file as version 5 of Twilio's command line writes it, with a profile of before its version 3 too."""
    good = {"accountSid": sandbox.account_sid, "apiKey": sandbox.api_key, "apiSecret": sandbox.api_secret}
    return {
        "email": {},
        "prompts": {},
        "projects": [{"id": "old", "accountSid": sandbox.account_sid}],
        "profiles": {"work": good, "half": {"accountSid": sandbox.account_sid}, "odd": {"accountSid": 5}},
        "activeProject": "work",
        **more,
    }


def test_a_profile_of_twilios_command_line_signs_in(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        env = profiles(tmp_path, stored(sandbox)) | {"TWILIO_NUMBERS_BASE_URL": sandbox.url}
        done = ask("check", "+14155550100", "--profile", "work", "-v", env=env)
        assert done.code == 0
        assert "of the profile work" in done.err
        quiet = ask("check", "+14155550100", "--profile", "work", env=env)
        assert (quiet.code, "of the profile work" in quiet.err) == (0, False)
        assert sandbox.log[-1].headers["Authorization"].startswith("Basic ")
        elsewhere = {"TWILIO_ACCOUNT_SID": "AC" + "9" * 32, "TWILIO_AUTH_TOKEN": "x"}
        assert ask("check", "+14155550100", env=env | elsewhere | {"TWILIO_PROFILE": "work"}).code == 0
        assert ask("check", "+14155550100", env=env | elsewhere).code == 3


def test_a_profile_says_where_it_is_asked(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        content = stored(sandbox, edge="dublin")
        content["profiles"]["work"]["region"] = "ie2 and more"  # type: ignore[index]
        done = ask("check", "+14155550100", "--profile", "work", env=profiles(tmp_path, content))
    assert done.code == 2
    assert "region" in done.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("home", "has no profile 'home': there are: work, half, odd, old"),
        ("old", "the key of 'old' is in this system's keychain"),
        ("half", "profile 'half' has no apiKey and no apiSecret: `twilio login` makes it anew"),
        ("odd", "profile 'odd': Expected `str`, got `int` - at `$.accountSid`"),
    ],
)
def test_a_profile_that_cannot_be_used(tmp_path: Path, name: str, said: str) -> None:
    with Sandbox() as sandbox:
        env = profiles(tmp_path, stored(sandbox)) | {"TWILIO_NUMBERS_BASE_URL": sandbox.url}
        done = ask("check", "+14155550100", "--profile", name, env=env)
        assert (done.code, sandbox.requests) == (2, 0)
    assert said in done.err
    assert sandbox.api_secret not in done.err


def test_no_profiles_at_all(tmp_path: Path) -> None:
    arguments = ("check", "+14155550100", "--profile", "work")
    none = ask(*arguments, env={"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)})
    assert (none.code, "there is no ~/.twilio-cli/config.json" in none.err) == (2, True)
    for content, said in (("{", "cannot be read"), ("[]", "cannot be read"), ("{}", "there are none")):
        done = ask(*arguments, env=profiles(tmp_path, content))
        assert (done.code, said in done.err) == (2, True), done.err


def test_a_shell_completes_commands_and_options(tmp_path: Path) -> None:
    code = "import sys; sys.argv = ['twilio-numbers']; from twilio_numbers_async.cli import main; main()"
    for words, position, offered in (
        ("twilio-numbers s", "1", {"sweep", "sandbox"}),
        ("twilio-numbers check --pro", "2", {"--profile"}),
    ):
        asked = {"_TWILIO_NUMBERS_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": position}
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path, env=environment() | asked, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert set(done.stdout.split()) == offered
