"""The page for those who come from twilio-python: each name on its left is there in twilio-python, each on its right in
this package, and its two scripts do the same."""

from __future__ import annotations

import ast
import asyncio
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import twilio_numbers_async
from tests.contract.operations import CALLS, UPLOADS
from tests.docs.pages import MOVING as PAGE, blocks, environment, run
from twilio_numbers_async import TwilioNumbers
from twilio_numbers_async.sandbox import Sandbox

twilio_rest: Any = pytest.importorskip("twilio.rest")

TEXT = PAGE.read_text(encoding="utf-8")
SID = "AC" + "b" * 32
NAMES: Mapping[str, Any] = {
    "number": "+14155550100", "numbers": ["+14155550100"], "code": "550100", "sid": SID, "other": "RN" + "c" * 32,
    "third": "XF" + "d" * 32, "service": "MG" + "e" * 32, "trunk": "TK" + "f" * 32, "account_sid": SID, "url": "https://a.example",
    "name": "Support", "email": "sam@example.com", "status": "Completed", "body": None, "items": [], "changes": {},
    "path": "bill.pdf", "cursor": None, "token": "token", "api_key": "SK" + "a" * 32, "api_secret": "secret",
    "configs": [], "hook": print, "credentials": None, "provider": None, "logger": None,
}  # fmt: skip


def module(name: str) -> Any:
    """A module of twilio-python's, which has no types."""
    return importlib.import_module(name)


def http_client() -> Any:
    return module("twilio.http.async_http_client").AsyncTwilioHttpClient


class Row(NamedTuple):
    """A row of a table: the pieces of code in its two columns."""

    left: list[str]
    right: list[str]


def rows(heading: str) -> list[Row]:
    part = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [
        line for line in part.splitlines() if line.startswith("| ") and not line.startswith("| twilio-python")
    ]
    cells = [line.strip("| ").split(" | ") for line in lines]
    return [Row(*(re.findall("`([^`]+)`", cell) for cell in two)) for two in cells]


CALL_ROWS = rows("Calls")


def bound(code: str, names: Mapping[str, Any]) -> Callable[..., Any]:
    """The function that a piece of code calls, when its arguments fit."""
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call), code
    made = ast.Expression(call.func)
    function: Callable[..., Any] = eval(compile(made, code, "eval"), dict(names))
    arguments = [
        ast.literal_eval(each) if isinstance(each, ast.Constant) else names.get(ast.unparse(each))
        for each in call.args
    ]
    keywords = {each.arg: None for each in call.keywords if each.arg}
    inspect.signature(function).bind(*arguments, **keywords)
    return function


def theirs() -> dict[str, Any]:
    client = twilio_rest.Client(SID, "token")
    return {**NAMES, "client": client, "compliance": client.numbers.v2.regulatory_compliance}


def calls(column: int, root: tuple[str, ...]) -> Iterator[str]:
    for row in CALL_ROWS:
        yield from (code for code in row[column] if code.startswith(root))


@pytest.mark.parametrize("code", sorted(set(calls(0, ("client.", "compliance.")))))
def test_twilio_python_has_the_call_on_the_left(code: str) -> None:
    function = bound(code, theirs())
    assert callable(getattr(function.__self__, f"{function.__name__}_async")), "each has a twin"  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", sorted(set(calls(1, ("twilio.",)))))
def test_this_package_has_the_call_on_the_right(code: str) -> None:
    bound(code, {**NAMES, "twilio": TwilioNumbers(SID, "token")})


def test_every_row_of_calls_has_a_call_on_the_right() -> None:
    assert len(CALL_ROWS) > 80
    assert [row for row in CALL_ROWS if not any(code.startswith("twilio.") for code in row.right)] == []


def test_every_operation_is_in_the_tables() -> None:
    named = {code.partition("(")[0].removeprefix("twilio.") for code in calls(1, ("twilio.",))}
    assert {call.method for call in (CALLS | UPLOADS).values()} - named == set()


# Errors and options


def test_the_errors_of_both_columns_are_there() -> None:
    exceptions = module("twilio.base.exceptions")
    left, right = set[str](), set[str]()
    for row in rows("Errors"):
        left |= {code for code in row.left if code.startswith("Twilio")}
        right |= {code for code in row.right if code.endswith("Error")}
    assert left == {"TwilioException", "TwilioRestException", "TwilioServiceException"}
    assert all(issubclass(getattr(exceptions, name), exceptions.TwilioException) for name in left)
    ours = {name for name in right if hasattr(twilio_numbers_async, name)}
    assert right - ours == {"ConnectionError", "TimeoutError"}
    assert len(ours) > 12


def test_the_attributes_of_errors_are_there() -> None:
    [row] = [row for row in rows("Errors") if "error.status" in row.left]
    error = module("twilio.base.exceptions").TwilioRestException(404, "/", "no", code=20404)
    mine = twilio_numbers_async.NotFoundError("no", status=404, code=20404)
    assert all(hasattr(error, code.removeprefix("error.")) for code in row.left)
    assert all(hasattr(mine, code.removeprefix("error.")) for code in row.right if code != "error.uri")


def test_the_options_of_both_columns_are_there() -> None:
    names = {
        **theirs(), "Client": twilio_rest.Client, "AsyncTwilioHttpClient": http_client(),
        "TwilioNumbers": TwilioNumbers, "twilio": TwilioNumbers(SID, "token"),
    }  # fmt: skip
    seen = 0
    for row in rows("Options"):
        for code in row.left + row.right:
            if code.startswith(
                ("Client(", "AsyncTwilioHttpClient(", "TwilioNumbers", "twilio.")
            ) and code.endswith(")"):
                bound(code, names)
                seen += 1
    assert seen > 20


def test_what_the_page_says_of_their_library_is_so() -> None:
    """Read in the source that a retried POST is sent again and that the proxy is not used: nothing is sent."""
    assert "POST" in module("aiohttp_retry").ExponentialRetry().methods
    assert "proxy" not in inspect.getsource(http_client().request)
    validator = module("twilio.request_validator").RequestValidator("token")
    assert inspect.signature(validator.validate).bind("url", {}, "signature")
    assert inspect.isclass(module("twilio.credential.client_credential_provider").ClientCredentialProvider)


# The scripts


async def voice_urls(sandbox: Sandbox) -> list[str]:
    """The URLs of the account's numbers when the script has ended."""
    async with sandbox.client() as twilio:
        return sorted([number.voice_url or "" async for number in twilio.incoming_phone_numbers.list()])


WRITTEN = ["(415) 555-0100", "+1 212 555 0165", "212.555.0175", "extension 7", "+14155550180"]


@pytest.mark.parametrize("busy", [False, True], ids=["calm", "busy"])
def test_both_scripts_do_the_same(busy: bool, tmp_path: Path) -> None:
    before, after, to_the_sandbox = [block.text for block in blocks(PAGE, "python")]
    assert 55 <= before.count("\n") <= 65
    said: list[str] = []
    found: list[str] = []
    for name, script in (("before", to_the_sandbox + before), ("after", after)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "numbers.txt").write_text("\n".join(WRITTEN), encoding="utf-8")
        (folder / "script.py").write_text(script, encoding="utf-8")
        with Sandbox(allowance=2 if busy else None) as sandbox:
            sandbox.incoming_phone_numbers.add(3, friendly_name="Support")
            sandbox.incoming_phone_numbers.add(2, friendly_name="Sales")
            env = environment(
                TWILIO_ACCOUNT_SID=sandbox.account_sid,
                TWILIO_AUTH_TOKEN=sandbox.auth_token,
                TWILIO_NUMBERS_BASE_URL=sandbox.url,
            )
            said.append(
                run(
                    sys.executable,
                    "script.py",
                    cwd=folder,
                    env=env,
                    but=[":DeprecationWarning"],  # aiohttp's about twilio-python
                )
            )
            urls = asyncio.run(voice_urls(sandbox))
        found.append((folder / "results.csv").read_text(encoding="utf-8"))
        assert urls == ["", "", *["https://example.com/voice"] * 3]
    assert said == ["5 checked, 3 changed\n"] * 2
    assert found[0] == found[1]
    assert found[0].splitlines()[1:] == [
        "(415) 555-0100,+14155550100,True,",
        "+1 212 555 0165,+12125550165,True,",
        "212.555.0175,+12125550175,False,ALREADY_IN_TWILIO_DIFFERENT_OWNER",
        "extension 7,,,not a number",
        "+14155550180,+14155550180,False,UNSUPPORTED",
    ]
