"""Accounts: the client's own account and its subaccounts."""

from __future__ import annotations

from ...errors import InvalidArgumentError
from ...models.api_2010.accounts import Account, AccountPage, AccountStatus
from ...models.sids import check_sid
from ...paging import Pager, RawPage
from ...transport.endpoint import Endpoint
from ...transport.request import checked_page_size, form_body
from ..base import enum_value, page_size_for
from ..form_checks import choice, named, some_of
from .phone_numbers import MAX_PAGE_SIZE, AccountResource, filled

__all__ = ["AccountsResource"]

_PATH = "/2010-04-01/Accounts"
_ONE = f"{_PATH}/{{Sid}}.json"

CREATE = Endpoint(
    operation="CreateAccount",
    method="POST",
    host="api",
    path=f"{_PATH}.json",
    result=Account,
    idempotent=False,
    receipt="sid",
    settled_by="look for it with twilio.accounts.list(friendly_name=...)",
)
LIST = Endpoint(
    operation="ListAccount",
    method="GET",
    host="api",
    path=f"{_PATH}.json",
    result=AccountPage,
    idempotent=True,
)
FETCH = Endpoint(
    operation="FetchAccount",
    method="GET",
    host="api",
    path=_ONE,
    result=Account,
    idempotent=True,
    echoes=("sid",),
)
UPDATE = Endpoint(
    operation="UpdateAccount",
    method="POST",
    host="api",
    path=_ONE,
    result=Account,
    idempotent=True,  # it sets fields to values
    echoes=("sid",),
)


class AccountsResource(AccountResource):
    """``twilio.accounts``. An account's ``auth_token`` is a secret: no repr shows it."""

    async def create(self, *, friendly_name: str | None = None) -> Account:
        """Create a subaccount of the client's account.

        It is never sent twice: when the answer is lost, the TransportError has ``may_have_been_processed`` and says how
        to find out. Source: CreateAccount.
        """
        form = {"FriendlyName": named(friendly_name, "friendly_name")}
        return await self._post_form(CREATE, form=form_body(form))

    async def fetch(self, sid: str | None = None) -> Account:
        """The account ``sid`` (``AC...``), by default the client's own. Raises NotFoundError. Source: FetchAccount."""
        return await self._caller.call(
            FETCH, self._account_sid if sid is None else check_sid(sid, "AC", "sid")
        )

    async def update(
        self,
        sid: str,
        *,
        friendly_name: str | None = None,
        status: AccountStatus | str | None = None,
        confirm: bool = False,
    ) -> Account:
        """Rename the account ``sid`` (``AC...``), or set its status: ``active``, ``suspended`` or ``closed``.

        Closing cannot be undone, and its numbers are gone: it needs ``confirm=True``, and raises InvalidArgumentError
        without it. Source: UpdateAccount.
        """
        member = None if status is None else enum_value(AccountStatus, status, "status")
        if member is AccountStatus.CLOSED and confirm is not True:
            raise InvalidArgumentError(
                "status: closing an account cannot be undone; say confirm=True if that is meant",
                argument="confirm",
            )
        form = some_of(
            {
                "FriendlyName": named(friendly_name, "friendly_name"),
                "Status": None if member is None else member.value,
            }
        )
        return await self._post_form(UPDATE, check_sid(sid, "AC", "sid"), form=form_body(form))

    def list(
        self,
        *,
        friendly_name: str | None = None,
        status: AccountStatus | str | None = None,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[Account]:
        """The client's account and its subaccounts.

        ``page_size`` is 1 to 1000 (Twilio's default is 50); ``limit`` the most to read; ``after`` a page's cursor to go
        on from. Source: ListAccount.
        """
        query = {
            "FriendlyName": None if friendly_name is None else filled(friendly_name, "friendly_name"),
            "Status": choice(AccountStatus, status, "status"),
            "PageSize": page_size_for(checked_page_size(page_size, MAX_PAGE_SIZE), limit, MAX_PAGE_SIZE),
        }
        return self._pages_by_link(LIST, (), query, _read, limit=limit, after=after)


def _read(page: AccountPage) -> RawPage[Account]:
    return RawPage(page.accounts or [], page.next_page_uri)
