"""A process that may open few files, or as many as it likes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator

import pytest

from tests.raw_server import raw_server
from tests.transport.raw_client import ACCOUNT, NUMBER, client, portable_reply
from twilio_numbers_async import FixedGate, TwilioNumbers

if sys.platform == "win32":
    pytest.skip("there is no such limit", allow_module_level=True)

import resource

YES = portable_reply()


@contextlib.contextmanager
def open_files(most: int) -> Generator[None]:
    """Limit the files that this process may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_process_with_no_descriptor_left_has_a_gate_of_one() -> None:
    async with raw_server(YES) as server:
        twilio = client(server.url, concurrency=FixedGate(400))
        bounded = TwilioNumbers(ACCOUNT, "secret", base_url=server.url, concurrency=400)
        with open_files(3):
            await twilio.open()
            await bounded.open()
        assert bounded.gate.snapshot().limit == 1
        assert twilio.gate.snapshot().limit == 400, "a gate of the caller's own"
        assert (await bounded.portability.fetch(NUMBER)).portable
        await bounded.close()
        await twilio.close()


async def test_a_process_without_a_limit_bounds_no_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlimited(which: int) -> tuple[int, int]:  # as on macOS
        return (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

    monkeypatch.setattr(resource, "getrlimit", unlimited)
    async with (
        raw_server(YES) as server,
        TwilioNumbers(ACCOUNT, "secret", base_url=server.url, concurrency=10**7) as twilio,
    ):
        assert (await twilio.portability.fetch(NUMBER)).portable
        assert twilio.gate.snapshot().limit == 10**7
