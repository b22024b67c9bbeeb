"""The add-ons that are assigned to a number, and their extensions."""

from __future__ import annotations

from ...models import AssignedAddOn, AssignedAddOnExtension, AssignedAddOnExtensionPage, AssignedAddOnPage
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ..endpoints import delete, get, post
from .phone_numbers import AccountResource

__all__ = ["AssignedAddOnsResource"]

_PATH = "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/{ResourceSid}/AssignedAddOns"

LIST = get("ListIncomingPhoneNumberAssignedAddOn", f"{_PATH}.json", AssignedAddOnPage)
CREATE = post(
    "CreateIncomingPhoneNumberAssignedAddOn",
    f"{_PATH}.json",
    AssignedAddOn,
    echoes=("account_sid", "resource_sid"),
    receipt="sid",
    settled_by="look for it with twilio.incoming_phone_numbers.assigned_add_ons.list(...)",
)
FETCH = get(
    "FetchIncomingPhoneNumberAssignedAddOn",
    f"{_PATH}/{{Sid}}.json",
    AssignedAddOn,
    echoes=("account_sid", "resource_sid", "sid"),
)
DELETE = delete("DeleteIncomingPhoneNumberAssignedAddOn", f"{_PATH}/{{Sid}}.json")
LIST_EXTENSIONS = get(
    "ListIncomingPhoneNumberAssignedAddOnExtension",
    f"{_PATH}/{{AssignedAddOnSid}}/Extensions.json",
    AssignedAddOnExtensionPage,
)
FETCH_EXTENSION = get(
    "FetchIncomingPhoneNumberAssignedAddOnExtension",
    f"{_PATH}/{{AssignedAddOnSid}}/Extensions/{{Sid}}.json",
    AssignedAddOnExtension,
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
        """List the add-ons assigned to the number.

        ``page_size`` is 1 to 1000 (Twilio's default is 50). ``limit`` is the most to read. ``after`` is a page's cursor
        to go on from. Source: ListIncomingPhoneNumberAssignedAddOn.
        """
        at = self._account(account_sid), check_sid(phone_number_sid, "PN", "phone_number_sid")
        return self._rows(LIST, lambda page: page.assigned_add_ons, PageQuery(page_size, limit, after), *at)

    async def create(
        self, phone_number_sid: str, installed_add_on_sid: str, *, account_sid: str | None = None
    ) -> AssignedAddOn:
        """Assign the installed add-on ``installed_add_on_sid`` (``XE...``) to the number.

        It is never sent twice: when the answer is lost, the TransportError has ``may_have_been_processed``.
        Source: CreateIncomingPhoneNumberAssignedAddOn.
        """
        at = self._account(account_sid), check_sid(phone_number_sid, "PN", "phone_number_sid")
        form = {"InstalledAddOnSid": check_sid(installed_add_on_sid, "XE", "installed_add_on_sid")}
        return await self._post(CREATE, *at, form=form)

    async def fetch(
        self, phone_number_sid: str, sid: str, *, account_sid: str | None = None
    ) -> AssignedAddOn:
        """Fetch the assigned add-on ``sid`` (``XE...``). Raises NotFoundError.

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
        """List the extensions of the add-on ``assigned_add_on_sid`` (``XE...``). Paging is that of ``list``.

        Source: ListIncomingPhoneNumberAssignedAddOnExtension.
        """
        at = self._add_on(account_sid, phone_number_sid, assigned_add_on_sid)
        return self._rows(
            LIST_EXTENSIONS, lambda page: page.extensions, PageQuery(page_size, limit, after), *at
        )

    async def fetch_extension(
        self, phone_number_sid: str, assigned_add_on_sid: str, sid: str, *, account_sid: str | None = None
    ) -> AssignedAddOnExtension:
        """Fetch the extension ``sid`` (``XF...``) of the add-on ``assigned_add_on_sid`` (``XE...``). Raises
        NotFoundError.

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
