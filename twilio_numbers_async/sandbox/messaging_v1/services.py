"""Services/PhoneNumbers: the numbers of messaging services.

A number that is in the service already is refused with 21710, one of another service with 21712. A number that leaves
its account leaves the service too.
"""

from __future__ import annotations

from ..api_2010.attached_numbers import AttachedNumbers
from ..api_2010.incoming_number import Number
from ..errors import Refusal
from ..inventory import Inventory
from ..numbering import country_of
from ..state import SandboxState, timestamp

_HERE, _ELSEWHERE = 21710, 21712


class MessagingServices(AttachedNumbers):
    """The messaging services (``MG...``) of the accounts, and their numbers."""

    prefix = "MG"
    path = "/v1/Services/{Owner}/PhoneNumbers"
    host = "https://messaging.twilio.com"

    def __init__(self, state: SandboxState, inventory: Inventory) -> None:
        super().__init__(state, inventory)
        self._service_of: dict[tuple[str, str], tuple[str, str]] = {}
        """The service and the date, by the account and the SID of a number."""

    def _owner_of(self, number: Number) -> str | None:
        return self._service_of.get(_key(number), (None, ""))[0]

    def _check_free(self, number: Number, owner: str) -> None:
        service = self._owner_of(number)
        if service == owner:
            raise Refusal(409, _HERE, "The phone number is already in the Messaging Service")
        if service is not None:
            raise Refusal(409, _ELSEWHERE, "The phone number is associated with another Messaging Service")

    def _attach(self, number: Number, owner: str) -> None:
        self._service_of[_key(number)] = owner, timestamp(self._state.now())

    def _detach(self, number: Number) -> None:
        del self._service_of[_key(number)]

    def _shown(self, number: Number, owner: str) -> dict[str, object]:
        _, added = self._service_of[_key(number)]
        can = number.capabilities
        names = {"MMS": can.mms, "SMS": can.sms, "Voice": can.voice, "Fax": can.fax}
        return {
            "sid": number.sid,
            "account_sid": number.account_sid,
            "service_sid": owner,
            "date_created": added,
            "date_updated": added,
            "phone_number": number.phone_number,
            "country_code": country_of(number.phone_number),
            "capabilities": [name for name, is_there in names.items() if is_there],
            "url": f"{self.host}{self.path.format(Owner=owner)}/{number.sid}",
        }


def _key(number: Number) -> tuple[str, str]:
    # A number that moves to another account leaves the service.
    return number.account_sid, number.sid
