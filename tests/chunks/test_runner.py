"""ChunkRunner: one loop and one client in each process, for programs that have no event loop."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async import (
    AuthenticationError,
    ChunkRunner,
    ConfigurationError,
    TwilioNumbers,
    split,
)
from twilio_numbers_async.sandbox import Fault, Sandbox

from .processes import environment
from .samples import client_of, factory, numbers, rows_of_results

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and fork")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


class Counted:
    """A factory that writes down in which process it was called."""

    def __init__(self, sandbox: Sandbox, log: Path) -> None:
        self.client = sandbox.url, sandbox.account_sid, sandbox.auth_token
        self.log = log

    def __call__(self) -> TwilioNumbers:
        with self.log.open("a") as log:
            log.write(f"{os.getpid()}\n")
        return client_of(*self.client)

    def processes(self) -> list[int]:
        return [*map(int, self.log.read_text().split())]


def test_one_client_however_many_chunks_and_threads(sandbox: Sandbox, tmp_path: Path) -> None:
    made = Counted(sandbox, tmp_path / "log")
    chunks = [*split(numbers(100), size=10, country="US")]
    with ChunkRunner(made) as run:
        assert not made.log.exists(), "made when it is first needed"
        with ThreadPoolExecutor(4) as pool:
            results = [*pool.map(run, chunks)]
    assert made.processes() == [os.getpid()]
    assert [result.key for result in results] == [chunk.key for chunk in chunks]
    assert sandbox.requests == 100
    with pytest.raises(ConfigurationError, match="closed"):
        run(chunks[0])
    run.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "chunks"]


def test_a_pool_of_processes_may_be_given_the_runner_itself(sandbox: Sandbox, tmp_path: Path) -> None:
    made = Counted(sandbox, tmp_path / "log")
    chunks = [*split(numbers(120), size=10, country="US")]
    with ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as pool:
        results = [*pool.map(ChunkRunner(made), chunks)]
    assert [row["index"] for row in rows_of_results(results)] == [*range(120)]
    assert all(outcome.ok for result in results for outcome in result.outcomes)
    assert len(set(made.processes())) == len(made.processes()) <= 2
    assert os.getpid() not in made.processes()


FORKING = """
import functools, os, sys, threading
from tests.chunks.samples import client_of, numbers
from twilio_numbers_async import ChunkRunner, split

url, sid, token = sys.argv[1:]
run = ChunkRunner(functools.partial(client_of, url, sid, token, 5))
first, second, third = split(numbers(120), size=40, country="US")
assert all(outcome.ok for outcome in run(first).outcomes)
under_way = []
thread = threading.Thread(target=lambda: under_way.append(run(second)))
thread.start()
children = []
for child in range(3):
    children.append(os.fork())
    if not children[-1]:
        if child:
            assert all(outcome.ok for outcome in run(third).outcomes)
        if child == 2:
            run.close()
        sys.exit(child)
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
thread.join()
print(sum(outcome.ok for outcome in under_way[0].outcomes))
run.close()
"""


def child(code: str, sandbox: Sandbox, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", code, sandbox.url, sandbox.account_sid, sandbox.auth_token],
        cwd=ROOT, env=environment(sandbox), capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


def test_after_a_fork_it_begins_anew_and_leaves_the_parent_alone() -> None:
    with Sandbox(latency=0.05) as sandbox:
        # From 3.12 on Python warns of forks beside threads: just that is tried here.
        done = child(FORKING, sandbox, "-W", "ignore::DeprecationWarning")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["[0, 1, 2]", "40"]


FORGOTTEN = """
import functools, logging, sys
from tests.chunks.samples import client_of, numbers
from twilio_numbers_async import ChunkRunner, split

# On a busy machine asyncio remarks that something took long.
logging.getLogger("asyncio").addFilter(lambda record: not record.msg.startswith("Executing "))
run = ChunkRunner(functools.partial(client_of, *sys.argv[1:]))
print(len(run(next(split(numbers(30), country="US"))).outcomes))
"""


def test_a_program_that_does_not_close_it_ends_quietly(sandbox: Sandbox) -> None:
    done = child(FORGOTTEN, sandbox, "-X", "dev", "-W", "error")
    assert (done.returncode, done.stdout, done.stderr) == (0, "30\n", "")


def stalled(sandbox: Sandbox) -> Any:
    rule = sandbox.script(Fault.stall(), skip=5, times=None)

    def wait() -> None:
        while not rule.used:
            threading.Event().wait(0.01)

    return wait


class InterruptedChunkError(Exception):
    """The error that an engine's time limit raises in the thread that runs the task."""


def test_what_interrupts_the_call_cancels_the_chunk(sandbox: Sandbox) -> None:
    def interrupt(number: int, frame: object) -> None:
        raise InterruptedChunkError

    wait, main = stalled(sandbox), threading.main_thread().ident or 0
    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with ChunkRunner(factory(sandbox, 5)) as run:

            def strike() -> None:
                wait()
                signal.pthread_kill(main, signal.SIGUSR1)

            thread = threading.Thread(target=strike)
            thread.start()
            with pytest.raises(InterruptedChunkError):
                run(next(split(numbers(50), country="US")))
            thread.join()
            sandbox.forget_script()
            assert all(outcome.ok for outcome in run(next(split(numbers(8), country="US"))).outcomes)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert sandbox.requests < 50


def test_close_ends_what_is_under_way(sandbox: Sandbox) -> None:
    wait = stalled(sandbox)
    run = ChunkRunner(factory(sandbox, 5))
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(run, next(split(numbers(50), country="US")))
        wait()
        run.close()
        with pytest.raises(ConfigurationError, match="closed before the chunk was done"):
            under_way.result()


def test_a_factory_that_fails_is_asked_again(sandbox: Sandbox) -> None:
    failures = [ConfigurationError("Set TWILIO_ACCOUNT_SID")]

    def make() -> TwilioNumbers:
        if failures:
            raise failures.pop()
        return factory(sandbox)()

    with ChunkRunner(make) as run:
        chunk = next(split(numbers(3), country="US"))
        with pytest.raises(ConfigurationError, match="TWILIO_ACCOUNT_SID"):
            run(chunk)
        assert len(run(chunk).outcomes) == 3


def test_it_raises_what_sweep_chunk_raises(sandbox: Sandbox) -> None:
    sandbox.script(Fault.error(401, 20003), times=None)
    with ChunkRunner(factory(sandbox)) as run, pytest.raises(AuthenticationError):
        run(next(split(numbers(3), country="US")))


def test_a_runner_that_was_closed_takes_nothing_more(sandbox: Sandbox) -> None:
    chunk = next(split(numbers(3), country="US"))
    run = ChunkRunner(factory(sandbox))
    assert len(run(chunk).outcomes) == 3
    asked = sandbox.requests
    run.close()
    with pytest.raises(ConfigurationError, match="The runner is closed: make another one"):
        run(chunk)
    assert sandbox.requests == asked


def test_pickled_it_is_one_runner(sandbox: Sandbox) -> None:
    data = pickle.dumps(ChunkRunner(factory(sandbox)))
    one, other = pickle.loads(data), pickle.loads(data)
    assert one is other
    assert len(one(next(split(numbers(3), country="US"))).outcomes) == 3
    one.close()
