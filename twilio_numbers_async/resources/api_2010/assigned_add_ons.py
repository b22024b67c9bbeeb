"""The add-ons that are assigned to a number, and their extensions."""

from __future__ import annotations

from types import NoneType

from ...models import AssignedAddOn, AssignedAddOnExtension, AssignedAddOnExtensionPage, AssignedAddOnPage
from ...models.sids import check_sid
from ...paging import Pager, RawPage
from ...transport.endpoint import Endpoint
from ...transport.request import checked_page_size, form_body
from ..base import page_size_for
from .phone_numbers import MAX_PAGE_SIZE, AccountResource

__all__ = ["AssignedAddOnsResource"]

_PATH = "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{ResourceSid}/AssignedAddOns"

LIST = Endpoint(
    operation="ListIncomingPhoneNumberAssignedAddOn",
    method="GET",
    host="api",
    path=f"{_PATH}.json",
    result=AssignedAddOnPage,
    idempotent=True,
)
CREATE = Endpoint(
    operation="CreateIncomingPhoneNumberAssignedAddOn",
    method="POST",
    host="api",
    path=f"{_PATH}.json",
    result=AssignedAddOn,
    idempotent=False,
    echoes=("account_sid", "resource_sid"),
    receipt="sid",
    settled_by="look for it with twilio.incoming_phone_numbers.assigned_add_ons.list(...)",
)
FETCH = Endpoint(
    operation="FetchIncomingPhoneNumberAssignedAddOn",
    method="GET",
    host="api",
    path=f"{_PATH}/{{Sid}}.json",
    result=AssignedAddOn,
    idempotent=True,
    echoes=("account_sid", "resource_sid", "sid"),
)
DELETE = Endpoint(
    operation="DeleteIncomingPhoneNumberAssignedAddOn",
    method="DELETE",
    host="api",
    path=f"{_PATH}/{{Sid}}.json",
    result=NoneType,
    idempotent=True,
)
LIST_EXTENSIONS = Endpoint(
    operation="ListIncomingPhoneNumberAssignedAddOnExtension",
    method="GET",
    host="api",
    path=f"{_PATH}/{{AssignedAddOnSid}}/Extensions.json",
    result=AssignedAddOnExtensionPage,
    idempotent=True,
)
FETCH_EXTENSION = Endpoint(
    operation="FetchIncomingPhoneNumberAssignedAddOnExtension",
    method="GET",
    host="api",
    path=f"{_PATH}/{{AssignedAddOnSid}}/Extensions/{{Sid}}.json",
    result=AssignedAddOnExtension,
    idempotent=True,
    echoes=("account_sid", "resource_sid", "assigned_add_on_sid", "sid"),
)


class AssignedAddOnsResource(AccountResource):
    """``twilio.incoming_phone_numbers.assigned_add_ons``: of the number ``phone_number_sid`` (``PN...``).

    ``account_sid`` (``AC...``) is the account that has the number, the client's own by default.
    """

    def list(
        self,
        phone_number_sid: str,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
        account_sid: str | None = None,
    ) -> Pager[AssignedAddOn]:
        """The add-ons assigned to the number.

        ``page_size`` is 1 to 1000 (Twilio's default is 50); ``limit`` the most to read; ``after`` a page's cursor to go
        on from. Source: ListIncomingPhoneNumberAssignedAddOn.
        """
        at = self._account(account_sid), check_sid(phone_number_sid, "PN", "phone_number_sid")
        query = _page_size(page_size, limit)
        return self._pages_by_link(LIST, at, query, _read, limit=limit, after=after)

    async def create(
        self, phone_number_sid: str, installed_add_on_sid: str, *, account_sid: str | None = None
    ) -> AssignedAddOn:
        """Assign the installed add-on ``installed_add_on_sid`` (``XE...``) to the number.

        It is never sent twice: when the answer is lost, the TransportError has ``may_have_been_processed``.
        Source: CreateIncomingPhoneNumberAssignedAddOn.
        """
        at = self._account(account_sid), check_sid(phone_number_sid, "PN", "phone_number_sid")
        form = {"InstalledAddOnSid": check_sid(installed_add_on_sid, "XE", "installed_add_on_sid")}
        return await self._post_form(CREATE, *at, form=form_body(form))

    async def fetch(
        self, phone_number_sid: str, sid: str, *, account_sid: str | None = None
    ) -> AssignedAddOn:
        """The assigned add-on ``sid`` (``XE...``). Raises NotFoundError.

        Source: FetchIncomingPhoneNumberAssignedAddOn.
        """
        at = self._account(account_sid), check_sid(phone_number_sid, "PN", "phone_number_sid")
        return await self._caller.call(FETCH, *at, check_sid(sid, "XE", "sid"))

    async def delete(self, phone_number_sid: str, sid: str, *, account_sid: str | None = None) -> None:
        """Take the add-on ``sid`` (``XE...``) from the number. Source: DeleteIncomingPhoneNumberAssignedAddOn."""
        at = self._account(account_sid), check_sid(phone_number_sid, "PN", "phone_number_sid")
        await self._caller.call(DELETE, *at, check_sid(sid, "XE", "sid"))

    def list_extensions(
        self,
        phone_number_sid: str,
        assigned_add_on_sid: str,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
        account_sid: str | None = None,
    ) -> Pager[AssignedAddOnExtension]:
        """The extensions of the add-on ``assigned_add_on_sid`` (``XE...``). Paging is that of ``list``.

        Source: ListIncomingPhoneNumberAssignedAddOnExtension.
        """
        at = self._add_on(account_sid, phone_number_sid, assigned_add_on_sid)
        query = _page_size(page_size, limit)
        return self._pages_by_link(LIST_EXTENSIONS, at, query, _read_extensions, limit=limit, after=after)

    async def fetch_extension(
        self, phone_number_sid: str, assigned_add_on_sid: str, sid: str, *, account_sid: str | None = None
    ) -> AssignedAddOnExtension:
        """The extension ``sid`` (``XF...``) of the add-on ``assigned_add_on_sid`` (``XE...``). Raises NotFoundError.

        Source: FetchIncomingPhoneNumberAssignedAddOnExtension.
        """
        at = self._add_on(account_sid, phone_number_sid, assigned_add_on_sid)
        return await self._caller.call(FETCH_EXTENSION, *at, check_sid(sid, "XF", "sid"))

    def _add_on(self, account_sid: str | None, phone_number_sid: str, sid: str) -> tuple[str, str, str]:
        return (
            self._account(account_sid),
            check_sid(phone_number_sid, "PN", "phone_number_sid"),
            check_sid(sid, "XE", "assigned_add_on_sid"),
        )


def _page_size(page_size: int | None, limit: int | None) -> dict[str, int | None]:
    return {"PageSize": page_size_for(checked_page_size(page_size, MAX_PAGE_SIZE), limit, MAX_PAGE_SIZE)}


def _read(page: AssignedAddOnPage) -> RawPage[AssignedAddOn]:
    return RawPage(page.assigned_add_ons or [], page.next_page_uri)


def _read_extensions(page: AssignedAddOnExtensionPage) -> RawPage[AssignedAddOnExtension]:
    return RawPage(page.extensions or [], page.next_page_uri)
