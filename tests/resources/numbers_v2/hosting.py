"""The parts that the tests of hosting share: SIDs, who signs, a client in a time of its own."""

from __future__ import annotations

from typing import Any

from twilio_numbers_async import BulkHostedNumberOrderItem, BulkHostedNumberOrderNumber

NUMBER, OTHER, CONTACT_NUMBER = "+14155550101", "+14155550102", "+14155550100"
AD, HR, PX, BH, PN = (prefix + "b" * 32 for prefix in ("AD", "HR", "PX", "BH", "PN"))
OWNER: dict[str, Any] = {
    "address_sid": AD,
    "email": "owner@example.com",
    "contact_phone_number": CONTACT_NUMBER,
}


def item(*numbers: str, **changed: Any) -> BulkHostedNumberOrderItem:
    """The numbers of one owner."""
    entries = [BulkHostedNumberOrderNumber(phone_number=number) for number in numbers or (NUMBER,)]
    fields: dict[str, Any] = {**OWNER, "contact_title": "Owner", "numbers": entries, **changed}
    return BulkHostedNumberOrderItem(**fields)
