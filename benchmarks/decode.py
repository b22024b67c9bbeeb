"""Decoding beside the official SDK, json.loads and version 0.1.0: a portability answer, a page of numbers, of port-ins.

``python -m benchmarks.decode PEER ROWS`` measures one of them in a process of its own.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import sys
import time
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from .measure import Section, Setting, Target, rotated, table
from .server import DOCUMENT
from .versions import THIS

__all__ = ["run"]

ACCOUNT = "AC" + "a" * 32
INCOMING, PORTABILITY, PORT_INS = (
    "page of 1,000 incoming numbers, all dates read",
    "portability answer",
    "page of 100 port-ins",
)
OURS, TWILIO, JSON = "ours", "twilio-python, with its json.loads", "json.loads alone"
Works = dict[str, Callable[[], object]]


def incoming_page(size: int) -> bytes:
    """A page of IncomingPhoneNumbers, no two dates of which are the same."""
    start = dt.datetime(2015, 7, 30, 23, 19, 4, tzinfo=dt.UTC)
    numbers: list[dict[str, Any]] = []
    for index in range(size):
        created = start + dt.timedelta(hours=7 * index, seconds=index)
        updated = created + dt.timedelta(days=400, seconds=1)
        sid, url = f"PN{index:032x}", "https://demo.example.com/voice"
        numbers.append(
            {
                "account_sid": ACCOUNT, "address_sid": "AD" + "d" * 32, "address_requirements": "none",
                "api_version": "2010-04-01", "beta": False,
                "capabilities": {"voice": True, "sms": True, "mms": index % 2 == 0, "fax": False},
                "date_created": format_datetime(created), "date_updated": format_datetime(updated),
                "emergency_status": "Active", "emergency_address_sid": None, "emergency_address_status": "registered",
                "friendly_name": f"Line {index}", "identity_sid": None, "origin": "twilio",
                "phone_number": f"+1555{2_000_000 + index}", "sid": sid, "sms_application_sid": "",
                "sms_fallback_method": "POST", "sms_fallback_url": "", "sms_method": "POST", "sms_url": url,
                "status": "in-use", "status_callback": "", "status_callback_method": "POST", "trunk_sid": None,
                "type": "local", "uri": f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers/{sid}.json",
                "voice_application_sid": "", "voice_caller_id_lookup": False, "voice_fallback_method": "POST",
                "voice_fallback_url": None, "voice_method": "POST", "voice_receive_mode": "voice", "voice_url": url,
                "bundle_sid": None, "subresource_uris": {"assigned_add_ons": f"/2010-04-01/{sid}/AssignedAddOns.json"},
            }
        )  # fmt: skip
    return json.dumps({"incoming_phone_numbers": numbers, "next_page_uri": None, "page_size": size}).encode()


def port_in_page(size: int) -> bytes:
    """A page of port-in requests."""
    rows = [
        {
            "port_in_request_sid": f"KW{index:032x}",
            "port_in_request_status": "In Progress",
            "status_last_updated_timestamp": "2025-04-30T10:11:12Z",
            "phone_numbers_requested": 12,
            "phone_numbers_ported": 3,
            "suggested_action": None,
        }
        for index in range(size)
    ]
    return json.dumps(
        {"port_in_requests": rows, "meta": {"next_token": None, "previous_token": None}}
    ).encode()


def ours(page: bytes, rows: bytes, one: bytes) -> Works:
    from twilio_numbers_async import Portability
    from twilio_numbers_async.models import IncomingPhoneNumberPage, PortInRequestPage
    from twilio_numbers_async.models.base import decode

    def incoming() -> list[object]:
        numbers = decode(IncomingPhoneNumberPage, page).incoming_phone_numbers or ()
        return [(number.date_created, number.date_updated) for number in numbers]

    return {
        INCOMING: incoming,
        PORTABILITY: lambda: decode(Portability, one),
        PORT_INS: lambda: decode(PortInRequestPage, rows),
    }


def official(page: bytes, _: bytes, one: bytes) -> Works:
    from twilio.rest import Client  # pyright: ignore[reportMissingTypeStubs]
    from twilio.rest.api.v2010.account.incoming_phone_number import IncomingPhoneNumberInstance  # pyright: ignore[reportMissingTypeStubs]
    from twilio.rest.numbers.v1.porting_portability import PortingPortabilityInstance  # pyright: ignore[reportMissingTypeStubs]

    client = Client(ACCOUNT, "token")
    v1, v2010 = client.numbers.v1, client.api.v2010

    def incoming() -> list[object]:
        return [
            (number.date_created, number.date_updated)
            for number in (
                IncomingPhoneNumberInstance(v2010, item, account_sid=ACCOUNT)
                for item in json.loads(page)["incoming_phone_numbers"]
            )
        ]

    return {INCOMING: incoming, PORTABILITY: lambda: PortingPortabilityInstance(v1, json.loads(one))}


def alone(page: bytes, rows: bytes, one: bytes) -> Works:
    return {
        INCOMING: lambda: json.loads(page),
        PORTABILITY: lambda: json.loads(one),
        PORT_INS: lambda: json.loads(rows),
    }


PEERS = {OURS: ours, TWILIO: official, JSON: alone}


def run(setting: Setting) -> list[Section]:
    """One section, three documents."""
    size, rounds = (50, 1) if setting.smoke else (1_000, 15)
    sample = incoming_page(50)
    dates = ours(sample, b"", b"")[INCOMING]()
    if dates != official(sample, b"", b"")[INCOMING]() or len(set(dates)) != len(dates):  # type: ignore[arg-type, call-overload]  # pyright: ignore[reportArgumentType, reportUnknownArgumentType]
        raise SystemExit("the two readings of the page differ, or its dates are not distinct")
    peers = {name: (name, THIS) for name in PEERS}
    if setting.earlier is not None:
        peers[setting.earlier.name] = (OURS, setting.earlier)
    took: dict[tuple[str, str], list[float]] = {}
    for turn in range(rounds):
        for name in rotated(tuple(peers), turn):
            peer, version = peers[name]
            for document, seconds in version.run("benchmarks.decode", peer, size).items():
                took.setdefault((document, name), []).append(seconds)

    # The least, as timeit does: whatever else runs only adds to it.
    least = {which: min(seconds) for which, seconds in took.items()}
    lines = [
        (
            document,
            name,
            f"{least[document, name] * 1e6:,.1f}",
            f"{least[document, name] / least[document, OURS]:.2f}",
        )
        for document in (INCOMING, PORTABILITY, PORT_INS)
        for name in peers
        if (document, name) in least
    ]
    targets = [Target(f"E. {PORT_INS}: {JSON} / ours", least[PORT_INS, JSON] / least[PORT_INS, OURS], 1.6)]
    if setting.earlier is not None:
        # 5.7 was measured of 0.1.0, on another day. It stays: within a twentieth of what 0.1.0 has in this run.
        now, before = (least[INCOMING, TWILIO] / least[INCOMING, who] for who in (OURS, setting.earlier.name))
        name = f"E. {INCOMING}: {TWILIO} / ours (0.1.0: {before:.2f})"
        targets.append(Target(name, now, 0.95 * before))
    text = "Port-ins have no peer: twilio-python raises on their first page. Least times.\n\n"
    return [Section("Decoding", text + table(("document", "peer", "us", "time / ours"), lines), targets)]


def main(peer: str, size: int) -> None:
    """Measure in a child process: seconds for each document."""
    works = PEERS[peer](incoming_page(size), port_in_page(100), DOCUMENT.encode())
    json.dump(
        {document: _timed(work, 100 if document == PORTABILITY else 5) for document, work in works.items()},
        sys.stdout,
    )


def _timed(work: Callable[[], object], times: int) -> float:
    """Seconds for one of some in a row, as pages come: the first one alone would measure cold caches."""
    work()
    rounds: list[float] = []
    for _ in range(5):
        gc.collect()
        began = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - began) / times)
    return min(rounds)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
