"""A receiver of webhooks on this machine, which verifies and prints them."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from ..._finish import finish
from ..._util import counted
from ...errors import WebhookError
from ...report.masking import mask_number, mask_text
from ...webhooks import Deduplicator, EventOrder, PortingEvent, parse_event
from ...webhooks.keys import AuthToken, Keys
from ...webhooks.signature import verify_with
from ..exit_codes import FAILED, USAGE, Stop, tell
from ..output import Listing, Output, moment, plain

__all__ = ["Printer", "checked_public_url", "listen"]

_SHUTDOWN_SECONDS = 1.0
_COLUMNS = {"Time": 20, "Event": 35, "Request": 34, "Number": 12, "Its SID": 34, "Status": 22, "Reason": 0}
# The fields with reasons in words, which may hold a number.
_WORDS = ("not_portable_reason", "rejection_reason", "order_cancellation_reason")


class _Came(NamedTuple):
    event: PortingEvent
    at: dt.datetime


def checked_public_url(url: str) -> str:
    """The URL without a slash at its end. Raises Stop for one that cannot stand before a path."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or "?" in url or "#" in url:
        raise Stop(
            "--public-url has to be like https://example.com or https://example.com/path, "
            "which stands before the path that is called here",
            USAGE,
        )
    return url.rstrip("/")


async def listen(
    host: str, port: int, printer: Printer, *, auth_token: AuthToken, public_url: str | None
) -> None:
    """Listen until the task is cancelled. Raises Stop if the port is taken."""
    keys = Keys(auth_token, None)
    del auth_token
    receiver = _Receiver(keys, public_url)
    runner = web.ServerRunner(
        web.Server(receiver.handle, access_log=None), shutdown_timeout=_SHUTDOWN_SECONDS
    )
    await runner.setup()
    try:
        try:
            await finish(web.TCPSite(runner, host, port).start())
        except OSError as error:
            raise Stop(f"Cannot listen on {host}:{port}: {error.strerror or error}", FAILED) from None
        here = f"http://{f'[{host}]' if ':' in host else host}:{runner.addresses[0][1]}"
        tell(f"Listening at {here}, called as {public_url or here} (Ctrl-C ends it).")
        while True:
            printer.show(await receiver.came.get())
    except asyncio.CancelledError:
        await finish(runner.cleanup())
        while not receiver.came.empty():  # it was answered, so it is shown
            printer.show(receiver.came.get_nowait())
        tell(f"{counted(printer.events, 'event')}, {receiver.refused:,} refused.")
    finally:
        await finish(runner.cleanup())


class _Receiver:
    """Answers requests: 204 for a genuine event, 403 for anything else."""

    def __init__(self, keys: Keys, public_url: str | None) -> None:
        self._keys = keys
        self._public_url = public_url
        self.came: asyncio.Queue[_Came] = asyncio.Queue()
        self.refused = 0
        self._hinted = False

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        if request.method != "POST":
            self._refuse(405, "Only POST is a webhook", request)
            return web.Response(status=405, headers={"Allow": "POST"})
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            self._refuse(413, "The webhook is too large", request)
            return web.Response(status=413)
        try:
            verify_with(self._keys, self._url(request), body, request.headers)
            event = parse_event(body)
        except WebhookError as error:
            self._refuse(403, str(error), request)
            return web.Response(status=403)
        self.came.put_nowait(_Came(event, dt.datetime.now(dt.UTC)))
        return web.Response(status=204)

    def _url(self, request: web.BaseRequest) -> str:
        """The URL that Twilio called, byte for byte. The headers of a proxy are not trusted."""
        target = request.raw_path
        if not target.startswith("/"):  # the absolute form, in which proxies are asked
            target = request.rel_url.raw_path_qs
        return f"{self._public_url or f'{request.scheme}://{request.host}'}{target}"

    def _refuse(self, status: int, why: str, request: web.BaseRequest) -> None:
        self.refused += 1
        tell(plain(f"{moment(dt.datetime.now(dt.UTC))} refused ({status}): {why}."))
        if self._public_url is None and "X-Twilio-Signature" in request.headers and not self._hinted:
            self._hinted = True
            tell("Twilio signs the URL that it calls: where that is another one, say so with --public-url.")


class Printer:
    """Prints events, and marks those that came before and those that are out of order."""

    def __init__(self, output: Output, *, show_numbers: bool) -> None:
        self._show_numbers = show_numbers
        self._listing = Listing(_COLUMNS, output)
        self._seen = Deduplicator()
        self._order = EventOrder()
        self.events: int = 0

    def show(self, came: _Came) -> None:
        """Print an event."""
        event = came.event
        self.events += 1
        repeated = not self._seen.is_new(event)
        late = not repeated and not self._order.is_current(event)
        said = self._said(event)
        record = {"received_at": came.at, **said, "repeated": repeated, "late": late}
        words = [str(said[name]) for name in _WORDS if said[name]]
        notes = ["came before"] * repeated + ["out of order"] * late + words
        cells = (
            moment(came.at),
            event.kind,
            event.port_in_request_sid,
            said["phone_number"],
            event.port_in_phone_number_sid,
            event.status,
            ", ".join(notes),
        )
        self._listing.row(cells, record)

    def _said(self, event: PortingEvent) -> dict[str, object]:
        said: dict[str, object] = msgspec.structs.asdict(event)
        if self._show_numbers:
            return said
        del said["raw"]
        said["phone_number"] = event.phone_number and mask_number(event.phone_number)
        return said | {name: mask_text(str(said[name])) for name in _WORDS if said[name]}
