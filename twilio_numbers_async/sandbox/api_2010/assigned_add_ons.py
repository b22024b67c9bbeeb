"""AssignedAddOns: the add-ons of a number, and their extensions.

Any ``XE`` SID can be assigned, once (409 after that); each add-on has two extensions, for calls and for messages. A
number loses its add-ons when it is released or moves to another account.
"""

from __future__ import annotations

from itertools import count
from typing import Annotated

from msgspec import Meta

from ..errors import conflict
from ..http.strict import Fields, form_body
from ..inventory import AddOn, Inventory
from ..paging import uri_page
from ..routing import Call, Family, Reply, found, json_reply, no_content, route
from ..state import ACCOUNT, SandboxState, account_path, rfc_2822

_PATH = f"{ACCOUNT}/IncomingPhoneNumbers/{{ResourceSid}}/AssignedAddOns"
_ADD_ON = "IncomingPhoneNumberAssignedAddOn"
_EXTENSIONS = f"{_PATH}/{{AssignedAddOnSid}}/Extensions"

_EXTENSIONS_OF_ONE = (
    ("Incoming Voice Call", "Programmable Voice", "voice-incoming"),
    ("Incoming SMS Message", "Programmable Messaging", "sms-incoming"),
)


class AddOnBody(Fields, kw_only=True):
    installed_add_on_sid: Annotated[str, Meta(pattern=r"^XE[0-9a-fA-F]{32}\Z")]


class AssignedAddOns(Family):
    """The six operations on add-ons and extensions."""

    def __init__(self, state: SandboxState, inventory: Inventory) -> None:
        self._state = state
        self._inventory = inventory
        self._serial = count()

    @route(f"List{_ADD_ON}", "GET", f"{_PATH}.json", query=True)
    def list(self, call: Call) -> Reply:
        return uri_page(call, self._assigned(call), "assigned_add_ons", lambda add_on: add_on.fields)

    @route(f"Create{_ADD_ON}", "POST", f"{_PATH}.json")
    def create(self, call: Call) -> Reply:
        assigned = self._assigned(call)
        sid = form_body(call, AddOnBody).installed_add_on_sid
        if any(add_on.fields["sid"] == sid for add_on in assigned.values()):
            raise conflict("The add-on is assigned to the phone number already")
        add_on = self._new(call.params["AccountSid"], call.params["ResourceSid"], sid)
        self._inventory.add_ons.setdefault(call.params["ResourceSid"], {})[next(self._serial)] = add_on
        return json_reply(201, add_on.fields)

    @route(f"Fetch{_ADD_ON}", "GET", f"{_PATH}/{{Sid}}.json")
    def fetch(self, call: Call) -> Reply:
        return json_reply(200, self._find(call, "Sid")[1].fields)

    @route(f"Delete{_ADD_ON}", "DELETE", f"{_PATH}/{{Sid}}.json")
    def delete(self, call: Call) -> Reply:
        del self._assigned(call)[self._find(call, "Sid")[0]]
        return no_content()

    @route(f"List{_ADD_ON}Extension", "GET", f"{_EXTENSIONS}.json", query=True)
    def extensions(self, call: Call) -> Reply:
        _, add_on = self._find(call, "AssignedAddOnSid")
        return uri_page(call, add_on.extensions, "extensions", lambda extension: extension)

    @route(f"Fetch{_ADD_ON}Extension", "GET", f"{_EXTENSIONS}/{{Sid}}.json")
    def extension(self, call: Call) -> Reply:
        _, add_on = self._find(call, "AssignedAddOnSid")
        extensions = {extension["sid"]: extension for extension in add_on.extensions.values()}
        return json_reply(200, found(call, extensions.get(call.params["Sid"])))

    def _assigned(self, call: Call) -> dict[int, AddOn]:
        """The add-ons of the number in the path."""
        account, sid = self._state.account_in_path(call), call.params["ResourceSid"]
        found(call, self._inventory.all.find(account.sid, sid))
        return self._inventory.add_ons.get(sid, {})

    def _find(self, call: Call, name: str) -> tuple[int, AddOn]:
        """The add-on that a parameter of the path names, and its serial number."""
        rows = self._assigned(call).items()
        return found(call, next((row for row in rows if row[1].fields["sid"] == call.params[name]), None))

    def _new(self, account_sid: str, number_sid: str, sid: str) -> AddOn:
        path = f"{account_path(account_sid)}/IncomingPhoneNumbers/{number_sid}/AssignedAddOns/{sid}"
        date = rfc_2822(self._state.now())
        belongs = {"account_sid": account_sid, "resource_sid": number_sid}
        extensions: dict[int, dict[str, object]] = {}
        for name, product, unique in _EXTENSIONS_OF_ONE:
            extension = self._state.new_sid("XF")
            extensions[next(self._serial)] = {
                "sid": extension,
                **belongs,
                "assigned_add_on_sid": sid,
                "friendly_name": name,
                "product_name": product,
                "unique_name": unique,
                "uri": f"{path}/Extensions/{extension}.json",
                "enabled": True,
            }
        fields: dict[str, object] = {
            "sid": sid,
            **belongs,
            "friendly_name": "Example add-on",
            "description": "What an add-on would do",
            "configuration": {"bad_words": True},
            "unique_name": "example_add_on",
            "date_created": date,
            "date_updated": date,
            "uri": f"{path}.json",
            "subresource_uris": {"extensions": f"{path}/Extensions.json"},
        }
        return AddOn(fields, extensions)
