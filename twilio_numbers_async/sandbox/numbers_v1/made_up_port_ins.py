"""Made up port-ins of two numbers each, for people who look around."""

from __future__ import annotations

import msgspec

from .port_in_body import PortInBody

MOST = 400_000
"""The most made up port-ins of a sandbox."""
STEPS = 4
"""The number of different steps. No port-in is completed: its numbers would be the account's."""
_LAST = 8_999_748  # of each thousand, the numbers up to 749 can be ported and need no PIN
_IN_A_THOUSAND = 375
_CUSTOMERS = ("Harbour Dental", "Example Ltd", "Corner Bakery", "North Street Books", "Old Mill Garage")


def made_up(account_sid: str, index: int) -> PortInBody:
    """The body of a made up port-in. Its numbers are of ``+1 555 8XX XXXX`` and below, from the top."""
    thousands, position = divmod(index, _IN_A_THOUSAND)
    first = _LAST - 1_000 * thousands - 2 * position
    body = {
        "account_sid": account_sid,
        "documents": ["RD" + "0" * 32],
        "losing_carrier_information": {
            "customer_name": _CUSTOMERS[index % len(_CUSTOMERS)],
            "authorized_representative": "Sam Example",
            "authorized_representative_email": "sam@example.com",
            "account_number": "12345",
            "account_telephone_number": f"+1555{first}",
            "address": {
                "street": "1 Example Street",
                "city": "San Francisco",
                "state": "CA",
                "zip": "94105",
                "country": "US",
            },
        },
        "phone_numbers": [{"phone_number": f"+1555{number}", "pin": "0000"} for number in (first, first + 1)],
    }
    return msgspec.convert(body, PortInBody)
