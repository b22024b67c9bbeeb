"""100,000 records over each kind of paging, and memory that does not grow with their number."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from aiohttp import web

from twilio_numbers_async import Pager, TwilioNumbers

from .measure import Section, Setting, Target, peak_memory, table
from .versions import THIS

__all__ = ["run"]

ACCOUNT = "AC" + "a" * 32
KINDS = ("token", "url", "uri")


class Listings:
    """A server whose listings have so many records."""

    def __init__(self, records: int) -> None:
        self._records = records

    async def token(self, request: web.Request) -> web.Response:
        size, start = int(request.query.get("Size", 20)), int(request.query.get("Token", 0))
        rows = [
            {"port_in_request_sid": f"KW{n:032x}", "phone_numbers_requested": n}
            for n in self._range(start, size)
        ]
        following = str(start + size) if start + size < self._records else None
        return _json({"port_in_requests": rows, "meta": {"next_token": following, "previous_token": None}})

    async def url(self, request: web.Request) -> web.Response:
        rows, following = self._page(request, "logo_sid", "RD")
        return _json(
            {
                "configurations": rows,
                "meta": {"next_page_url": following and f"https://numbers.twilio.com{following}"},
            }
        )

    async def uri(self, request: web.Request) -> web.Response:
        rows, following = self._page(request, "sid", "PN")
        return _json({"incoming_phone_numbers": rows, "next_page_uri": following})

    def _page(self, request: web.Request, name: str, prefix: str) -> tuple[list[dict[str, str]], str | None]:
        size, page = int(request.query.get("PageSize", 50)), int(request.query.get("Page", 0))
        start = page * size
        rows = [{name: f"{prefix}{n:032x}", "friendly_name": f"Line {n}"} for n in self._range(start, size)]
        if start + size >= self._records:
            return rows, None
        return rows, f"{request.path}?PageSize={size}&Page={page + 1}&PageToken=PA{start + size}"

    def _range(self, start: int, size: int) -> range:
        return range(start, min(start + size, self._records))


def _json(document: object) -> web.Response:
    return web.Response(body=json.dumps(document).encode(), content_type="application/json")


async def listed(kind: str, records: int) -> tuple[int, float]:
    """The count of records, and the records a second."""
    listings = Listings(records)
    app = web.Application()
    app.router.add_get("/v1/Porting/PortIn/PortInRequests", listings.token)
    app.router.add_get("/v1/SigningRequest/Configuration", listings.url)
    app.router.add_get("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json", listings.uri)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        async with TwilioNumbers(ACCOUNT, "token", base_url=f"http://{host}:{port}") as twilio:
            pagers: dict[str, Pager[Any]] = {
                "token": twilio.port_ins.list(page_size=100),
                "url": twilio.signing_request_configurations.list(page_size=1000),
                "uri": twilio.incoming_phone_numbers.list(page_size=1000),
            }
            count, began = 0, time.perf_counter()
            async for _ in pagers[kind]:
                count += 1
            return count, count / (time.perf_counter() - began)
    finally:
        await runner.cleanup()


def run(setting: Setting) -> list[Section]:
    """One section; each figure from a process of its own."""
    few, many = (200, 2_000) if setting.smoke else (10_000, 100_000)
    rows: list[tuple[object, ...]] = []
    targets: list[Target] = []
    for kind in KINDS:
        small, large = (THIS.run("benchmarks.paging", kind, records) for records in (few, many))
        if large["count"] != many:
            raise SystemExit(f"{kind} paging lost records")
        growth = (large["peak_kb"] - small["peak_kb"]) / 1024
        rows.append(
            (kind, f"{many:,}", f"{large['rate']:,.0f}", f"{large['peak_kb'] / 1024:.1f}", f"{growth:+.1f}")
        )
        targets.append(
            Target(f"{kind} paging: peak memory against a tenth of the records, MB", growth, 10.0, False)
        )
    head = ("paging", "records", "records a second (server included)", "peak MB", f"MB more than {few:,}")
    return [Section("Paging", table(head, rows), targets)]


def main(kind: str, records: int) -> None:
    """Measure in a child process."""

    count, rate = asyncio.run(listed(kind, records))
    peak = peak_memory()
    json.dump({"count": count, "rate": rate, "peak_kb": peak}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
