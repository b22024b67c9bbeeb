"""The examples, run as the processes that a reader would start, with every warning an error."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import aiohttp
import msgspec
import pytest

from tests import processes
from tests.docs.pages import blocks
from tests.processes import Process
from twilio_numbers_async import LosingCarrierInformation, PortInCreate, PortInCreatePhoneNumber
from twilio_numbers_async.sandbox import Fault, Sandbox
from twilio_numbers_async.webhooks import sign, with_body_hash

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and file descriptors")

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
IMPORTS = (
    "twilio_numbers_async",
    "twilio_numbers_async.sandbox",
    "aiohttp.web",
    "fastapi",
    "uvicorn",
    "phonenumbers",
)
PATIENCE = 60.0
NUMBERS = [f"+1{area}55501{n:02}" for area in (212, 312, 415, 646) for n in range(60)]
# asyncio's debug mode tells of every step that takes long. That is the machine's fault, not the example's.
SLOW_STEP = re.compile(rb"^Executing <.*> took [\d.]+ seconds\n", re.MULTILINE)
DETAILS: dict[str, Any] = {
    "losing_carrier": {
        "customer_name": "Example Ltd",
        "authorized_representative": "Sam Example",
        "authorized_representative_email": "sam@example.com",
        "address_sid": "AD" + "a" * 32,
    },
    "documents": ["RD" + "a" * 32],
}


OWNER = "Another Twilio customer holds it: ask the owner to release or transfer it."


def environment(**more: str) -> dict[str, str]:
    """This one's, but for what would change how an example behaves; measuring coverage would slow it down."""
    foreign = ("TWILIO_", "NUMBERS_APP_", "COVERAGE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **more}


def credentials(sandbox: Sandbox) -> dict[str, str]:
    return {"TWILIO_ACCOUNT_SID": sandbox.account_sid, "TWILIO_AUTH_TOKEN": sandbox.auth_token}


def python(*arguments: str | Path, env: Mapping[str, str] | None = None, fds: Sequence[int] = ()) -> Process:
    return processes.start(
        *arguments,
        flags=["-X", "dev"],
        imports=IMPORTS,
        cwd=ROOT,
        env=environment(**(env or {})),
        pass_fds=fds,
    )


async def ended(process: Process) -> tuple[int | None, str, str]:
    """Its exit code and what it wrote, when it has ended."""
    try:
        out, err = await asyncio.to_thread(process.communicate, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
    return process.returncode, out.decode(), SLOW_STEP.sub(b"", err).decode()


class Server:
    """The app under uvicorn, and a session to ask it with."""

    def __init__(self, process: Process, url: str, session: aiohttp.ClientSession) -> None:
        self.process = process
        self.url = url
        self.session = session

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.session.get(self.url + path) as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        given = {"Content-Type": "application/json"} if headers is None else headers
        async with self.session.post(self.url + path, data=body, headers=given) as answer:
            return answer.status, await answer.read()

    async def start_sweep(self, numbers: list[str]) -> dict[str, str]:
        status, body = await self.post("/sweeps", json.dumps({"numbers": numbers}).encode())
        assert status == 202
        started: dict[str, str] = json.loads(body)
        return started

    async def events(self, path: str) -> AsyncIterator[tuple[str, Any]]:
        async with self.session.get(self.url + path) as answer:
            assert answer.content_type == "text/event-stream"
            name = ""
            async for line in answer.content:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, json.loads(value)

    async def stop(self, number: signal.Signals, *, said: str = "") -> None:
        """Tell it to end; it has to end well and to have nothing to complain of but what it ``said``."""
        self.process.send_signal(number)
        code, out, err = await ended(self.process)
        assert (out, err) == ("", said)
        assert code in {0, -number}, "uvicorn passes the signal on when it has ended"


@contextlib.asynccontextmanager
async def serving(app: str = "fastapi_app", *options: str, **env: str) -> AsyncGenerator[Server]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1000)  # whoever calls before the app is up waits in line
        process = python(
            "-m", "uvicorn", "--app-dir", EXAMPLES, f"{app}:app", *options,
            "--fd", str(listener.fileno()), "--log-level", "warning", "--loop", "asyncio",
            "--timeout-keep-alive", "60",
            fds=[listener.fileno()], env=env,
        )  # fmt: skip
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        connector = aiohttp.TCPConnector(limit=0)
        try:
            async with aiohttp.ClientSession(
                connector=connector, timeout=aiohttp.ClientTimeout(PATIENCE)
            ) as session:
                yield Server(process, url, session)
        finally:
            if process.returncode is None:
                process.kill()
                await ended(process)


class Counted:
    """Hands every connection on to a server, and counts them."""

    def __init__(self, port: int) -> None:
        self.connections = 0
        self.url = ""
        self._port = port

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(_copy(reader, to_writer), _copy(to_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def counted(url: str) -> AsyncGenerator[Counted]:
    between = Counted(int(url.rpartition(":")[2]))
    server = await asyncio.start_server(between, "127.0.0.1", 0, backlog=1000)
    between.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield between
    finally:
        server.close()
        await server.wait_closed()


async def test_the_app_serves_200_checks_at_once_with_one_client() -> None:
    async with (
        Sandbox(allowance=10, latency=0.01) as sandbox,
        counted(sandbox.url) as between,
        serving(
            **credentials(sandbox), NUMBERS_APP_TWILIO_URL=between.url, NUMBERS_APP_CONCURRENCY="10"
        ) as app,
    ):
        numbers = NUMBERS[:200]
        answers = await asyncio.gather(*(app.get(f"/portability/{number}") for number in numbers))
        assert [status for status, _ in answers] == [200] * 200
        assert [answer["phone_number"] for _, answer in answers] == numbers
        assert all(answer["advice"] == "Can be ported." for _, answer in answers)
        # A second client or session would have gone past what one gate allows and one pool keeps.
        assert between.connections <= 10
        assert (sandbox.requests, sandbox.refused) == (200, 0)
        status, gate = await app.get("/gate")
        assert (status, gate["limit"], gate["in_flight"], gate["waiting"]) == (200, 10, 0, 0)
        await app.stop(signal.SIGTERM)


async def test_the_app_answers_what_went_wrong() -> None:
    async with Sandbox() as sandbox:
        sandbox.script(Fault.rate_limited(120), path=f"*/{NUMBERS[0]}")
        async with serving(**credentials(sandbox), NUMBERS_APP_TWILIO_URL=sandbox.url) as app:
            status, answer = await app.get("/portability/555-0100")
            assert (status, answer["error"]) == (422, "invalid_argument")
            assert sandbox.requests == 0
            status, answer = await app.get(f"/portability/{NUMBERS[0]}")
            assert (status, answer["error"]) == (503, "busy")
            assert (await app.post("/sweeps", b'{"numbers": []}'))[0] == 422
            for path in ("/sweeps/none", "/sweeps/none/events"):
                assert await app.get(path) == (
                    404,
                    {"detail": "There is no such sweep. The last 100 are kept"},
                )
            await app.stop(signal.SIGTERM)


async def test_the_app_says_so_when_a_sweep_is_asked_of_the_wrong_worker() -> None:
    async with serving(NUMBERS_APP_SANDBOX="1") as one, serving(NUMBERS_APP_SANDBOX="1") as other:
        started = await one.start_sweep(NUMBERS[:3])
        assert (await one.get(started["results"]))[0] == 200
        for path in (started["results"], started["events"]):
            status, answer = await other.get(path)
            assert status == 409
            assert answer["detail"].startswith("Another worker of this app started this sweep")
        gone = started["results"].replace(started["id"], started["id"][:-3] + "000")
        assert (await one.get(gone))[0] == 404
        await one.stop(signal.SIGTERM)
        await other.stop(signal.SIGTERM)


async def test_the_app_takes_a_webhook_that_is_signed() -> None:
    async with Sandbox() as sandbox:
        public = "https://porting.example.com"
        async with serving(
            **credentials(sandbox), NUMBERS_APP_TWILIO_URL=sandbox.url, NUMBERS_APP_PUBLIC_URL=public
        ) as app:
            sid = "KW" + "a" * 32

            async def deliver(status: str, date: str, *, token: str = sandbox.auth_token) -> int:
                body = json.dumps({
                    "event_type": f"PortIn{status}", "port_in_request_sid": sid, "last_date_updated": date,
                }).encode()  # fmt: skip
                called = with_body_hash(f"{public}/webhooks/porting", body)
                headers = sign(called, body, "application/json", auth_token=token)
                return (await app.post(called.removeprefix(public), body, headers))[0]

            assert await deliver("InProgress", "2030-01-02T00:00:00Z", token="another") == 403
            assert await app.get("/ports") == (200, [])
            status, page = await app.get("/openapi.json")
            shown = page["paths"]["/portability/{number}"]["get"]["responses"]["200"]["content"][
                "application/json"
            ]
            assert (status, shown["schema"]["title"]) == (200, "Portability")
            assert await deliver("InProgress", "2030-01-02T00:00:00Z") == 204
            assert await deliver("Completed", "2030-01-03T00:00:00Z") == 204
            for late in ("InProgress", "WaitingForSignature"):
                assert await deliver(late, "2030-01-02T00:00:00Z") == 204, "or Twilio would send it again"
            _, ports = await app.get("/ports")
            assert [port["kind"] for port in ports] == ["PortInCompleted"]
            await app.stop(
                signal.SIGTERM,
                said="A webhook was refused: The signature does not match the URL and the body\n",
            )


async def test_the_app_hears_from_the_sandbox_how_a_port_goes() -> None:
    async with (
        Sandbox(webhook_repeats=1, webhook_shuffle=True) as sandbox,
        sandbox.client() as twilio,
        serving(
            **credentials(sandbox),
            NUMBERS_APP_TWILIO_URL=sandbox.url,
            NUMBERS_APP_VOICE_URL="https://example.com/voice",
        ) as app,
    ):
        await twilio.webhook_configuration.ensure(port_in_target_url=f"{app.url}/webhooks/porting")
        details = msgspec.convert(DETAILS["losing_carrier"], LosingCarrierInformation)
        await twilio.port_ins.create(
            PortInCreate(
                account_sid=sandbox.account_sid,
                documents=["RD" + "a" * 32],
                phone_numbers=[PortInCreatePhoneNumber(phone_number=number) for number in NUMBERS[:5]],
                losing_carrier_information=details,
            )
        )
        sandbox.advance(steps=4)
        await sandbox.webhooks_delivered()
        assert {delivery.status for delivery in sandbox.webhooks} == {204}
        _, ports = await app.get("/ports")
        assert sorted(port["phone_number"] for port in ports if port["phone_number"]) == NUMBERS[:5]
        assert {port["status"].lower() for port in ports} == {"completed"}
        assert len(ports) == 6
        await app.stop(signal.SIGTERM)
        # Each was put to work behind the answer, once, though its event came twice; the server waits for that.
        owned = await twilio.incoming_phone_numbers.list().collect()
        assert [one.voice_url for one in owned] == ["https://example.com/voice"] * 5
        assert sandbox.operations["UpdateIncomingPhoneNumber"] == 5


async def test_the_app_sweeps_in_the_background() -> None:
    async with serving(NUMBERS_APP_SANDBOX="1") as app:
        numbers = [*NUMBERS[:99], "(415) 555-0175", "555-0100"]
        started = await app.start_sweep(numbers)
        events = [event async for event in app.events(started["events"])]
        names = [name for name, _ in events]
        assert names == ["running"] * (len(names) - 1) + ["done"]
        assert len(names) > 1
        done = [data["progress"]["done"] for _, data in events]
        assert done == sorted(done)
        assert done[-1] == len(numbers)
        assert events[-1][1]["reasons"] == {
            "portable": 99, "ALREADY_IN_TWILIO_DIFFERENT_OWNER": 1, "InvalidPhoneNumberError": 1,
        }  # fmt: skip
        status, results = await app.get(started["results"])
        assert (status, results["state"]) == (200, "done")
        assert sorted(row["input"] for row in results["rows"]) == sorted(numbers)
        assert [name async for name, _ in app.events(started["events"])] == ["done"], "for who comes late"
        await app.stop(signal.SIGINT)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
async def test_the_curl_lines_of_the_docs() -> None:
    page = blocks(ROOT / "docs" / "fastapi.md", "sh")
    lines = [line for block in page for line in block.text.splitlines() if line.startswith("curl ")]
    check, start, *others = [shlex.split(line) for line in lines]
    async with serving(NUMBERS_APP_SANDBOX="1") as app:

        async def told(words: list[str], key: str = "") -> str:
            """The answer to a line, asked of this app."""
            here = [
                word.replace("http://127.0.0.1:8000", app.url).replace("/ID", f"/{key}") for word in words
            ]
            done = await asyncio.to_thread(
                subprocess.run,
                [here[0], "-sS", "--fail", "--noproxy", "*", *here[1:]],
                capture_output=True, text=True, timeout=PATIENCE, check=False,
            )  # fmt: skip
            assert (done.returncode, done.stderr) == (0, "")
            return done.stdout

        assert json.loads(await told(check))["phone_number"] == "+14155550160"
        sweep = json.loads(await told(start))
        events, results, gate, ports = [await told(words, sweep["id"]) for words in others]
        assert events.split("\n\n")[-2].startswith("event: done\n")
        assert [row["input"] for row in json.loads(results)["rows"]] == ["+14155550100", "(415) 555-0175"]
        assert json.loads(gate)["limit"] >= 1
        assert json.loads(ports) == []
        assert (
            json.loads(await told(["curl", "http://127.0.0.1:8000/openapi.json"]))["info"]["title"]
            == "Porting"
        )
        await app.stop(signal.SIGTERM)


async def test_the_app_ends_in_the_middle_of_a_sweep() -> None:
    async with Sandbox() as sandbox:
        sandbox.script(Fault.stall(), times=None, skip=20)
        async with serving(**credentials(sandbox), NUMBERS_APP_TWILIO_URL=sandbox.url) as app:
            started = await app.start_sweep(NUMBERS)
            events = app.events(started["events"])
            assert (await anext(events))[0] == "running"
            app.process.send_signal(signal.SIGTERM)
            rest = [event async for event in events]
            assert rest[-1][0] == "stopped"
            assert rest[-1][1]["progress"]["done"] < len(NUMBERS)
            code, out, err = await ended(app.process)
            assert (code, out, err) == (-signal.SIGTERM, "", "")


async def test_the_app_does_not_start_without_credentials() -> None:
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-X", "dev", "-c", "import fastapi_app"],
        env=environment(PYTHONPATH=f"{EXAMPLES}:{ROOT}"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or NUMBERS_APP_SANDBOX=1"
    )


async def test_gather() -> None:
    code, out, err = await ended(python(EXAMPLES / "gather.py", "--sandbox"))
    assert (code, err) == (0, "")
    pin = "Can be ported: the port-in needs the losing carrier's PIN and account number."
    manual = "Cannot be ported through the API: port it in the Twilio Console or ask Twilio support."
    assert out.splitlines() == [
        "(415) 555-0100: +14155550100, Can be ported.",
        f"212-555-0165: +12125550165, {pin}",
        f"+1 312 555 0175: +13125550175, {OWNER}",
        f"+1 646 555 0187: +16465550187, {manual}",
        "555-0199: The phone number has no area code",
    ]


async def test_gather_takes_numbers_and_says_what_is_missing() -> None:
    asked = [("--sandbox", "--country", "gb", "07700 900123"), (), (NUMBERS[0],)]
    started = [python(EXAMPLES / "gather.py", *options) for options in asked]
    own, nothing, nobody = [await ended(process) for process in started]
    assert own[0] == 0
    assert own[1].startswith("07700 900123: +447700900123, Cannot be ported to Twilio")
    assert nothing[0] == 2
    assert "--sandbox" in nothing[2]
    assert nobody[:2] == (2, "")
    assert nobody[2].startswith("Set TWILIO_ACCOUNT_SID")


async def test_compliance_ends_with_a_number() -> None:
    process = python(EXAMPLES / "compliance.py", EXAMPLES / "gb.toml", "--sandbox")
    code, out, err = await ended(process)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "United Kingdom: Local - Business"
    assert lines[-2].endswith(" is in review.")
    assert lines[-1].startswith("Approved, and bought with it: PN")


async def test_compliance_says_what_is_missing(tmp_path: Path) -> None:
    text = (EXAMPLES / "gb.toml").read_text()
    (tmp_path / "gb.toml").write_text(text.replace('"N1 1AA"', '""'))
    code, _, err = await ended(python(EXAMPLES / "compliance.py", tmp_path / "gb.toml", "--sandbox"))
    assert (code, err) == (1, "address.postal_code must be given\n")


class WorkerRuns:
    """Runs of the worker with the same state, one after another."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        (folder / "numbers.txt").write_text("(415) 555-0100\n\n415-555-0101\n+14155550175\n")
        (folder / "bill.pdf").write_bytes(b"%PDF-1.7\nA bill.\n")
        details = DETAILS | {"documents": [str(folder / "bill.pdf")]}
        (folder / "details.json").write_text(json.dumps(details))
        self.lines: list[str] = []
        self._folder = folder
        self._sandbox = sandbox
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await ended(self._process)

    def process(self) -> Process:
        """One more process with the same state."""
        return python(
            EXAMPLES / "worker.py", self._folder / "numbers.txt", "--details", self._folder / "details.json",
            "--state", self._folder / "state", "--interval", "0.05", "--base-url", self._sandbox.url,
            env=credentials(self._sandbox),
        )  # fmt: skip

    async def start(self) -> None:
        self._process = self.process()
        self.lines = []

    async def until(self, end: str) -> str:
        """The next line that ends so."""
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await asyncio.wait_for(asyncio.to_thread(self._process.stdout.readline), PATIENCE):
            self.lines.append(line.decode().rstrip("\n"))
            if self.lines[-1].endswith(end):
                return self.lines[-1]
        raise AssertionError(f"{end!r} did not come, but {self.lines} and {await ended(self._process)}")

    async def stop(self, number: signal.Signals | None = None) -> tuple[int | None, str]:
        """Its exit code and its complaints."""
        assert self._process is not None
        if number is not None:
            self._process.send_signal(number)
        # What was read ahead of the last line is in the pipe's own buffer, which communicate() does not look into.
        assert self._process.stdout is not None
        rest: bytes = await asyncio.wait_for(asyncio.to_thread(self._process.stdout.read), PATIENCE)
        self.lines += rest.decode().splitlines()
        code, _, err = await ended(self._process)
        return code, err

    def changes(self) -> list[str]:
        return [line for line in self.lines if line.startswith(("KW", "PU"))]


async def test_the_worker_goes_on_where_it_was(tmp_path: Path) -> None:
    async with Sandbox(strict_documents=True) as sandbox, WorkerRuns(sandbox, tmp_path) as worker:
        # It is created, nobody hears of it, and while it is looked for the worker is killed.
        sandbox.script(Fault.drop_after(), method="POST", path="/v1/Porting/PortIn")
        looked_for = sandbox.script(Fault.stall(), path="*/PortInRequests", skip=1)
        await worker.start()
        async with asyncio.timeout(PATIENCE):
            while not looked_for.used:  # noqa: ASYNC110 - a rule tells nobody of it
                await asyncio.sleep(0.01)
        assert (await worker.stop(signal.SIGKILL))[0] == -signal.SIGKILL

        await worker.start()
        await worker.until(": In Review")
        assert worker.lines[:4] == [
            "2 numbers in 1 port-in request",
            "1 left out: 1 not portable",
            f"number 3 is left out (not portable): {OWNER}",
            "Following 1 port-in.",
        ]
        assert len(worker.changes()) == 3
        assert await worker.stop(signal.SIGTERM) == (0, "")
        assert worker.lines[-1] == "Stopped. The same command goes on from here."

        sandbox.advance()
        await worker.start()
        line = await worker.until(f"to be signed at https://www.example.com/sign/{sandbox.port_in_sids[0]}")
        assert not [each for each in worker.changes() if each.lower().endswith(("in review", "in_review"))]
        assert len(worker.changes()) == 3
        assert (await worker.stop(signal.SIGKILL))[0] == -signal.SIGKILL
        stale = {line}  # what was handled last may not have been written down

        sandbox.advance()
        await worker.start()
        await worker.until(": In Progress")
        assert len({*worker.changes()} - stale) == 3
        rejected = worker.changes()[-2].partition(":")[0]
        sandbox.reject(rejected, 22155)
        advice = "The PIN is missing or wrong: get the right one from the losing carrier."
        assert await worker.until(advice) == f"{rejected}: port_rejected. {advice}"
        sandbox.advance(steps=2)
        await worker.until(": Action Required")
        async with sandbox.client() as twilio:
            await twilio.port_ins.cancel(sandbox.port_in_sids[0])
        await worker.until(": Canceled")
        assert await worker.stop() == (0, "")
        assert worker.lines[-1] == "Every port-in has ended."
        assert sandbox.operations["CreatePortingPortIn"] == 1

        await worker.start()
        assert await worker.stop() == (0, "")
        assert worker.lines == ["Following 1 port-in.", "Every port-in has ended."]


async def test_the_worker_creates_nothing_of_a_plan_that_is_not_ready(tmp_path: Path) -> None:
    async with Sandbox() as sandbox, WorkerRuns(sandbox, tmp_path) as worker:
        (tmp_path / "details.json").write_text(json.dumps(DETAILS | {"documents": []}))
        await worker.start()
        assert await worker.stop() == (1, "The plan is not ready, and nothing was created.\n")
        assert any("utility bill" in line for line in worker.lines)
        (tmp_path / "details.json").write_text(json.dumps(DETAILS))
        sandbox.script(Fault.error(400, 20001), path="*/+14155550101")
        (tmp_path / "state" / "checks.journal").unlink()
        await worker.start()
        code, err = await worker.stop()
        assert (code, err) == (1, "Some numbers have no answer yet, and nothing was created. Run it again.\n")
        assert not sandbox.port_in_sids


async def test_the_worker_is_alone_in_its_folder(tmp_path: Path) -> None:
    async with Sandbox() as sandbox, WorkerRuns(sandbox, tmp_path) as worker:
        await worker.start()
        await worker.until(": In Review")
        taken = (
            f"Another process is at work in {tmp_path / 'state'}. Stop it first, or name another --state\n"
        )
        assert await ended(worker.process()) == (1, "", taken)
        assert (await worker.stop(signal.SIGKILL))[0] == -signal.SIGKILL
        await worker.start()
        assert await worker.until("port-in.") == "Following 1 port-in."
        assert await worker.stop(signal.SIGTERM) == (0, "")


async def test_the_program_of_the_docs_is_alone_in_its_folder(tmp_path: Path) -> None:
    [program] = blocks(ROOT / "docs" / "workers.md", "python")
    (tmp_path / "holder.py").write_text(
        "import threading\nfrom program import FOLDER, alone\nFOLDER.mkdir()\nwith alone():\n"
        "    print('alone', flush=True)\n    threading.Event().wait()\n"
    )
    # As it is, it would also run where it is imported.
    text = program.text.replace(
        "\nasyncio.run(main())\n", "\nif __name__ == '__main__':\n    asyncio.run(main())\n"
    )
    (tmp_path / "program.py").write_text(text, encoding="utf-8")

    def start(name: str) -> Process:
        return processes.start(name, flags=["-X", "dev"], imports=IMPORTS, cwd=tmp_path, env=environment())

    holder = start("holder.py")
    assert holder.stdout is not None
    assert await asyncio.to_thread(holder.stdout.readline) == b"alone\n"
    taken = "Another process is at work in porting (database is locked)\n"
    assert await ended(start("program.py")) == (1, "", taken)
    holder.kill()
    await ended(holder)
    code, out, err = await ended(start("program.py"))
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].endswith("-> Completed")
    assert json.loads((tmp_path / "porting" / "watch.json").read_text())


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("details.json", b"{", "details.json: Input data was truncated"),
        ("details.json", b'{"documents": ["\xe9"]}', "details.json: 'utf-8' codec can't decode byte 0xe9"),
        ("details.json", b'{"pin": {}}', "details.json: Object contains unknown field `pin`"),
        ("state/state.json", b"[]", "state.json: Expected `object`, got `array`"),
        ("state/lock", b"no database, of so many bytes", "lock cannot be locked: file is not a database"),
        ("numbers.txt", b"\xe9", "numbers.txt is no text in UTF-8"),
    ],
)
async def test_the_worker_says_which_file_is_wrong(name: str, text: bytes, said: str, tmp_path: Path) -> None:
    async with Sandbox() as sandbox, WorkerRuns(sandbox, tmp_path) as worker:
        (tmp_path / "state").mkdir()
        (tmp_path / name).write_bytes(text)
        code, out, err = await ended(worker.process())
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert said in err
        assert not sandbox.operations


async def test_the_worker_by_itself() -> None:
    code, out, err = await ended(python(EXAMPLES / "worker.py", "--sandbox"))
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "Every port-in has ended."
    assert sum(line.endswith(": completed") for line in out.splitlines()) == 3
