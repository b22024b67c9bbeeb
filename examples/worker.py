"""Port the numbers of a file, and follow them until each port has ended, for weeks if need be.

::

    python examples/worker.py --sandbox
    python examples/worker.py numbers.txt --details details.json --state porting

The first ports reserved numbers on the Twilio that comes with the package, in a few seconds. The second takes a file
with one number a line and the customer's details (see ``Details``), and asks Twilio: TWILIO_ACCOUNT_SID and
TWILIO_AUTH_TOKEN have to be set. What it has done is kept in the folder ``--state``, which one process at a time may
use. Stop it as you like, with Ctrl-C, SIGTERM or a crash: the same command goes on from there, asks for no port twice
and forgets no change.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import os
import re
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Coroutine, Generator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from twilio_numbers_async import (
    Document,
    Journal,
    LeftOutReason,
    LosingCarrierInformation,
    PortInChange,
    PortInPhoneNumberStatus,
    PortInPlan,
    PortInStatus,
    TwilioNumbers,
    TwilioNumbersError,
    plan_port_ins,
)

SANDBOX_PACE = 0.2  # seconds for each step of a port there
T = TypeVar("T")


class Details(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The contents of ``--details`` (JSON). ``documents`` are files to upload, or SIDs (``RD...``) of uploaded ones."""

    losing_carrier: LosingCarrierInformation
    documents: list[str]
    pins: dict[str, str] = {}
    target_date: dt.date | None = None


class State(msgspec.Struct, kw_only=True):
    """The state that is kept between runs, besides the journals."""

    port_ins: list[str] = []
    """The SIDs of what was created."""
    created: bool = False
    """True once all of it was."""
    watched: dict[str, Any] = {}
    """The state of ``port_ins.watch``."""


class Stop(Exception):  # noqa: N818 - it is no error of the program's
    """It cannot go on, and a person has to see why."""


class Worker:
    """Ports the numbers of one file. ``interval``: seconds between two looks at the port-ins."""

    def __init__(
        self, twilio: TwilioNumbers, numbers: list[str], details: Details, folder: Path, interval: float
    ) -> None:
        self._twilio = twilio
        self._numbers = numbers
        self._details = details
        self._folder = folder
        self._interval = interval
        self._file = folder / "state.json"
        self._state = State()
        if self._file.exists():
            self._state = decoded(self._file, State)

    async def run(self) -> None:
        """Create what was not created yet, then follow all of it to its end."""
        if not self._state.created:
            await self._create()
        if not self._state.port_ins:
            return
        count = len(self._state.port_ins)
        say(f"Following {count} port-in{'' if count == 1 else 's'}.")
        changes = self._twilio.port_ins.watch(
            self._state.port_ins,
            interval=self._interval,
            state=self._state.watched,
        )
        async for change in changes:
            react(change)
            self._save()  # only now: a change whose handling was cut off comes again
        say("Every port-in has ended.")

    async def _create(self) -> None:
        plan = await self._plan()
        say(str(plan))
        if not plan.is_ready:
            raise Stop("The plan is not ready, and nothing was created.")
        if any(one.reason is LeftOutReason.NOT_CHECKED for one in plan.left_out):
            # They would come in later and make other requests of it.
            raise Stop("Some numbers have no answer yet, and nothing was created. Run it again.")
        outcomes = await self._twilio.port_ins.create_all(plan, journal=self._folder / "port-ins.journal")
        for outcome in outcomes:
            if outcome.result is not None and outcome.result.port_in_request_sid:
                self._state.port_ins.append(outcome.result.port_in_request_sid)
            else:
                say(f"Request {outcome.index + 1} was not created: {outcome.error}")
        if len(self._state.port_ins) < len(outcomes):
            raise Stop("Not all of it was created. Run it again: what was created is not created twice.")
        self._state.created = True
        self._save()

    async def _plan(self) -> PortInPlan:
        """Check the numbers, the answers of earlier runs included, and make the requests."""
        journal = Journal(self._folder / "checks.journal")
        async with self._twilio.portability.sweep(self._numbers, country="US", journal=journal) as sweep:
            outcomes = [outcome async for outcome in sweep]
        return plan_port_ins(
            outcomes,
            account_sid=self._twilio.account_sid,
            losing_carrier=self._details.losing_carrier,
            documents=[await self._document(document) for document in self._details.documents],
            target_date=self._details.target_date,
            pins=self._details.pins,
            country="US",
        )

    async def _document(self, document: str) -> Document | str:
        is_uploaded = re.fullmatch("RD[0-9a-fA-F]{32}", document)
        return document if is_uploaded else await self._twilio.documents.upload(document)

    def _save(self) -> None:
        """Write the state; what was there stays until the new one is whole."""
        part = self._file.with_suffix(".part")
        with part.open("wb") as file:
            file.write(msgspec.json.encode(self._state))
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._file)


def react(change: PortInChange) -> None:
    """Your own work goes here. It may see a change again after a crash."""
    line = f"{change.sid}: {change.new_status.value}"
    if change.new_status is PortInStatus.WAITING_FOR_SIGNATURE:
        line += f", to be signed at {change.port_in.signature_request_url}"
    elif change.new_status is PortInPhoneNumberStatus.PORT_REJECTED and change.phone_number is not None:
        line += f". {change.phone_number.advice}"
    say(line)


def say(line: str) -> None:
    """A line for whoever runs it."""
    print(line, flush=True)


@contextlib.contextmanager
def alone(folder: Path) -> Generator[None]:
    """Keep every other process off the folder. Raises Stop where one is at work there.

    The lock is SQLite's, which Windows has too. It ends with the process, after ``kill -9`` as well; the file stays.
    """
    file = folder / "lock"
    with contextlib.ExitStack() as stack:
        try:
            lock = stack.enter_context(contextlib.closing(sqlite3.connect(file, timeout=0)))
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise Stop(f"{file} cannot be locked: {error}") from None
            raise Stop(
                f"Another process is at work in {folder}. Stop it first, or name another --state"
            ) from None
        yield


def decoded(file: Path, kind: type[T]) -> T:
    """The contents of a JSON file. Raises Stop, with the file's name, where they do not fit."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Stop(f"{file}: {error}") from None


def lines_of(file: Path) -> list[str]:
    """The lines with something in them. Raises Stop where the file is no text in UTF-8."""
    try:
        return [line for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise Stop(f"{file} is no text in UTF-8") from None


SANDBOX_NUMBERS = [f"+1415555{n:04}" for n in (100, 101, 160, 175)]
SANDBOX_DETAILS = Details(
    losing_carrier=LosingCarrierInformation(
        customer_name="Example Ltd",
        authorized_representative="Sam Example",
        authorized_representative_email="sam@example.com",
        account_number="12345",
        address_sid="AD" + "a" * 32,
    ),
    documents=["RD" + "a" * 32],
    pins={"+14155550160": "0007"},
)


async def port(given: argparse.Namespace) -> None:
    """Port the numbers that were given, on Twilio."""
    numbers, details = lines_of(given.numbers), decoded(given.details, Details)
    async with TwilioNumbers.from_env(base_url=given.base_url) as twilio:
        await Worker(twilio, numbers, details, given.state, given.interval).run()


async def port_in_sandbox(folder: str) -> None:
    """Port reserved numbers, on a Twilio that ends with the worker."""
    from twilio_numbers_async.sandbox import Sandbox

    async with Sandbox(port_in_pace=SANDBOX_PACE) as sandbox, sandbox.client() as twilio:
        await Worker(twilio, SANDBOX_NUMBERS, SANDBOX_DETAILS, Path(folder), SANDBOX_PACE / 2).run()


async def until_told_to_stop(work: Coroutine[None, None, None]) -> None:
    """Do the work to its end, or until SIGINT or SIGTERM."""
    task = asyncio.ensure_future(work)
    with contextlib.suppress(NotImplementedError):  # Windows, where Ctrl-C cancels it all the same
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        say("Stopped. The same command goes on from here.")


def run() -> int:
    """The script; returns its exit code."""
    parser = argparse.ArgumentParser(description="Port numbers to Twilio and follow them.")
    parser.add_argument("numbers", type=Path, nargs="?", metavar="FILE", help="one number a line")
    parser.add_argument("--details", type=Path, metavar="JSON", help="the customer's details")
    parser.add_argument("--state", type=Path, default=Path("porting"), metavar="FOLDER")
    parser.add_argument("--interval", type=float, default=60.0, help="seconds between looks (default: 60)")
    parser.add_argument("--base-url", metavar="URL", help="ask this server in Twilio's place")
    parser.add_argument("--sandbox", action="store_true", help="port reserved numbers on a Twilio of its own")
    given = parser.parse_args()
    if not given.sandbox and not (given.numbers and given.details):
        parser.error("give FILE and --details, or --sandbox")
    try:
        if given.sandbox:
            with tempfile.TemporaryDirectory() as folder:
                asyncio.run(until_told_to_stop(port_in_sandbox(folder)))
        else:
            given.state.mkdir(mode=0o700, exist_ok=True)  # there will be phone numbers in it
            with alone(given.state):
                asyncio.run(until_told_to_stop(port(given)))
    except (TwilioNumbersError, Stop, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(run())
