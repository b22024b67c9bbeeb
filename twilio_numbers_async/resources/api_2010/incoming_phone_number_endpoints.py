"""The operations on the numbers of an account, as data."""

from __future__ import annotations

from collections.abc import Mapping

from ...models import IncomingPhoneNumber, IncomingPhoneNumberPage
from ..endpoints import delete, get, post
from .csv_rows import csv_form

__all__ = ["CREATE", "CSV", "DELETE", "FETCH", "KINDS", "LIST", "UPDATE"]

_PATH = "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers"
KINDS: Mapping[str | None, str] = {None: "", "local": "Local", "mobile": "Mobile", "toll_free": "TollFree"}

LIST = {
    kind: get(
        f"ListIncomingPhoneNumber{name}",
        f"{_PATH}/{name}.json" if name else f"{_PATH}.json",
        IncomingPhoneNumberPage,
    )
    for kind, name in KINDS.items()
}
CSV = {kind: csv_form(endpoint) for kind, endpoint in LIST.items()}
CREATE = {
    kind: post(
        f"CreateIncomingPhoneNumber{name}",
        f"{_PATH}/{name}.json" if name else f"{_PATH}.json",
        IncomingPhoneNumber,
        echoes=("account_sid",),
        receipt="sid",
        settled_by="look for it with twilio.incoming_phone_numbers.list(phone_number=...), or by date_created "
        "where you do not know the number",
    )
    for kind, name in KINDS.items()
}
FETCH = get(
    "FetchIncomingPhoneNumber", f"{_PATH}/{{Sid}}.json", IncomingPhoneNumber, echoes=("account_sid", "sid")
)
UPDATE = post(
    "UpdateIncomingPhoneNumber",
    f"{_PATH}/{{Sid}}.json",
    IncomingPhoneNumber,
    idempotent=True,
    echoes=("account_sid", "sid"),
    receipt="sid",
)
DELETE = delete("DeleteIncomingPhoneNumber", f"{_PATH}/{{Sid}}.json")
