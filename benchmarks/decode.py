"""Decoding beside the official SDK and json.loads: one portability answer, a page of numbers, a page of port-ins."""

from __future__ import annotations

import datetime as dt
import gc
import json
import statistics
import time
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from twilio.rest import Client  # pyright: ignore[reportMissingTypeStubs]
from twilio.rest.api.v2010.account.incoming_phone_number import IncomingPhoneNumberInstance  # pyright: ignore[reportMissingTypeStubs]
from twilio.rest.numbers.v1.porting_portability import PortingPortabilityInstance  # pyright: ignore[reportMissingTypeStubs]

from twilio_numbers_async import Portability
from twilio_numbers_async.models import IncomingPhoneNumberPage, PortInRequestPage
from twilio_numbers_async.models.base import decode

from .measure import Section, Setting, Target, rotated, table
from .server import DOCUMENT

__all__ = ["run"]

ACCOUNT = "AC" + "a" * 32
WANTED = {
    ("page of 100 port-ins", "json.loads alone"): 1.6,
    ("page of 1,000 incoming numbers, all dates read", "twilio-python, with its json.loads"): 5.4,
}
"""At least so much. 5.7 was measured before, and stays within a twentieth."""


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


def ours_incoming(page: bytes) -> list[object]:
    return [
        (number.date_created, number.date_updated)
        for number in decode(IncomingPhoneNumberPage, page).incoming_phone_numbers or ()
    ]


def official_incoming(page: bytes, version: Any) -> list[object]:
    return [
        (number.date_created, number.date_updated)
        for number in (
            IncomingPhoneNumberInstance(version, item, account_sid=ACCOUNT)
            for item in json.loads(page)["incoming_phone_numbers"]
        )
    ]


def run(setting: Setting) -> list[Section]:
    """One section, three documents."""
    rounds = 2 if setting.smoke else 21
    client = Client(ACCOUNT, "token")
    page, rows = incoming_page(50 if setting.smoke else 1000), port_in_page(100)
    one, v1 = DOCUMENT.encode(), client.numbers.v1
    v2010 = client.api.v2010

    theirs = official_incoming(page, v2010)
    if ours_incoming(page) != theirs or len(set(theirs)) != len(theirs):
        raise SystemExit("the two readings of the page differ, or its dates are not distinct")

    works: dict[str, dict[str, Callable[[], object]]] = {
        "page of 1,000 incoming numbers, all dates read": {
            "ours": lambda: ours_incoming(page),
            "twilio-python, with its json.loads": lambda: official_incoming(page, v2010),
            "json.loads alone": lambda: json.loads(page),
        },
        "portability answer": {
            "ours": lambda: [decode(Portability, one) for _ in range(100)],
            "twilio-python, with its json.loads": lambda: [
                PortingPortabilityInstance(v1, json.loads(one)) for _ in range(100)
            ],
            "json.loads alone": lambda: [json.loads(one) for _ in range(100)],
        },
        "page of 100 port-ins": {
            "ours": lambda: decode(PortInRequestPage, rows),
            "json.loads alone": lambda: json.loads(rows),
        },
    }
    lines: list[tuple[object, ...]] = []
    targets: list[Target] = []
    for title, peers in works.items():
        times: dict[str, list[float]] = {name: [] for name in peers}
        for turn in range(rounds):
            for name in rotated(tuple(peers), turn):
                times[name].append(_timed(peers[name]))
        for name in peers:
            ratio = statistics.median(a / b for a, b in zip(times[name], times["ours"], strict=True))
            share = 100 if title == "portability answer" else 1
            lines.append(
                (title, name, f"{statistics.median(times[name]) / share * 1e6:,.1f}", f"{ratio:.2f}")
            )
            if (title, name) in WANTED:
                targets.append(Target(f"E. {title}: {name} / ours", ratio, WANTED[title, name]))
    text = "Port-ins have no peer: twilio-python raises on their first page.\n\n"
    return [Section("Decoding", text + table(("document", "peer", "us", "time / ours"), lines), targets)]


def _timed(work: Callable[[], object]) -> float:
    """Seconds for one of five in a row, as pages come: the first one alone would measure cold caches."""
    gc.collect()
    began = time.process_time()
    for _ in range(5):
        work()
    return (time.process_time() - began) / 5
