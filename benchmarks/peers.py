"""Those who fetch a portability document: this package, what a user writes by hand, and other libraries.

``python -m benchmarks.peers NAME LOOP URL COUNT`` makes so many calls on 64 workers, in a process that imports nothing
but what its peer needs, and prints the figures as JSON. ``LOOP`` is ``asyncio`` or ``uvloop``.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import dataclasses
import json
import sys
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit

from .client import SID, Call, Peer, measure, ours
from .measure import WORKERS

__all__ = [
    "BY_HAND",
    "OURS",
    "PEERS",
    "TUNED",
    "TUNED_30",
    "TWILIO_ASYNC",
    "TWILIO_SYNC",
    "checked",
    "official_async",
    "run_on",
]

T = TypeVar("T")

PATH = "/v1/Porting/Portability/PhoneNumber/"
AUTHORIZATION = "Basic " + base64.b64encode(f"{SID}:token".encode()).decode()


@contextlib.asynccontextmanager
async def by_hand(url: str) -> AsyncGenerator[Call]:
    import aiohttp

    async with aiohttp.ClientSession(headers={"Authorization": AUTHORIZATION}) as session:

        async def call(number: str) -> object:
            async with session.get(f"{url}{PATH}{number}") as response:
                return await response.json()

        yield call


def tuned(timeout: float | None) -> Peer:
    @contextlib.asynccontextmanager
    async def peer(url: str) -> AsyncGenerator[Call]:
        import aiohttp
        import msgspec
        from yarl import URL

        from twilio_numbers_async.models import Portability

        decoder = msgspec.json.Decoder(Portability)
        async with aiohttp.ClientSession(
            headers={"Authorization": AUTHORIZATION},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=timeout),
        ) as session:

            async def call(number: str) -> object:
                async with session.get(URL(f"{url}{PATH}{number}", encoded=True)) as response:
                    return decoder.decode(await response.read())

            yield call

    return peer


def _official(url: str, http: Any = None) -> Any:
    from twilio.rest import Client  # pyright: ignore[reportMissingTypeStubs]

    client = Client(SID, "token", http_client=http)
    client.numbers.base_url = url
    return client.numbers.v1.porting_portabilities


@contextlib.asynccontextmanager
async def official_async(url: str) -> AsyncGenerator[Call]:
    from twilio.http.async_http_client import AsyncTwilioHttpClient  # pyright: ignore[reportMissingTypeStubs]

    async with AsyncTwilioHttpClient() as http:
        portabilities = _official(url, http)

        async def call(number: str) -> object:
            return await portabilities(number).fetch_async()

        yield call


@contextlib.asynccontextmanager
async def official_sync(url: str) -> AsyncGenerator[Call]:
    from twilio.http.http_client import TwilioHttpClient  # pyright: ignore[reportMissingTypeStubs]

    http = TwilioHttpClient()
    portabilities = _official(url, http)

    async def call(number: str) -> object:
        return portabilities(number).fetch()

    yield call
    if http.session is not None:
        http.session.close()


@contextlib.asynccontextmanager
async def with_httpx(url: str) -> AsyncGenerator[Call]:
    import httpx

    limits = httpx.Limits(max_connections=WORKERS, max_keepalive_connections=WORKERS)
    async with httpx.AsyncClient(
        headers={"Authorization": AUTHORIZATION}, limits=limits, trust_env=False
    ) as client:

        async def call(number: str) -> object:
            return (await client.get(f"{url}{PATH}{number}")).json()

        yield call


@contextlib.asynccontextmanager
async def bare_streams(url: str) -> AsyncGenerator[Call]:
    parts = urlsplit(url)
    free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = [
        await asyncio.open_connection(parts.hostname, parts.port) for _ in range(WORKERS)
    ]
    head = f" HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: {AUTHORIZATION}\r\n\r\n"

    async def call(number: str) -> object:
        reader, writer = free.pop()
        writer.write(f"GET {PATH}{number}{head}".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        start = answer.index(b"Content-Length: ") + 16
        body = await reader.readexactly(int(answer[start : answer.index(b"\r", start)]))
        free.append((reader, writer))
        return body

    yield call
    for _, writer in free:
        writer.close()
        await writer.wait_closed()


OURS = "ours"
TUNED, TUNED_30 = "aiohttp tuned by hand, no timeout", "aiohttp tuned by hand, timeout of 30 s"
BY_HAND = "aiohttp as most people write it"
TWILIO_ASYNC, TWILIO_SYNC = "twilio-python async", "twilio-python sync"
PEERS: dict[str, Peer] = {
    OURS: ours,
    TUNED: tuned(None),
    TUNED_30: tuned(30),
    BY_HAND: by_hand,
    TWILIO_ASYNC: official_async,
    TWILIO_SYNC: official_sync,
    "httpx": with_httpx,
    "bare asyncio streams": bare_streams,
}


async def checked(name: str, url: str) -> None:
    """A peer that does not fetch the document has no place here."""
    async with PEERS[name](url) as call:
        answer: Any = await call("+15552000000")
    if isinstance(answer, bytes):
        answer = json.loads(answer)
    portable: object = getattr(answer, "portable", None) or answer["portable"]
    if portable is not True:
        raise SystemExit(f"{name} did not get the document")


def run_on(loop: str, work: Coroutine[Any, Any, T]) -> T:
    """Run it on one of the event loops."""
    if loop == "asyncio":
        return asyncio.run(work)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def main(name: str, loop: str, url: str, count: int) -> None:
    """Measure one round, in a child process."""
    run_on(loop, checked(name, url))
    json.dump(dataclasses.asdict(run_on(loop, measure(PEERS[name], url, count))), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
