"""The calls on the numbers an account has, one at a time: list, find, buy, update, release, transfer, export."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Unpack

from ...errors import (
    ApiError,
    DecodeError,
    InvalidArgumentError,
    NotFoundError,
    TransportError,
    TwilioNumbersError,
    invalid,
)
from ...models import IncomingPhoneNumber, IncomingPhoneNumberPage
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ...phone import checked_e164
from ...transport.caller import Caller
from ...transport.request import Value, query_string
from ..base import confirms_number
from ..endpoints import delete, get, post
from ..hints import compliance_hints
from .assigned_add_ons import AssignedAddOnsResource
from .csv_rows import csv_form, csv_pages
from .incoming_phone_number_options import (
    IncomingPhoneNumberFilters,
    IncomingPhoneNumberKind,
    IncomingPhoneNumberOptions,
    changed,
    filter_parameters,
    option_parameters,
    which_number,
)
from .number_settling import confirmed, settled_update
from .phone_numbers import MAX_PAGE_SIZE, AccountResource, kind_of

__all__ = ["DELETE", "FETCH", "UPDATE", "IncomingPhoneNumberCalls"]

_PATH = "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers"
KINDS: Mapping[str | None, str] = {None: "", "local": "Local", "mobile": "Mobile", "toll_free": "TollFree"}

_PATHS = {kind: f"{_PATH}/{name}.json" if name else f"{_PATH}.json" for kind, name in KINDS.items()}

LIST = {
    kind: get(f"ListIncomingPhoneNumber{name}", _PATHS[kind], IncomingPhoneNumberPage)
    for kind, name in KINDS.items()
}
CSV = {kind: csv_form(endpoint) for kind, endpoint in LIST.items()}
CREATE = {
    kind: post(
        f"CreateIncomingPhoneNumber{name}",
        _PATHS[kind],
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

_KEPT = 22350


class IncomingPhoneNumberCalls(AccountResource):
    """The calls on one number, and the lists. ``account_sid`` (``AC...``) is the account that has the numbers."""

    assigned_add_ons: AssignedAddOnsResource
    """The add-ons that are assigned to a number, and their extensions."""

    def __init__(self, caller: Caller, account_sid: str) -> None:
        super().__init__(caller, account_sid)
        self.assigned_add_ons = AssignedAddOnsResource(caller, account_sid)

    def list(
        self,
        kind: IncomingPhoneNumberKind | None = None,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
        prefetch: int = 0,
        account_sid: str | None = None,
        **filters: Unpack[IncomingPhoneNumberFilters],
    ) -> Pager[IncomingPhoneNumber]:
        """List the account's numbers, or only the ``local``, ``mobile`` or ``toll_free`` ones.

        Filters: ``beta`` (False leaves out numbers new to Twilio), ``friendly_name``, ``phone_number`` (a part will do,
        ``*`` is any digit), ``origin`` (``twilio`` or ``hosted``). ``page_size`` is 1 to 1000 (Twilio's default is 50).
        ``limit`` is the most to read. ``after`` is a page's cursor to go on from. ``prefetch=1`` fetches the next page
        while this one is worked on. Source: ListIncomingPhoneNumber (Local, Mobile, TollFree).
        """
        endpoint, at = LIST[kind_of(kind, KINDS)], self._account(account_sid)
        query = filter_parameters(filters)
        asked = PageQuery(page_size, limit, after)
        return self._rows(
            endpoint, lambda page: page.incoming_phone_numbers, asked, at, query=query, prefetch=prefetch
        )

    async def find(self, number: str, *, account_sid: str | None = None) -> IncomingPhoneNumber:
        """The number of the account that is ``number`` (``+14155550100``, or written with its country code in any way).

        Raises NotFoundError where the account does not have it, and InvalidArgumentError for what cannot be a number
        or occurs more than once in the account. Source: ListIncomingPhoneNumber.
        """
        wanted, account = checked_e164(number, "number"), self._account(account_sid)
        found: dict[str, IncomingPhoneNumber] = {}
        async for one in self.list(phone_number=wanted, account_sid=account):
            if one.sid and one.phone_number == wanted and one.account_sid in {None, account}:
                found[one.sid] = one
        if not found:
            raise NotFoundError(
                f"The account {account} has no such number",
                status=404,
                method=LIST[None].method,
                route=LIST[None].path,
            )
        if len(found) > 1:
            raise InvalidArgumentError(
                f"The account {account} has this number more than once: name it by its SID", argument="number"
            )
        [one] = found.values()
        return one

    def csv(
        self,
        kind: IncomingPhoneNumberKind | None = None,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
        account_sid: str | None = None,
        **filters: Unpack[IncomingPhoneNumberFilters],
    ) -> Pager[IncomingPhoneNumber]:
        """The same numbers from their CSV form: columns in any order, unknown ones left out, ``""`` or None if empty.

        ``page_size`` is 1 to 1000 (1000 by default). A page that is full says nothing of the next one: the JSON form of
        it is then asked where that is. That CSV comes in the pages of the JSON form is an assumption; where more rows
        come than were asked for, they are taken for all there are. Source: ListIncomingPhoneNumber (Local, Mobile,
        TollFree), with ``.csv``.
        """
        name, account = kind_of(kind, KINDS), self._account(account_sid)
        size = PageQuery(page_size, limit, after).size() or MAX_PAGE_SIZE
        query = query_string(filter_parameters(filters) | {"PageSize": size})
        fetch = csv_pages(self._caller, CSV[name], LIST[name], account, query, size)
        return Pager(fetch, limit=limit, after=after)

    async def create(
        self,
        phone_number: str | None = None,
        *,
        area_code: str | int | None = None,
        kind: IncomingPhoneNumberKind | None = None,
        account_sid: str | None = None,
        **options: Unpack[IncomingPhoneNumberOptions],
    ) -> IncomingPhoneNumber:
        """Buy ``phone_number`` (E.164), or any number in ``area_code`` (three digits; US and Canada). It costs money.

        ``kind`` buys it as a ``local``, ``mobile`` or ``toll_free`` number only. It is never sent twice: when the
        answer is lost, the TransportError has ``may_have_been_processed`` and says how to find out.

        Raises InvalidRequestError: 21421 invalid, 21422 not available, 21452 none in the area code, 21631 an address is
        needed, 21649 a bundle is needed, 21650 an identity is needed; the last three say which call helps.
        Source: CreateIncomingPhoneNumber (Local, Mobile, TollFree).
        """
        endpoint = CREATE[kind_of(kind, KINDS)]
        which = which_number(phone_number, area_code, kind)
        form = {**which, **option_parameters(options)}
        confirms = confirms_number("phone_number", which.get("PhoneNumber"))
        with compliance_hints():
            return await self._post(endpoint, self._account(account_sid), form=form, confirms=confirms)

    async def fetch(self, sid: str, *, account_sid: str | None = None) -> IncomingPhoneNumber:
        """Fetch the number ``sid`` (``PN...``). Raises NotFoundError. Source: FetchIncomingPhoneNumber."""
        return await self._caller.call(FETCH, self._account(account_sid), check_sid(sid, "PN", "sid"))

    async def update(
        self, sid: str, *, account_sid: str | None = None, **options: Unpack[IncomingPhoneNumberOptions]
    ) -> IncomingPhoneNumber:
        """Set what is given of the number ``sid`` (``PN...``); ``""`` clears a field, None leaves it as it is.

        Source: UpdateIncomingPhoneNumber.
        """
        at = self._account(account_sid), check_sid(sid, "PN", "sid")
        form = changed(options)
        with compliance_hints():
            return await self._post(UPDATE, *at, form=form)

    async def delete(self, sid: str, *, account_sid: str | None = None) -> None:
        """Release the number ``sid`` (``PN...``): it is gone from the account.

        Raises InvalidRequestError with code 22350 where Twilio refuses that; the number is then kept.
        Source: DeleteIncomingPhoneNumber.
        """
        try:
            await self._caller.call(DELETE, self._account(account_sid), check_sid(sid, "PN", "sid"))
        except ApiError as error:
            if error.code == _KEPT:
                error.with_hint("The number was not released: the account keeps it")
            raise

    async def transfer(
        self,
        sid: str,
        to_account_sid: str,
        *,
        address_sid: str | None = None,
        bundle_sid: str | None = None,
        account_sid: str | None = None,
    ) -> IncomingPhoneNumber:
        """Move the number ``sid`` (``PN...``) to another account of the same parent, signed in as the parent.

        ``account_sid`` is the account that has it now; ``address_sid`` (``AD...``) and ``bundle_sid`` (``BU...``)
        belong to ``to_account_sid`` (``AC...``). Where an answer is lost or garbled, or the old account does not have
        the number, it is looked for in the new one: a number that is there is transferred.

        Raises InvalidRequestError: 21473 (the accounts are not related), 21474 (not signed in as the parent).
        Source: UpdateIncomingPhoneNumber.
        """
        form = self._transfer_form(to_account_sid, address_sid, bundle_sid, account_sid)
        return await self._transfer(check_sid(sid, "PN", "sid"), self._account(account_sid), form)

    async def _update(self, account: str, sid: str, form: str) -> IncomingPhoneNumber:
        with compliance_hints():
            return await settled_update(
                UPDATE,
                self._post(UPDATE, account, sid, form=form.encode()),
                lambda: self._caller.call(FETCH, account, sid),
                form,
            )

    def _transfer_form(
        self, to: str, address_sid: str | None, bundle_sid: str | None, account_sid: str | None
    ) -> dict[str, Value]:
        if check_sid(to, "AC", "to_account_sid") == self._account(account_sid):
            raise invalid("to_account_sid", "must be another account than the one that has the number")
        others = option_parameters({"address_sid": address_sid, "bundle_sid": bundle_sid})
        return {"AccountSid": to, **others}

    async def _transfer(self, sid: str, account: str, form: Mapping[str, Value]) -> IncomingPhoneNumber:
        try:
            with compliance_hints():
                moved = await self._post(
                    UPDATE, account, sid, form=form, expected=(str(form["AccountSid"]), sid)
                )
                return moved if moved.account_sid == form["AccountSid"] else confirmed(moved, UPDATE)
        except (ApiError, DecodeError, TransportError) as error:
            if not (error.may_have_been_processed or isinstance(error, NotFoundError)):
                raise
            # A request whose answer was lost, or is garbled, may have moved it, and the old account knows it no more.
            with suppress(TwilioNumbersError):
                found = await self._caller.call(FETCH, str(form["AccountSid"]), sid)
                if found.account_sid != account:  # it may be shown to whoever knows its SID
                    return found
            raise
