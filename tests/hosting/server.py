"""A raw server of hosting that hides, loses and leaves out what it is told to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from tests.raw_server import Received, Reply, json_reply

__all__ = ["Orders"]


class Orders:
    """A server that keeps orders and shows what it is told of them.

    ``hidden``: the list says nothing of new orders. ``letter``: the SID of the letter that is sent. ``fields``: what it
    says of an order besides. ``lost``: the answers to POSTs.
    """

    def __init__(
        self, *orders: dict[str, Any], hidden: bool = False, letter: str = "", **fields: Any
    ) -> None:
        self.orders = list(orders)
        self.hidden = hidden
        self.letter = letter
        self.letters = 0
        self.fields = fields
        self.lost: Callable[[Received], Reply] | None = None
        self.bulk: dict[str, Any] = {}
        self.posts: list[list[str]] = []

    def handle(self, received: Received) -> Reply:
        """The answer to a request."""
        if "AuthorizationDocuments" in received.path:
            return self._letter(received)
        if received.method == "POST":
            return self._create(received)
        last = received.path.rpartition("/")[2]
        if last.startswith("BH"):
            return json_reply({"bulk_hosting_sid": last, "request_status": "PROCESSED", **self.bulk})
        if last.startswith("HR"):
            order = next((one for one in self.orders if one["sid"] == last), None)
            return json_reply(order) if order else json_reply({"code": 20404}, 404)
        number = received.query.get("PhoneNumber")
        shown = [
            one
            for one in self.orders
            if number in (None, one["phone_number"]) and not (self.hidden and "new" in one)
        ]
        return json_reply({"items": [*shown, *shown], "meta": {"next_page_url": None}})

    def _letter(self, received: Received) -> Reply:
        if received.method == "POST":
            self.letters += 1
            for order in self.orders:
                order.update(status="pending-loa", signing_document_sid=self.letter)
        return json_reply({"sid": self.letter, "status": "signing"}, 201)

    def _create(self, received: Received) -> Reply:
        is_bulk = received.path.endswith("Bulk")
        if is_bulk:
            [item] = received.document["request_items"]
            created = [each["phone_number"] for each in item["numbers"]]
        else:
            created = [dict(parse_qsl(received.body.decode()))["PhoneNumber"]]
        self.posts.append(created)
        made: list[dict[str, Any]] = []
        for number in created:
            sid = f"HR{len(self.orders):032}"
            made.append({"sid": sid, "phone_number": number, "status": "RECEIVED", "new": 1, **self.fields})
            self.orders.append(made[-1])
        if self.lost is not None:
            return self.lost(received)
        if is_bulk:
            return json_reply({"bulk_hosting_sid": "BH" + "1" * 32, "request_status": "QUEUED"}, 202)
        return json_reply(made[0], 201)
