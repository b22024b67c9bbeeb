from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from twilio_numbers_async.sandbox import Sandbox

from .checked_client import Api
from .numbers_v1.port_in_requests import Clock


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as server:
        yield server


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with Api(sandbox) as client:
        yield client


@pytest.fixture
async def clock_sandbox() -> AsyncIterator[tuple[Sandbox, Clock]]:
    """A sandbox whose time the test moves."""
    clock = Clock()
    async with Sandbox(now=clock) as server:
        yield server, clock
