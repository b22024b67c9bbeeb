"""The operations on the numbers of an account, as data."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType

from ...models import IncomingPhoneNumber, IncomingPhoneNumberPage
from ...transport.endpoint import Endpoint
from .csv_rows import csv_form

__all__ = ["CREATE", "CSV", "DELETE", "FETCH", "KINDS", "LIST", "UPDATE"]

_PATH = "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers"
KINDS: Mapping[str | None, str] = {None: "", "local": "Local", "mobile": "Mobile", "toll_free": "TollFree"}

LIST = {
    kind: Endpoint(
        operation=f"ListIncomingPhoneNumber{name}",
        method="GET",
        host="api",
        path=f"{_PATH}/{name}.json" if name else f"{_PATH}.json",
        result=IncomingPhoneNumberPage,
        idempotent=True,
    )
    for kind, name in KINDS.items()
}
CSV = {kind: csv_form(endpoint) for kind, endpoint in LIST.items()}
CREATE = {
    kind: Endpoint(
        operation=f"CreateIncomingPhoneNumber{name}",
        method="POST",
        host="api",
        path=f"{_PATH}/{name}.json" if name else f"{_PATH}.json",
        result=IncomingPhoneNumber,
        idempotent=False,
        echoes=("account_sid",),
        receipt="sid",
        settled_by="look for it with twilio.incoming_phone_numbers.list(phone_number=...), or by date_created "
        "where you do not know the number",
    )
    for kind, name in KINDS.items()
}
FETCH = Endpoint(
    operation="FetchIncomingPhoneNumber",
    method="GET",
    host="api",
    path=f"{_PATH}/{{Sid}}.json",
    result=IncomingPhoneNumber,
    idempotent=True,
    echoes=("account_sid", "sid"),
)
UPDATE = Endpoint(
    operation="UpdateIncomingPhoneNumber",
    method="POST",
    host="api",
    path=f"{_PATH}/{{Sid}}.json",
    result=IncomingPhoneNumber,
    idempotent=True,  # it sets fields to values
    echoes=("account_sid", "sid"),
    receipt="sid",
)
DELETE = Endpoint(
    operation="DeleteIncomingPhoneNumber",
    method="DELETE",
    host="api",
    path=f"{_PATH}/{{Sid}}.json",
    result=NoneType,
    idempotent=True,
)
