"""portability.fetch on 64 workers, beside what a user would write by hand and beside the official SDK."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx
import msgspec
import uvloop
from twilio.http.async_http_client import AsyncTwilioHttpClient  # pyright: ignore[reportMissingTypeStubs]
from twilio.http.http_client import TwilioHttpClient  # pyright: ignore[reportMissingTypeStubs]
from twilio.rest import Client  # pyright: ignore[reportMissingTypeStubs]
from yarl import URL

from twilio_numbers_async import Portability

from .client import SID, Call, Peer, measure, ours
from .measure import WORKERS, Peers, Section, Target, rotated, table
from .server import ENOUGH, capacity, nginx

__all__ = ["run"]

PATH = "/v1/Porting/Portability/PhoneNumber/"
AUTHORIZATION = "Basic " + base64.b64encode(f"{SID}:token".encode()).decode()


@contextlib.asynccontextmanager
async def by_hand(url: str) -> AsyncGenerator[Call]:
    async with aiohttp.ClientSession(headers={"Authorization": AUTHORIZATION}) as session:

        async def call(number: str) -> object:
            async with session.get(f"{url}{PATH}{number}") as response:
                return await response.json()

        yield call


def tuned(timeout: aiohttp.ClientTimeout) -> Peer:
    @contextlib.asynccontextmanager
    async def peer(url: str) -> AsyncGenerator[Call]:
        decoder = msgspec.json.Decoder(Portability)
        async with aiohttp.ClientSession(
            headers={"Authorization": AUTHORIZATION}, cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout
        ) as session:

            async def call(number: str) -> object:
                async with session.get(URL(f"{url}{PATH}{number}", encoded=True)) as response:
                    return decoder.decode(await response.read())

            yield call

    return peer


def _at(client: Client, url: str) -> Client:
    client.numbers.base_url = url
    return client


@contextlib.asynccontextmanager
async def official_async(url: str) -> AsyncGenerator[Call]:
    async with AsyncTwilioHttpClient() as http:
        portabilities = _at(Client(SID, "token", http_client=http), url).numbers.v1.porting_portabilities

        async def call(number: str) -> object:
            return await portabilities(number).fetch_async()

        yield call


@contextlib.asynccontextmanager
async def official_sync(url: str) -> AsyncGenerator[Call]:
    http = TwilioHttpClient()
    portabilities = _at(Client(SID, "token", http_client=http), url).numbers.v1.porting_portabilities

    async def call(number: str) -> object:
        return portabilities(number).fetch()

    yield call
    if http.session is not None:
        http.session.close()


@contextlib.asynccontextmanager
async def with_httpx(url: str) -> AsyncGenerator[Call]:
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


NO_TIMEOUT = aiohttp.ClientTimeout(total=None)
OURS = "ours"
CLOSE: dict[str, tuple[Peer, float]] = {
    OURS: (ours, 1.0),
    "(a) aiohttp by hand": (by_hand, 1.0),
    "(b) aiohttp tuned, no timeout": (tuned(NO_TIMEOUT), 1.0),
    "(b') aiohttp tuned, 30 s timeout": (tuned(aiohttp.ClientTimeout(total=30)), 1.0),
}
"""Peers whose ratios are near 1: they run one after the other, so that a round sees one state of the machine."""
FAR: dict[str, tuple[Peer, float]] = {
    "(c) twilio-python async": (official_async, 0.5),
    "(d) twilio-python sync": (official_sync, 0.1),
    "(e) httpx": (with_httpx, 0.02),
    "(f) bare asyncio streams": (bare_streams, 1.0),
}
PEERS = CLOSE | FAR
"""Each with its share of the calls."""
ON_UVLOOP = (OURS, "(b) aiohttp tuned, no timeout", "(f) bare asyncio streams")


async def check(peer: Peer, url: str) -> None:
    """A peer that does not fetch the document has no place here."""
    async with peer(url) as call:
        answer: Any = await call("+15552000000")
    if isinstance(answer, bytes):
        answer = json.loads(answer)
    portable: object = getattr(answer, "portable", None) or answer["portable"]
    if portable is not True:
        raise SystemExit("a peer did not get the document")


def run(*, smoke: bool) -> list[Section]:
    """The sections for asyncio and for uvloop."""
    count, rounds = (300, 1) if smoke else (4_000, 15)
    with nginx() as url:
        possible = capacity(url, 2_000 if smoke else 200_000)
        if not smoke and possible < ENOUGH:
            raise SystemExit(
                f"nginx answers {possible:,.0f} a second here; {ENOUGH:,} are needed to believe this"
            )
        for peer, _ in PEERS.values():
            asyncio.run(check(peer, url))
        plain, fast = _side_by_side(url, count, rounds)
    return [
        _section(
            "Calls", plain, [*_targets(plain)], f"The server answers {possible:,.0f} requests a second."
        ),
        _section("Calls on uvloop", fast, [Target("uvloop: (b) / ours, CPU", _b(fast), 0.88)], ""),
    ]


def _side_by_side(url: str, count: int, rounds: int) -> tuple[Peers, Peers]:
    """All peers on asyncio, and those that are worth it on uvloop."""
    plain, fast = Peers(), Peers()
    for turn in range(rounds):
        for name in (*rotated(tuple(CLOSE), turn), *FAR):
            peer, share = PEERS[name]
            plain.add(name, asyncio.run(measure(peer, url, int(count * share))))
        for name in rotated(ON_UVLOOP, turn):
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                fast.add(name, runner.run(measure(PEERS[name][0], url, count)))
    return plain, fast


def _b(peers: Peers) -> float:
    return peers.cpu_ratio("(b) aiohttp tuned, no timeout", OURS)


def _targets(peers: Peers) -> list[Target]:
    return [
        Target("(a) by hand / ours, CPU", peers.cpu_ratio("(a) aiohttp by hand", OURS), 1.05),
        Target("(b) tuned, no timeout / ours, CPU", _b(peers), 0.90),
        Target(
            "(b') tuned, 30 s timeout / ours, CPU",
            peers.cpu_ratio("(b') aiohttp tuned, 30 s timeout", OURS),
            1.0,
        ),
        Target("(c) twilio-python async / ours, CPU", peers.cpu_ratio("(c) twilio-python async", OURS), 1.20),
        Target(
            "ours / (d) twilio-python sync, calls a second",
            peers.rate_ratio(OURS, "(d) twilio-python sync"),
            5.0,
        ),
    ]


def _section(title: str, peers: Peers, targets: list[Target], text: str) -> Section:
    rows = [
        (name, f"{peers.cpu(name):.1f}", f"{peers.rate(name):,.0f}", f"{peers.cpu_ratio(name, OURS):.2f}")
        for name in PEERS
        if name in peers.runs
    ]
    head = ("peer", "CPU a call, us", "calls a second", f"CPU / {OURS}")
    return Section(title, f"{text}\n\n{table(head, rows)}".strip(), targets)
