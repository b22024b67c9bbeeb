"""Addresses of customers, and the numbers that depend on them.

An address is valid if its parts are there: nothing is looked up and nothing corrected. An address that a number needs,
or a bundle in review or approved, cannot be deleted (400, 21628).
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ..credentials import Account
from ..errors import Refusal, bad_request
from ..http.strict import Fields, form_body, query
from ..inventory import Inventory
from ..numbers_v2.papers import BOUND, Address, Papers, named_addresses
from ..paging import PageQuery, matching, uri_page
from ..routing import Call, Family, Reply, found, json_reply, no_content, route
from ..state import ACCOUNT, account_path, rfc_2822
from .incoming_number import Number

_PATH = f"{ACCOUNT}/Addresses"
_ONE = f"{_PATH}/{{Sid}}.json"
_IN_USE = 21628
Country = Annotated[str, Meta(pattern=r"^[A-Za-z]{2}\Z")]


class CreateBody(Fields):
    customer_name: str
    street: str
    city: str
    region: str
    postal_code: str
    iso_country: Country
    friendly_name: Annotated[str, Meta(max_length=64)] | None = None
    emergency_enabled: bool = False
    auto_correct_address: bool = True
    street_secondary: str | None = None


class UpdateBody(Fields):
    friendly_name: Annotated[str, Meta(max_length=64)] | None = None
    customer_name: str | None = None
    street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    emergency_enabled: bool | None = None
    auto_correct_address: bool | None = None
    street_secondary: str | None = None


class AddressesQuery(PageQuery):
    customer_name: str | None = None
    friendly_name: str | None = None
    emergency_enabled: bool | None = None
    iso_country: str | None = None


class Addresses(Family):
    """The six operations."""

    def __init__(self, papers: Papers, inventory: Inventory) -> None:
        self._papers = papers
        self._inventory = inventory

    def add(self, sid: str | None = None, *, iso_country: str = "US") -> str:
        """Give the sandbox's own account an address. Returns its SID (``AD...``)."""
        body = CreateBody(
            customer_name="Example Ltd",
            street="1 Example Street",
            city="San Francisco",
            region="CA",
            postal_code="94105",
            iso_country=iso_country,
        )
        state = self._papers.state
        return self._made(state.accounts.known(None).sid, body, sid or state.new_sid("AD")).sid

    @route("CreateAddress", "POST", f"{_PATH}.json")
    def create(self, call: Call) -> Reply:
        account, body = self._account(call), form_body(call, CreateBody)
        for name in ("customer_name", "street", "city"):
            if not getattr(body, name).strip():
                raise bad_request(f"Missing required parameter: {name}")
        return json_reply(201, _shown(self._made(account.sid, body, self._papers.state.new_sid("AD"))))

    @route("ListAddress", "GET", f"{_PATH}.json", query=True)
    def list(self, call: Call) -> Reply:
        account, asked = self._account(call), query(call, AddressesQuery)
        if asked.iso_country is not None:
            asked.iso_country = asked.iso_country.upper()
        wanted = matching(asked, "customer_name", "friendly_name", "emergency_enabled", "iso_country")
        rows = self._papers.addresses.rows_of(account.sid)
        return uri_page(call, rows, "addresses", _shown, asked=asked, wanted=wanted)

    @route("FetchAddress", "GET", _ONE)
    def fetch(self, call: Call) -> Reply:
        return json_reply(200, _shown(self._find(call, "Sid")))

    @route("UpdateAddress", "POST", _ONE)
    def update(self, call: Call) -> Reply:
        address, body = self._find(call, "Sid"), form_body(call, UpdateBody)
        for name, value in msgspec.structs.asdict(body).items():
            if value is not None and name != "auto_correct_address":
                setattr(address, name, value)
        address.date_updated = rfc_2822(self._papers.state.now())
        return json_reply(200, _shown(address))

    @route("DeleteAddress", "DELETE", _ONE)
    def delete(self, call: Call) -> Reply:
        address = self._find(call, "Sid")
        if self._dependent(address) or self._is_proved(address):
            raise Refusal(400, _IN_USE, "The address is needed by a phone number or a bundle")
        self._papers.addresses.remove(address)
        return no_content()

    @route(
        "ListDependentPhoneNumber", "GET", f"{_PATH}/{{AddressSid}}/DependentPhoneNumbers.json", query=True
    )
    def dependent(self, call: Call) -> Reply:
        rows = self._dependent(self._find(call, "AddressSid"))
        return uri_page(call, rows, "dependent_phone_numbers", _number)

    # inside

    def _made(self, account_sid: str, body: CreateBody, sid: str) -> Address:
        now = rfc_2822(self._papers.state.now())
        fields = msgspec.structs.asdict(body)
        del fields["auto_correct_address"]
        fields["iso_country"] = body.iso_country.upper()
        made = Address(sid=sid, account_sid=account_sid, date_created=now, date_updated=now, **fields)
        return self._papers.addresses.add(made)

    def _account(self, call: Call) -> Account:
        return self._papers.state.account_in_path(call)

    def _find(self, call: Call, name: str) -> Address:
        return found(call, self._papers.addresses.find(self._account(call).sid, call.params[name]))

    def _dependent(self, address: Address) -> dict[int, Number]:
        return {
            serial: number
            for serial, number in self._inventory.all.rows_of(address.account_sid).items()
            if address.sid in {number.address_sid, number.emergency_address_sid}
        }

    def _is_proved(self, address: Address) -> bool:
        """True if a bundle in review or approved holds a document about the address."""
        papers = self._papers
        return any(
            address.sid in named_addresses(document.attributes)
            for bundle in papers.bundles.rows_of(address.account_sid).values()
            if bundle.status in BOUND
            for document in papers.documents_in(bundle)
        )


def _shown(address: Address) -> dict[str, object]:
    return {
        **msgspec.structs.asdict(address),
        "validated": True,
        "verified": False,
        "uri": f"{account_path(address.account_sid)}/Addresses/{address.sid}.json",
    }


_NUMBER_FIELDS = (
    "sid", "account_sid", "friendly_name", "phone_number", "voice_url", "voice_method", "voice_fallback_method",
    "voice_fallback_url", "voice_caller_id_lookup", "date_created", "date_updated", "sms_fallback_method",
    "sms_fallback_url", "sms_method", "sms_url", "address_requirements", "capabilities", "status_callback",
    "status_callback_method", "api_version", "sms_application_sid", "voice_application_sid", "trunk_sid",
    "emergency_status", "emergency_address_sid", "uri",
)  # fmt: skip
_URLS = frozenset({"voice_url", "voice_fallback_url", "sms_url", "sms_fallback_url", "status_callback"})


def _number(number: Number) -> dict[str, object]:
    """A number in the form of this list: an unset URL is null, as in the specification."""
    shown = {name: getattr(number, name) for name in _NUMBER_FIELDS}
    return {name: None if name in _URLS and value == "" else value for name, value in shown.items()}
