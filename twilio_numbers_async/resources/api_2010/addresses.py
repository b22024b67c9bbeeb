"""Addresses of customers. Numbers, bundles, port-ins and hosting need them."""

from __future__ import annotations

from ...compliance.details import AddressDetails
from ...compliance.journal import BundleJournal
from ...compliance.parts import ensure_address
from ...errors import invalid
from ...models.api_2010.addresses import (
    Address,
    AddressPage,
    DependentPhoneNumber,
    DependentPhoneNumberPage,
)
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ...work.once import Once
from ..endpoints import delete, get, post
from ..form_checks import checked_iso_country, required, some_of
from .phone_numbers import AccountResource, Check, filled, flag, parameters, text

__all__ = ["AddressesResource"]

_PATH = "/2010-04-01/Accounts/{AccountSid}/Addresses"
_MAX_FRIENDLY_NAME = 64

CREATE = post(
    "CreateAddress",
    f"{_PATH}.json",
    Address,
    echoes=("account_sid",),
    receipt="sid",
    settled_by="look for it with twilio.addresses.list(customer_name=...), or use twilio.addresses.ensure(...)",
)
LIST = get("ListAddress", f"{_PATH}.json", AddressPage)
FETCH = get("FetchAddress", f"{_PATH}/{{Sid}}.json", Address, echoes=("account_sid", "sid"))
UPDATE = post(
    "UpdateAddress", f"{_PATH}/{{Sid}}.json", Address, idempotent=True, echoes=("account_sid", "sid")
)
DELETE = delete("DeleteAddress", f"{_PATH}/{{Sid}}.json")
DEPENDENT = get(
    "ListDependentPhoneNumber", f"{_PATH}/{{AddressSid}}/DependentPhoneNumbers.json", DependentPhoneNumberPage
)


def _name(value: object, argument: str) -> str:
    if len(text(value, argument)) > _MAX_FRIENDLY_NAME:
        raise invalid(argument, f"must be at most {_MAX_FRIENDLY_NAME} characters long")
    return text(value, argument)


def _country(value: object, argument: str) -> str:
    return checked_iso_country(required(value, argument), argument) or ""


_DETAILS: dict[str, Check] = {
    "customer_name": required,
    "street": required,
    "city": required,
    "region": text,
    "postal_code": text,
    "street_secondary": text,
    "friendly_name": _name,
    "emergency_enabled": flag,
    "auto_correct_address": flag,
}
_CREATE: dict[str, Check] = {**_DETAILS, "iso_country": _country}
_FILTERS: dict[str, Check] = {
    "customer_name": filled,
    "friendly_name": filled,
    "emergency_enabled": flag,
    "iso_country": _country,
}


class AddressesResource(AccountResource):
    """``twilio.addresses``.

    ``account_sid`` (``AC...``) of each call is the account that has the addresses: the client's own by default, or a
    subaccount of it.
    """

    async def create(
        self,
        *,
        customer_name: str,
        street: str,
        city: str,
        region: str,
        postal_code: str,
        iso_country: str,
        street_secondary: str | None = None,
        friendly_name: str | None = None,
        emergency_enabled: bool | None = None,
        auto_correct_address: bool | None = None,
        account_sid: str | None = None,
    ) -> Address:
        """Create an address.

        ``customer_name`` is a person or a business, ``iso_country`` ISO 3166-1 alpha-2, ``friendly_name`` at most 64
        characters; ``auto_correct_address=False`` keeps it as it is written. It is never sent twice: when the answer is
        lost, the TransportError has ``may_have_been_processed`` and says how to find out. Source: CreateAddress.
        """
        given = {
            "customer_name": customer_name,
            "street": street,
            "city": city,
            "region": region,
            "postal_code": postal_code,
            "iso_country": iso_country,
            "street_secondary": street_secondary,
            "friendly_name": friendly_name,
            "emergency_enabled": emergency_enabled,
            "auto_correct_address": auto_correct_address,
        }
        for name in ("customer_name", "street", "city", "region", "postal_code", "iso_country"):
            text(given[name], name)
        form = parameters(given, _CREATE, "detail of an address")
        return await self._post(CREATE, self._account(account_sid), form=form)

    async def ensure(
        self,
        *,
        customer_name: str,
        street: str,
        city: str,
        region: str,
        postal_code: str,
        iso_country: str,
        street_secondary: str | None = None,
        friendly_name: str | None = None,
        settle_within: float = 30.0,
        account_sid: str | None = None,
    ) -> Address:
        """The address that has these contents already, or a new one: never two because an answer was lost.

        Case and blanks do not matter. A request whose answer never came is not sent again but looked up for up to
        ``settle_within`` seconds, and the error raised if it does not show. Without ``friendly_name`` a name is made
        from the contents, so that it is found although Twilio may correct them. Source: ListAddress, CreateAddress.
        """
        details = AddressDetails(
            customer_name=required(customer_name, "customer_name"),
            street=required(street, "street"),
            street_secondary=None if street_secondary is None else text(street_secondary, "street_secondary"),
            city=required(city, "city"),
            region=text(region, "region"),
            postal_code=text(postal_code, "postal_code"),
            iso_country=_country(iso_country, "iso_country"),
        )
        name = None if friendly_name is None else _name(friendly_name, "friendly_name")
        account = self._account(account_sid)
        async with BundleJournal(None) as journal:
            once = Once(journal, within=settle_within, time=self._time())
            found = await ensure_address(AddressesResource(self._caller, account), once, details, name)
        return await self.fetch(found, account_sid=account)

    async def fetch(self, sid: str, *, account_sid: str | None = None) -> Address:
        """Fetch the address ``sid`` (``AD...``). Raises NotFoundError. Source: FetchAddress."""
        return await self._caller.call(FETCH, self._account(account_sid), check_sid(sid, "AD", "sid"))

    async def update(
        self,
        sid: str,
        *,
        customer_name: str | None = None,
        street: str | None = None,
        city: str | None = None,
        region: str | None = None,
        postal_code: str | None = None,
        street_secondary: str | None = None,
        friendly_name: str | None = None,
        emergency_enabled: bool | None = None,
        auto_correct_address: bool | None = None,
        account_sid: str | None = None,
    ) -> Address:
        """Set what is given of the address ``sid`` (``AD...``); ``""`` clears a field, None leaves it as it is.

        The country stays. Source: UpdateAddress.
        """
        given = {
            "customer_name": customer_name,
            "street": street,
            "city": city,
            "region": region,
            "postal_code": postal_code,
            "street_secondary": street_secondary,
            "friendly_name": friendly_name,
            "emergency_enabled": emergency_enabled,
            "auto_correct_address": auto_correct_address,
        }
        form = some_of(parameters(given, _DETAILS, "detail of an address"))
        at = self._account(account_sid), check_sid(sid, "AD", "sid")
        return await self._post(UPDATE, *at, form=form)

    async def delete(self, sid: str, *, account_sid: str | None = None) -> None:
        """Delete the address ``sid`` (``AD...``). Source: DeleteAddress."""
        await self._caller.call(DELETE, self._account(account_sid), check_sid(sid, "AD", "sid"))

    def list(
        self,
        *,
        customer_name: str | None = None,
        friendly_name: str | None = None,
        emergency_enabled: bool | None = None,
        iso_country: str | None = None,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
        account_sid: str | None = None,
    ) -> Pager[Address]:
        """List the account's addresses.

        ``page_size`` is 1 to 1000 (Twilio's default is 50). ``limit`` is the most to read. ``after`` is a page's cursor
        to go on from. Source: ListAddress.
        """
        filters = {
            "customer_name": customer_name,
            "friendly_name": friendly_name,
            "emergency_enabled": emergency_enabled,
            "iso_country": iso_country,
        }
        query = parameters(filters, _FILTERS, "filter of addresses")
        at = self._account(account_sid)
        return self._rows(
            LIST, lambda page: page.addresses, PageQuery(page_size, limit, after), at, query=query
        )

    def dependent_phone_numbers(
        self,
        sid: str,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
        account_sid: str | None = None,
    ) -> Pager[DependentPhoneNumber]:
        """List the numbers that the address ``sid`` (``AD...``) is used for. Source: ListDependentPhoneNumber."""
        at = self._account(account_sid), check_sid(sid, "AD", "sid")
        return self._rows(
            DEPENDENT, lambda page: page.dependent_phone_numbers, PageQuery(page_size, limit, after), *at
        )
