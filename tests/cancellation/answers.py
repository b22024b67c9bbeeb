"""A server for the calls that are cancelled: what it says follows from the request and from what it was told before."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from tests.faults.kinds import fine
from tests.raw_server import Connection, Received, Reply, json_reply
from tests.transport.raw_client import ACCOUNT, NUMBER

__all__ = ["Answers"]

_PAGES = 4
_TAKEN = {"code": 21422, "message": "Not available", "status": 400}
_REFUSED = {"code": 20003, "message": "Authenticate", "status": 401}


class Answers:
    """The server's knowledge: what was created and changed."""

    def __init__(self) -> None:
        self.ports: dict[str, list[str]] = {}
        """The port-ins, and the numbers of each."""
        self.bought: list[str] = []
        self.looks = 0
        self.loses_orders = False
        """True to close the connection instead of confirming an order."""
        self.refuses_token = False
        """True to refuse the token of the next request."""

    async def __call__(self, connection: Connection, received: Received) -> None:
        reply = self._reply(received)
        if reply is None:
            connection.close()
        else:
            await reply(connection, received)

    def _reply(self, received: Received) -> Reply | None:
        path = received.path
        if self.refuses_token and not path.endswith("/token"):
            self.refuses_token = False
            return json_reply(_REFUSED, 401)
        if path.endswith("/PortInRequests"):
            return json_reply({"port_in_requests": [self._row(sid) for sid in self.ports], "meta": {}})
        if "/Porting/PortIn/" in path:
            return json_reply(self._port_in(path.rpartition("/")[2]))
        if path.endswith("/Porting/PortIn"):
            return self._order(received)
        if path.endswith("/Local.json"):
            numbers = [{"phone_number": number} for number in ("+14155550111", NUMBER)]
            return json_reply({"available_phone_numbers": numbers})
        if path.endswith("/IncomingPhoneNumbers.json"):
            return self._page(received) if received.method == "GET" else self._buy(received)
        if path.endswith("/Documents"):
            return json_reply({"sid": "RD" + "a" * 32}, 201)
        return fine

    def _row(self, sid: str) -> dict[str, Any]:
        return {"port_in_request_sid": sid, "port_in_request_status": self._status(sid)}

    def _status(self, sid: str) -> str:
        return "Completed" if self.looks >= 2 else "In Progress"

    def _port_in(self, sid: str) -> dict[str, Any]:
        self.looks += 1
        numbers = [
            {"phone_number": number, "port_in_phone_number_sid": f"PU{position:032}",
             "port_in_phone_number_status": "completed"}
            for position, number in enumerate(self.ports.get(sid, [NUMBER]))
        ]  # fmt: skip
        return {
            "port_in_request_sid": sid,
            "port_in_request_status": self._status(sid),
            "phone_numbers": numbers,
        }

    def _order(self, received: Received) -> Reply | None:
        sid = f"KW{len(self.ports) + 1:032}"
        self.ports[sid] = [each["phone_number"] for each in received.document["phone_numbers"]]
        if self.loses_orders:
            return None
        numbers = [{"phone_number": number} for number in self.ports[sid]]
        return json_reply({"port_in_request_sid": sid, "account_sid": ACCOUNT, "phone_numbers": numbers}, 201)

    def _buy(self, received: Received) -> Reply:
        number = dict(parse_qsl(received.body.decode()))["PhoneNumber"]
        if number != NUMBER:
            return json_reply(_TAKEN, 400)
        self.bought.append(number)
        return fine

    def _page(self, received: Received) -> Reply:
        page = int(received.query.get("Page", "0"))
        rows = [
            {"sid": f"PN{page:031}{row}", "phone_number": f"+1415555{page:02}{row:02}"} for row in range(2)
        ]
        following = f"{received.path}?PageSize=2&Page={page + 1}" if page + 1 < _PAGES else None
        return json_reply({"incoming_phone_numbers": rows, "next_page_uri": following})
