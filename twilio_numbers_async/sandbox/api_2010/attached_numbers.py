"""Numbers that are attached to something with a SID of its own: a messaging service, a SIP trunk.

What is not known, or is another account's, is answered 404. A number must be one of the same account (404, 20404). One
that is attached already is refused (409), whether to this one or to another.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from ..errors import not_found
from ..http.strict import Fields, NumberSid, form_body
from ..inventory import Inventory
from ..paging import url_page
from ..routing import Call, Family, Reply, Route, found, json_reply, no_content
from ..state import SandboxState
from .incoming_number import Number


class AddBody(Fields):
    phone_number_sid: NumberSid


class AttachedNumbers(Family, ABC):
    """The four operations, and the things that numbers are attached to."""

    prefix: str
    """The letters of their SIDs."""
    path: str
    """The path of the numbers of one of them; its SID is the parameter ``Owner``."""
    host: str
    """Twilio's public host."""

    def __init__(self, state: SandboxState, inventory: Inventory) -> None:
        self._state = state
        self._inventory = inventory
        self._owners = {self.prefix + "a" * 32: state.accounts.own.sid}

    # for tests

    @property
    def sids(self) -> tuple[str, ...]:
        """The SIDs of all of them, the oldest first; the sandbox's own account has one from the beginning."""
        return tuple(self._owners)

    def add(self, account_sid: str | None = None) -> str:
        """Give an account one more, by default the sandbox's own. Returns its SID. LookupError for no account."""
        sid = self._state.new_sid(self.prefix)
        self._owners[sid] = self._state.accounts.known(account_sid).sid
        return sid

    def numbers(self, sid: str) -> dict[str, str]:
        """The numbers of one of them, the oldest first: E.164 by SID (``PN...``). LookupError for no SID of one."""
        if sid not in self._owners:
            raise LookupError(f"The sandbox knows no {sid}")
        rows = self._inventory.all.rows_of(self._owners[sid]).values()
        return {number.sid: number.phone_number for number in rows if self._owner_of(number) == sid}

    # for the routes

    def routes(self) -> Iterable[Route]:
        one = f"{self.path}/{{Sid}}"
        yield Route("CreatePhoneNumber", "POST", self.path, self.attach)
        yield Route("ListPhoneNumber", "GET", self.path, self.list, query=True)
        yield Route("FetchPhoneNumber", "GET", one, self.fetch)
        yield Route("DeletePhoneNumber", "DELETE", one, self.detach)

    def attach(self, call: Call) -> Reply:
        owner, account_sid = self._owner(call)
        body = form_body(call, AddBody)
        number = self._inventory.all.find(account_sid, body.phone_number_sid)
        if number is None:
            raise not_found(f"PhoneNumberSid {body.phone_number_sid}")
        self._check_free(number, owner)
        self._attach(number, owner)
        return json_reply(201, self._shown(number, owner))

    def list(self, call: Call) -> Reply:
        owner, account_sid = self._owner(call)
        return url_page(
            call,
            self._inventory.all.rows_of(account_sid),
            lambda number: self._shown(number, owner),
            key="phone_numbers",
            wanted=lambda number: self._owner_of(number) == owner,
            host=self.host,
        )

    def fetch(self, call: Call) -> Reply:
        number, owner = self._find(call)
        return json_reply(200, self._shown(number, owner))

    def detach(self, call: Call) -> Reply:
        """Remove a number: the account keeps it."""
        number, _ = self._find(call)
        self._detach(number)
        return no_content()

    # inside

    @abstractmethod
    def _owner_of(self, number: Number) -> str | None:
        """The SID of what a number is attached to."""

    @abstractmethod
    def _check_free(self, number: Number, owner: str) -> None:
        """Refuse a number that is attached already."""

    @abstractmethod
    def _attach(self, number: Number, owner: str) -> None:
        """Attach a number."""

    @abstractmethod
    def _detach(self, number: Number) -> None:
        """Detach a number."""

    @abstractmethod
    def _shown(self, number: Number, owner: str) -> dict[str, object]:
        """A number as it is answered."""

    def _owner(self, call: Call) -> tuple[str, str]:
        """The SID in the path, and its account."""
        sid = call.params["Owner"]
        account_sid = self._owners.get(sid)
        may = account_sid is not None and self._state.accounts.may_act_for(call.account, account_sid)
        return sid, found(call, account_sid if may else None)

    def _find(self, call: Call) -> tuple[Number, str]:
        owner, account_sid = self._owner(call)
        number = self._inventory.all.find(account_sid, call.params["Sid"])
        attached = number is not None and self._owner_of(number) == owner
        return found(call, number if attached else None), owner
