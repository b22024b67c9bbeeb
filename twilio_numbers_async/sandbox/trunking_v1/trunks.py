"""Trunks/PhoneNumbers: the numbers of SIP trunks.

The trunk of a number is its ``trunk_sid``, so that it can be set in both APIs. A number that is on a trunk already is
refused here (409); an update of the number itself moves it to another trunk.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from ..api_2010.attached_numbers import AttachedNumbers
from ..api_2010.incoming_number import Number
from ..errors import conflict
from ..state import account_path, timestamp

_AS_THEY_ARE = (
    "sid", "account_sid", "friendly_name", "phone_number", "api_version", "voice_caller_id_lookup", "voice_method",
    "voice_fallback_method", "status_callback_method", "trunk_sid", "sms_method", "sms_fallback_method",
    "address_requirements", "beta",
)  # fmt: skip
_NULL_WHERE_EMPTY = (
    "voice_url", "voice_fallback_url", "status_callback", "voice_application_sid", "sms_url", "sms_fallback_url",
    "sms_application_sid",
)  # fmt: skip


class Trunks(AttachedNumbers):
    """The SIP trunks (``TK...``) of the accounts, and their numbers."""

    prefix = "TK"
    path = "/v1/Trunks/{Owner}/PhoneNumbers"
    host = "https://trunking.twilio.com"

    def _owner_of(self, number: Number) -> str | None:
        return number.trunk_sid

    def _check_free(self, number: Number, owner: str) -> None:
        if number.trunk_sid is not None:
            which = "this" if number.trunk_sid == owner else "another"
            raise conflict(f"The phone number is associated with {which} trunk")

    def _attach(self, number: Number, owner: str) -> None:
        number.trunk_sid, number.voice_application_sid = owner, ""

    def _detach(self, number: Number) -> None:
        number.trunk_sid = None

    def _shown(self, number: Number, owner: str) -> dict[str, object]:
        can = number.capabilities
        mine = f"https://api.twilio.com{account_path(number.account_sid)}/IncomingPhoneNumbers/{number.sid}"
        return {
            **{name: getattr(number, name) for name in _AS_THEY_ARE},
            **{name: getattr(number, name) or None for name in _NULL_WHERE_EMPTY},
            "date_created": _timestamp(number.date_created),
            "date_updated": _timestamp(number.date_updated),
            "capabilities": {"voice": can.voice, "sms": can.sms, "mms": can.mms, "fax": can.fax},
            "url": f"{self.host}{self.path.format(Owner=owner)}/{number.sid}",
            "links": {"phone_number": f"{mine}.json"},
        }


def _timestamp(rfc_2822: str) -> str:
    return timestamp(parsedate_to_datetime(rfc_2822))
