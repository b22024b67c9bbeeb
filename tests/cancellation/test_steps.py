"""Each long call, cancelled at each of its suspension points: nothing of it remains."""

from __future__ import annotations

import asyncio
import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.raw_server import RawServer, raw_server
from tests.transport.raw_client import FakeTime, client, tasks_left

from .answers import Answers
from .scenarios import SCENARIOS, Scenario, Surroundings
from .stepper import MODES, Mode, Stepper, run_cancelled

LoopFactory = Callable[[], asyncio.AbstractEventLoop]
MOST = 400
"""More suspension points than any of the calls has."""


def loops() -> list[object]:
    found = [pytest.param(asyncio.new_event_loop, id="asyncio")]
    uvloop = pytest.importorskip("uvloop")
    return [*found, pytest.param(uvloop.new_event_loop, id="uvloop")]


def open_files() -> set[str]:
    """The files on disk that this process has open."""
    found: set[str] = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = descriptor.readlink()
        except FileNotFoundError:  # the listing's own
            continue
        if target.is_file():
            found.add(str(target))
    return found


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def tasks_besides_the_servers() -> set[asyncio.Task[object]]:
    return {task for task in tasks_left() if "raw_server" not in repr(task)}


async def step(scenario: Scenario, stepper: Stepper, server: RawServer, folder: Path) -> bool:
    """Cancel the call once, and look what is left. False if it came to its end before that."""
    answers, time = Answers(), FakeTime()
    server.script = [answers]
    before = open_files()
    options = scenario.options()
    options.setdefault("concurrency", None)
    async with client(server.url, time, **options) as twilio:
        around = Surroundings(twilio, answers, time, folder)
        others = None if scenario.beside is None else asyncio.ensure_future(scenario.beside(around))
        await asyncio.sleep(0)
        hit = await run_cancelled(scenario.call(around), stepper)
        if others is not None:
            await others
        await server.until(lambda server: not server.busy)
        for _ in range(3):
            await asyncio.sleep(0)
        snapshot = twilio.gate.snapshot()
        assert (snapshot.in_flight, snapshot.waiting) == (0, 0)
        assert not tasks_besides_the_servers()
        assert open_files() <= before
        if hit:
            await scenario.afterwards(around)
            assert open_files() <= before
    await server.until(lambda server: not server.open)
    return hit


async def all_steps(scenario: Scenario, mode: Mode, folder: Path) -> int:
    """Cancel the call at one suspension point after another, until it ends before. Returns how many it has."""
    async with raw_server() as server:
        for at in range(1, MOST):
            place = folder / str(at)
            place.mkdir()
            if not await step(scenario, Stepper(at, mode), server, place):
                return at - 1
            shutil.rmtree(place)
    raise AssertionError("it never ends")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place for journals; in memory where there is one, since each of many steps commits."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture(scope="module", autouse=True)
def collected() -> Iterator[None]:
    """The collector leaves alone what was there before: it runs once a test, and that is most of the process."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("new_loop", loops())
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_nothing_of_a_cancelled_call_remains(
    scenario: Scenario, mode: Mode, new_loop: LoopFactory, folder: Path
) -> None:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(asyncio.sleep(0))  # what a loop opens once a process
    before = descriptors()
    with asyncio.Runner(loop_factory=new_loop) as runner:
        assert runner.run(all_steps(scenario, mode, folder)) >= 1
    gc.collect()
    assert descriptors() <= before
