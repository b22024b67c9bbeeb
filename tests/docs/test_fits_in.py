"""docs/fits-in.md: prompts that await, anyio, test clients."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from typing import Any, NamedTuple

import anyio
import anyio.from_thread
import anyio.to_thread
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.docs.pages import DOCS, ROOT, blocks, environment
from tests.porting.details import numbers, plan_of
from tests.raw_server import RawServer, raw_server, stall
from tests.transport.raw_client import ACCOUNT
from twilio_numbers_async import ConfigurationError, TwilioNumbers
from twilio_numbers_async.sandbox import Sandbox

PAGE = next(page for page in DOCS if page.name == "fits-in.md")
NUMBERS = [f"+1415555{n:04}" for n in range(100, 120)]


# Prompts


class Cell(NamedTuple):
    """The typed text, and the text that is shown for it."""

    code: str
    output: str


def cells(text: str) -> list[Cell]:
    """The cells of a session with ``>>>``."""
    found = re.findall(r"((?:^>>> .*\n)(?:^\.\.\. ?.*\n)*)((?:^(?!>>> |\.\.\.).*\n)*)", text, re.MULTILINE)
    return [Cell("\n".join(line[4:] for line in code.splitlines()) + "\n", output) for code, output in found]


SESSIONS = [cells(block.text) for block in blocks(PAGE, "pycon")]

# Runs cells that it reads, and writes what each of them showed.
IN_IPYTHON = """
import contextlib, io, json, sys
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance(colors="nocolor")
shown = []
for code in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        done = shell.run_cell(code, store_history=True)
    assert done.success, out.getvalue()
    shown.append(out.getvalue())
json.dump(shown, sys.stdout)
"""


def fed(*command: str, given: str) -> str:
    """The output of a program that reads ``given``."""
    done = subprocess.run(
        [sys.executable, *command], input=given, cwd=ROOT, env=environment() | {"PYTHONDEVMODE": ""},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_has_a_session_for_each_prompt() -> None:
    assert [sum(bool(cell.output) for cell in session) for session in SESSIONS] == [4, 0]
    assert "from IPython" in SESSIONS[1][0].code


def test_the_session_in_pythons_own_prompt() -> None:
    given = "".join(cell.code for cell in SESSIONS[0])
    out = fed("-m", "asyncio", given=given + "await twilio.close()\nsandbox.__exit__(None, None, None)\n")
    assert out.replace(">>> ", "").strip() == "".join(cell.output for cell in SESSIONS[0]).strip()


def test_the_sessions_in_ipython() -> None:
    both = [cell for session in SESSIONS for cell in session]
    *shown, closed = json.loads(fed("-c", IN_IPYTHON, given=json.dumps([cell.code for cell in both])))
    first = [re.sub(r"^Out\[\d+\]: \n?", "", each).strip() for each in shown[: len(SESSIONS[0])]]
    assert first == [cell.output.strip() for cell in SESSIONS[0]]
    progress = "".join(shown[len(SESSIONS[0]) :]).split("<Sweep of 100 inputs: ")[1:]
    assert [each.split(" (")[0] for each in progress[1:]] == [
        f"{done} done" for done in (20, 40, 60, 80, 100)
    ]
    assert progress[0].startswith("not read yet")
    assert closed == ""


# anyio


async def cancelled_once_sent(work: Callable[[], Coroutine[Any, Any, Any]], server: RawServer) -> None:
    """Run it in a task group of anyio, and cancel that when a request of it has come."""
    seen = len(server.received)
    async with anyio.create_task_group() as group:
        group.start_soon(work)
        await server.until_received(seen + 1)
        group.cancel_scope.cancel()
    assert group.cancel_scope.cancelled_caught


async def test_a_scope_of_anyio_ends_whatever_is_under_way() -> None:
    async with raw_server(stall) as server, TwilioNumbers(ACCOUNT, "token", base_url=server.url) as twilio:

        async def bare() -> None:
            async for _ in twilio.portability.sweep(NUMBERS):
                pass

        async def closed() -> None:
            async with twilio.portability.sweep(NUMBERS) as outcomes:
                async for _ in outcomes:
                    pass

        request = plan_of(numbers(1)).requests[0]
        single = (lambda: twilio.portability.fetch(NUMBERS[0]), lambda: twilio.port_ins.create(request))
        for work in (*single, bare, closed):
            await cancelled_once_sent(work, server)
            snapshot = twilio.gate.snapshot()
            assert (snapshot.in_flight, snapshot.waiting) == (0, 0)


async def test_a_scope_of_anyio_around_the_client_closes_it() -> None:
    async with raw_server(stall) as server:
        twilio = TwilioNumbers(ACCOUNT, "token", base_url=server.url)

        async def work() -> None:
            async with twilio:
                await twilio.portability.fetch(NUMBERS[0])

        await cancelled_once_sent(work, server)
        assert repr(twilio).endswith(": closed>")


async def test_a_thread_of_anyio_asks_through_the_loop() -> None:
    async with Sandbox() as sandbox, sandbox.client() as twilio:

        def work() -> bool | None:
            return anyio.from_thread.run(twilio.portability.fetch, NUMBERS[0]).portable

        assert await anyio.to_thread.run_sync(work)


# Test clients


def app_with(twilio: TwilioNumbers, *, opens: bool) -> Starlette:
    async def check(request: Request) -> JSONResponse:
        return JSONResponse((await twilio.portability.fetch(request.path_params["number"])).portable)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with twilio:
            yield

    return Starlette(routes=[Route("/check/{number}", check)], lifespan=lifespan if opens else None)


ADDRESS = f"/check/{NUMBERS[0]}"


def test_a_test_client_without_its_lifespan_has_no_open_client() -> None:
    with Sandbox() as sandbox:
        browser = TestClient(app_with(sandbox.client(), opens=True))
        with pytest.raises(ConfigurationError, match="The client is not open"):
            browser.get(ADDRESS)
        assert sandbox.traffic.requests == 0


async def test_a_client_that_was_opened_outside_of_a_test_client_is_of_another_loop() -> None:
    with Sandbox() as sandbox:
        async with sandbox.client() as twilio:

            def ask() -> Any:
                with TestClient(app_with(twilio, opens=False)) as browser:
                    return browser.get(ADDRESS)

            with pytest.raises(ConfigurationError, match="The client was opened in another event loop"):
                await asyncio.to_thread(ask)
            assert sandbox.traffic.requests == 0
            assert (await twilio.portability.fetch(NUMBERS[0])).portable, "it is as it was"


def test_each_lifespan_opens_the_client_anew() -> None:
    with Sandbox() as sandbox:
        twilio = sandbox.client()
        for _ in range(2):
            with TestClient(app_with(twilio, opens=True)) as browser:
                assert browser.get(ADDRESS).json() is True
            assert repr(twilio).endswith(": closed>")
        assert sandbox.traffic.requests == 2


async def test_an_app_in_the_loop_of_the_test_uses_its_client() -> None:
    httpx: Any = pytest.importorskip("httpx2", reason="httpx2 is not installed")
    async with Sandbox() as sandbox, sandbox.client() as twilio:
        transport = httpx.ASGITransport(app_with(twilio, opens=False))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as browser:
            assert (await browser.get(ADDRESS)).json() is True
