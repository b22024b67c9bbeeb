"""Requests that create and read port-ins, and a clock that tests move."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ..checked_client import Api, Json

PATH = "/v1/Porting/PortIn"
LIST = f"{PATH}/PortInRequests"


class Clock:
    """The sandbox's time, moved by the test."""

    def __init__(self) -> None:
        self.now = dt.datetime(2025, 5, 5, 12, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


def body(*numbers: str, **fields: Any) -> Json:
    return {
        "account_sid": "AC" + "a" * 32,
        "documents": ["RD" + "a" * 32],
        "phone_numbers": [{"phone_number": number} for number in numbers or ("+16175550100",)],
        "losing_carrier_information": carrier(),
        "target_port_in_date": "2025-05-20",
    } | fields


def carrier(**fields: Any) -> Json:
    return {
        "customer_name": "Example Company",
        "authorized_representative": "Alex Example",
        "authorized_representative_email": "alex@example.com",
        "address_sid": "AD" + "a" * 32,
    } | fields


ADDRESS = {
    "street": "1 Example Street",
    "city": "Springfield",
    "state": "MA",
    "zip": "01101",
    "country": "USA",
}


async def create(api: Api, *numbers: str, **fields: Any) -> Json:
    answer = await api.ask("POST", PATH, body(*numbers, **fields))
    assert answer.status == 202, answer.content
    found: Json = answer.body
    return found


async def fetch(api: Api, sid: str) -> Json:
    answer = await api.ask("GET", f"{PATH}/{sid}")
    assert answer.status == 200
    found: Json = answer.body
    return found


def statuses(port_in: Json) -> tuple[str, list[str]]:
    return port_in["port_in_request_status"], [
        n["port_in_phone_number_status"] for n in port_in["phone_numbers"]
    ]
