"""Accounts: the client's own account and its subaccounts."""

from __future__ import annotations

from ...errors import InvalidArgumentError
from ...models.api_2010.accounts import Account, AccountPage, AccountStatus
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ..base import enum_value
from ..endpoints import get, post
from ..form_checks import choice, named, some_of
from .phone_numbers import AccountResource, filled

__all__ = ["AccountsResource"]

_PATH = "/2010-04-01/Accounts"
_ONE = f"{_PATH}/{{Sid}}.json"

CREATE = post(
    "CreateAccount",
    f"{_PATH}.json",
    Account,
    receipt="sid",
    settled_by="look for it with twilio.accounts.list(friendly_name=...)",
)
LIST = get("ListAccount", f"{_PATH}.json", AccountPage)
FETCH = get("FetchAccount", _ONE, Account, echoes=("sid",))
UPDATE = post("UpdateAccount", _ONE, Account, idempotent=True, echoes=("sid",))


class AccountsResource(AccountResource):
    """``twilio.accounts``. An account's ``auth_token`` is a secret: no repr shows it."""

    async def create(self, *, friendly_name: str | None = None) -> Account:
        """Create a subaccount of the client's account.

        It is never sent twice: when the answer is lost, the TransportError has ``may_have_been_processed`` and says how
        to find out. Source: CreateAccount.
        """
        form = {"FriendlyName": named(friendly_name, "friendly_name")}
        return await self._post(CREATE, form=form)

    async def fetch(self, sid: str | None = None) -> Account:
        """Fetch the account ``sid`` (``AC...``), by default the client's own. Raises NotFoundError. Source:
        FetchAccount.
        """
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
        return await self._post(UPDATE, check_sid(sid, "AC", "sid"), form=form)

    def list(
        self,
        *,
        friendly_name: str | None = None,
        status: AccountStatus | str | None = None,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[Account]:
        """List the client's account and its subaccounts.

        ``page_size`` is 1 to 1000 (Twilio's default is 50). ``limit`` is the most to read. ``after`` is a page's cursor
        to go on from. Source: ListAccount.
        """
        query = {
            "FriendlyName": None if friendly_name is None else filled(friendly_name, "friendly_name"),
            "Status": choice(AccountStatus, status, "status"),
        }
        return self._rows(LIST, lambda page: page.accounts, PageQuery(page_size, limit, after), query=query)
