"""A process that is killed while it creates a plan: the next run creates what is missing, and nothing twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import sys
from pathlib import Path

import pytest

from tests import processes
from twilio_numbers_async.sandbox import Sandbox

from .creating import SIZE
from .details import FakeTime, checked, numbers, opened, outcomes, plan_of, ported

ROOT = Path(__file__).parents[2]
IMPORTS = ("tests.porting.details", "twilio_numbers_async.*")
STEPS = 12
"""One more than there are: the last process is not killed."""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_killed_at_any_step_nothing_is_created_twice(tmp_path: Path, step: int) -> None:
    journal = tmp_path / "ports.journal"
    async with Sandbox() as sandbox:
        process = processes.start(
            "-m", "tests.porting.creating", sandbox.url, journal, str(step),
            cwd=ROOT, env=os.environ, imports=IMPORTS, stdout=1, stderr=2,
        )  # fmt: skip
        assert await asyncio.to_thread(process.wait) == (0 if step == STEPS else -signal.SIGKILL)
        time = FakeTime(moment=dt.datetime.now(dt.UTC))
        async with opened(sandbox, time) as twilio:
            plan = plan_of(outcomes(checked(SIZE)))
            created = await twilio.port_ins.create_all(plan, journal=journal, now=time.now)
            assert [outcome.ok for outcome in created] == [True, True]
            assert await ported(twilio) == [numbers(1000), numbers(1, 1000)]
        results = [outcome.result for outcome in created if outcome.result is not None]
        assert tuple(result.port_in_request_sid for result in results) == sandbox.port_in_sids
