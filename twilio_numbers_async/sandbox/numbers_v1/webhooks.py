"""Webhooks: the delivery of events to their configured targets.

The target is that of the event's account, or else of the account's parent, if the configuration asks for events of that
name. A delivery is a POST with a JSON body, ``bodySHA256`` in the query, and a signature by the auth token of the
configuration's account, or by the shared key of the sandbox.

Deliveries wait in lanes, which work side by side: in the order of the events for one subject, in any order across
subjects. Shuffled deliveries are held back a little and leave in an order that the seed decides. Any answer but 2xx, no
answer within 15 seconds, and no connection are tried again, up to the most attempts and after longer and longer pauses.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import zlib
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from random import Random
from typing import NamedTuple, overload
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from ..._finish import finish
from ..options import WebhookFaults
from ..state import SandboxState
from .events import Event
from .webhook_configuration import WebhookConfigurations

_LOG_SIZE = 100_000
_LANES = 8
_WINDOW = 64
_HOLD_SECONDS = 0.25
_TIMEOUT = aiohttp.ClientTimeout(total=15)


class Delivery(NamedTuple):
    """One try to deliver an event. Without an answer ``status`` is None, and ``error`` names the reason."""

    event: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    attempt: int
    status: int | None
    error: str | None


class _Parcel(NamedTuple):
    event: Event
    url: str
    headers: Mapping[str, str]


Lane = deque[_Parcel]


def signed(url: str, body: bytes, auth_token: str, key: tuple[str, str] | None) -> tuple[str, dict[str, str]]:
    """The URL to call with a JSON body, and the headers. ``key``: the name and the secret of a shared key."""
    address, mark, query = url.partition("#")[0].partition("?")
    if address.count("/") == 2:
        address += "/"  # what is asked for where the path is empty
    url = f"{address}?{query}{'&' if mark else ''}bodySHA256={hashlib.sha256(body).hexdigest()}"
    return url, _headers(url, "application/json", auth_token, key)


def signed_form(
    url: str, form: Mapping[str, str], auth_token: str, key: tuple[str, str] | None
) -> tuple[bytes, dict[str, str]]:
    """The body of a form, and the headers. ``key``: the name and the secret of a shared key."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return urlencode(form).encode(), _headers(text, "application/x-www-form-urlencoded", auth_token, key)


def _headers(text: str, content_type: str, auth_token: str, key: tuple[str, str] | None) -> dict[str, str]:
    headers = {"Content-Type": content_type}
    if key is None:
        digest = hmac.digest(auth_token.encode(), text.encode(), "sha1")
    else:
        name, secret = key
        headers["X-Twilio-Webhooks-Signature-Settings"] = f"key={name},algorithm=HMAC_SHA256"
        digest = hmac.digest(secret.encode(), text.encode(), "sha256")
    headers["X-Twilio-Signature"] = base64.b64encode(digest).decode()
    return headers


class Webhooks(Sequence[Delivery]):
    """Delivers events in the background. As a sequence: the last tries to deliver, the oldest first."""

    def __init__(
        self,
        state: SandboxState,
        configurations: WebhookConfigurations,
        faults: WebhookFaults,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._state = state
        self._configurations = configurations
        self._faults = faults
        self._random = None if faults.shuffle is False else Random(int(faults.shuffle))  # noqa: S311 - an order
        self._sleep = sleep
        self._held: list[_Parcel] = []
        self._lanes: list[Lane] = [deque() for _ in range(_LANES)]
        self._next_lane = 0
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None
        self._log: deque[Delivery] = deque(maxlen=_LOG_SIZE)
        self.key: tuple[str, str] | None = None
        """The shared key (its name and its secret) that webhooks are signed with; None: the account's auth token."""
        self.dropped: int = 0
        """The deliveries that found no place in the queue."""

    @overload
    def __getitem__(self, index: int) -> Delivery: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Delivery, ...]: ...

    def __getitem__(self, index: int | slice) -> Delivery | tuple[Delivery, ...]:
        return tuple(self._log)[index]

    def __len__(self) -> int:
        return len(self._log)

    def __iter__(self) -> Iterator[Delivery]:
        return iter(tuple(self._log))

    def __eq__(self, other: object) -> bool:
        """Compares as the tuple that ``sandbox.webhooks`` was in 0.1.0."""
        return self is other or tuple(self._log) == other

    def __hash__(self) -> int:
        return id(self)

    async def open(self) -> None:
        """Deliver from the running loop, the waiting deliveries first."""
        self._loop = asyncio.get_running_loop()
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())
        self._release(len(self._held))
        for number in range(_LANES):
            self._work(number)

    async def close(self) -> None:
        """Stop; undelivered events stay in the queue."""
        tasks, session = list(self._tasks.values()), self._session
        self._loop = self._session = None
        for task in tasks:
            task.cancel()
        try:
            await finish(asyncio.gather(*tasks, return_exceptions=True))
        finally:
            if session is not None:
                await finish(session.close())

    def tell(self, event: Event) -> None:
        """Send an event to its target; from any thread."""
        parcel = self._address(event)
        if parcel is not None:
            self._send(parcel)

    def tell_url(self, url: str, account_sid: str, form: Mapping[str, str]) -> None:
        """Send the form about a bundle to a URL for an account, signed; from any thread."""
        account = self._state.accounts.get(account_sid)
        if account is not None:
            body, headers = signed_form(url, form, account.auth_token, self.key)
            self._send(_Parcel(Event("StatusCallback", account_sid, form["BundleSid"], body), url, headers))

    def _send(self, parcel: _Parcel) -> None:
        if self._loop is None or _running_loop() is self._loop:
            self._take(parcel)
        else:
            self._loop.call_soon_threadsafe(self._take, parcel)

    async def delivered(self) -> None:
        """Return when every delivery is done or given up; from any loop."""
        loop = self._loop
        if loop is None:
            raise RuntimeError("The sandbox is not running: nothing is delivered")
        if _running_loop() is loop:
            await self._delivered()
        else:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._delivered(), loop))

    # inside

    def _address(self, event: Event) -> _Parcel | None:
        """The target of an event, None if no configuration asks for it."""
        account = self._state.accounts.get(event.account_sid)
        while account is not None:
            configuration = self._configurations.by_account.get(account.sid)
            if configuration is not None and configuration.targets:
                kind = "port_out" if event.name.startswith("PortOut") else "port_in"
                target = configuration.targets.get(kind)
                if target is None or (configuration.events and event.name not in configuration.events):
                    return None
                return _Parcel(event, *signed(target[0], event.body, account.auth_token, self.key))
            account = self._state.accounts.get(account.parent) if account.parent else None
        return None

    def _take(self, parcel: _Parcel) -> None:
        for _ in range(1 + self._faults.repeat):
            if len(self._held) + sum(map(len, self._lanes)) >= self._faults.queue:
                self.dropped += 1
            elif self._random is None:
                self._put(parcel, zlib.crc32(parcel.event.subject.encode()) % _LANES)
            else:
                self._hold(parcel)

    def _hold(self, parcel: _Parcel) -> None:
        if not self._held and self._loop is not None:
            self._state.schedule(_HOLD_SECONDS, lambda: self._release(len(self._held)))
        self._held.append(parcel)
        self._release(len(self._held) - _WINDOW)

    def _release(self, how_many: int) -> None:
        """Release held back deliveries, in random order."""
        if self._random is None:
            return
        for _ in range(how_many):
            chosen = self._random.randrange(len(self._held))
            self._held[chosen], self._held[-1] = self._held[-1], self._held[chosen]
            self._next_lane = (self._next_lane + 1) % _LANES
            self._put(self._held.pop(), self._next_lane)

    def _put(self, parcel: _Parcel, number: int) -> None:
        self._lanes[number].append(parcel)
        self._work(number)

    def _work(self, number: int) -> None:
        """Start a task for a lane that is not empty, unless it has one."""
        if self._loop is None or self._session is None or number in self._tasks or not self._lanes[number]:
            return
        self._tasks[number] = self._loop.create_task(self._drain(number, self._session))

    async def _drain(self, number: int, session: aiohttp.ClientSession) -> None:
        lane = self._lanes[number]
        try:
            while lane:
                await self._deliver(lane[0], session)
                lane.popleft()
        finally:
            del self._tasks[number]

    async def _deliver(self, parcel: _Parcel, session: aiohttp.ClientSession) -> None:
        pause = self._faults.delay
        for attempt in range(1, self._faults.attempts + 1):
            status, error = await _post(parcel, session)
            event = parcel.event
            self._log.append(
                Delivery(event.name, parcel.url, parcel.headers, event.body, attempt, status, error)
            )
            if status is not None and 200 <= status < 300:
                return
            if attempt < self._faults.attempts:
                await self._sleep(pause)
                pause *= 2

    async def _delivered(self) -> None:
        while self._held or self._tasks:
            self._release(len(self._held))
            if self._tasks:
                await asyncio.wait(self._tasks.values())


async def _post(parcel: _Parcel, session: aiohttp.ClientSession) -> tuple[int | None, str | None]:
    try:
        async with session.post(
            URL(parcel.url, encoded=True),
            data=parcel.event.body,
            headers=parcel.headers,
            allow_redirects=False,
        ) as response:
            return response.status, None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return None, type(error).__name__


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
