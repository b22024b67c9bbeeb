"""IncomingPhoneNumbers: the numbers of accounts. They are bought from the ``stock``.

The list starts with the oldest number; a number that has moved to another account is its newest. ``PhoneNumber`` finds
numbers by a part, with ``*`` for any digit; ``FriendlyName`` compares whole names; ``Beta`` false leaves out numbers in
beta; ``Origin`` is ``twilio`` or ``hosted``. The sub-lists do not show the type, as in the specification.

Buying, by the number:

================  ==================================================================================================
+1 500 555 0000   21422 not available
+1 500 555 0001   21421 invalid
+1 500 555 0006   can always be bought, and more than once; area code 500 gives it too
+1 500 555 0021   21631 without an ``AddressSid``
+1 500 555 0022   21649 without a ``BundleSid``
+1 500 555 0023   22300 the account is restricted
in stock          as the stock says: 21631 and 21649 where an address or a bundle is missing, or the bundle is not
                  approved for such a number
anything else     21422; 21421 where it is not E.164, or not of the kind that is bought
================  ==================================================================================================

The first three are Twilio's own, for its test credentials. An area code buys the first number of the stock that the
rest of the request suffices for (21452 if there is none, as in 533; 21451 for text that is no area code).

An ``AccountSid`` moves a number: only the parent may do so (21474), and only to itself and its subaccounts (21473). A
number that needs an address or a bundle needs one of the new account. A kept number cannot be released (22350).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Literal

import msgspec

from ..credentials import Account
from ..errors import bad_request, phone_number_error
from ..http.strict import form_body, is_e164, query
from ..inventory import Inventory
from ..numbering import is_north_american
from ..numbers_v2.papers import Papers
from ..paging import PageQuery, page_of
from ..routing import Call, Family, Reply, Route, found, json_reply, no_content
from ..state import ACCOUNT, SandboxState, rfc_2822
from .csv_form import CsvForm
from .incoming_number import (
    CreateBody,
    KindCreateBody,
    Number,
    NumberFields,
    Settings,
    UpdateBody,
    apply,
    type_of,
)
from .stock import TYPES, needs_bundle, stocked

_PATH = f"{ACCOUNT}/IncomingPhoneNumbers"
_ONE = f"{_PATH}/{{Sid}}.json"
_KINDS = {None: "", "local": "Local", "mobile": "Mobile", "toll-free": "TollFree"}

_ALWAYS = "+15005550006"
_NEEDS_ADDRESS, _NEEDS_BUNDLE = "+15005550021", "+15005550022"
_ENDLESS = frozenset({_ALWAYS, _NEEDS_ADDRESS, _NEEDS_BUNDLE})
_REFUSED = {"+15005550000": 21422, "+15005550001": 21421, "+15005550023": 22300}
_BY_AREA_CODE = frozenset({"local", "toll_free"})
_AREA_CODE = re.compile("[2-9][0-9]{2}")


class NumbersQuery(PageQuery):
    """The parameters of the list and of its sub-lists."""

    beta: bool | None = None
    friendly_name: str | None = None
    phone_number: str | None = None
    origin: Literal["twilio", "hosted"] | None = None


class IncomingPhoneNumbers(Family):
    """The eleven operations on numbers."""

    def __init__(self, state: SandboxState, inventory: Inventory, csv: CsvForm, papers: Papers) -> None:
        self._state = state
        self._papers = papers
        self._inventory = inventory
        self._csv = csv

    def routes(self) -> Iterable[Route]:
        for kind, name in _KINDS.items():
            path = f"{_PATH}/{name}" if name else _PATH
            listing: Callable[[Call], Reply] = partial(self.list, kind=kind)
            for form in ("json", "csv"):
                yield Route(f"ListIncomingPhoneNumber{name}", "GET", f"{path}.{form}", listing, query=True)
            creating: Callable[[Call], Reply] = partial(self.create, kind=kind)
            yield Route(f"CreateIncomingPhoneNumber{name}", "POST", f"{path}.json", creating)
        yield Route("FetchIncomingPhoneNumber", "GET", _ONE, self.fetch)
        yield Route("UpdateIncomingPhoneNumber", "POST", _ONE, self.update)
        yield Route("DeleteIncomingPhoneNumber", "DELETE", _ONE, self.delete)

    def list(self, call: Call, *, kind: str | None) -> Reply:
        account = self._state.account_in_path(call)
        asked = query(call, NumbersQuery)
        page = page_of(call, asked, self._inventory.all.rows_of(account.sid), _filter(asked, kind))
        if call.path.endswith(".csv"):
            return self._csv.reply(Number, page.rows, without="type" if kind else "")
        rows = [_untyped(number) for number in page.rows] if kind else page.rows
        return json_reply(200, {"incoming_phone_numbers": rows, **page.keys})

    def create(self, call: Call, *, kind: str | None) -> Reply:
        account = self._state.account_in_path(call)
        body = form_body(call, CreateBody) if kind is None else form_body(call, KindCreateBody)
        phone_number = self._either(body) if isinstance(body, CreateBody) else body.phone_number
        fields = self._fields(phone_number, kind, body)
        stock = stocked().get(phone_number)
        if stock is not None:
            self._check_papers(account.sid, phone_number, stock.kind, body)
        number = self._inventory.put(account.sid, phone_number, hold=phone_number not in _ENDLESS, **fields)
        apply(number, body)
        return json_reply(201, _untyped(number) if kind else number)

    def fetch(self, call: Call) -> Reply:
        return json_reply(200, self._find(call))

    def update(self, call: Call) -> Reply:
        """Change a number, or move it to another account."""
        number = self._find(call)
        body = form_body(call, UpdateBody)
        moves = body.account_sid is not None and body.account_sid != number.account_sid
        if moves and body.account_sid is not None:
            self._may_move(call.account, body.account_sid)
            _require(number.address_requirements != "none", needs_bundle(number.phone_number), body)
            self._check_papers(body.account_sid, number.phone_number, number.type, body)
            self._inventory.move(number, body.account_sid)
        if apply(number, body) or moves:
            number.date_updated = rfc_2822(self._state.now())
        return json_reply(200, number)

    def delete(self, call: Call) -> Reply:
        """Release a number. A number from the stock is in stock again."""
        number = self._find(call)
        if number.sid in self._inventory.kept:
            raise phone_number_error(22350)
        self._inventory.remove(number)
        return no_content()

    # inside

    def _find(self, call: Call) -> Number:
        account = self._state.account_in_path(call)
        return found(call, self._inventory.all.find(account.sid, call.params["Sid"]))

    def _either(self, body: CreateBody) -> str:
        """The number in the body, or one of its area code."""
        if body.phone_number and body.area_code:
            raise bad_request("Invalid parameter: PhoneNumber and AreaCode exclude each other")
        if body.area_code:
            return self._of_area(body.area_code, body)
        if not body.phone_number:
            raise bad_request("Missing required parameter: PhoneNumber or AreaCode")
        return body.phone_number

    def _of_area(self, code: str, body: Settings) -> str:
        """A number of an area code that the rest of the body suffices for."""
        if not _AREA_CODE.fullmatch(code):
            raise phone_number_error(21451)
        prefix = f"+1{code}"
        if _ALWAYS.startswith(prefix):
            return _ALWAYS
        for number, (_, kind, offer) in stocked().items():
            fits = number.startswith(prefix) and kind in _BY_AREA_CODE and number not in self._state.holdings
            if fits and (body.address_sid or offer.address_requirements == "none"):
                return number
        raise phone_number_error(21452)

    def _fields(self, number: str, kind: str | None, body: Settings) -> NumberFields:
        """The fields of a number that is bought. Refuses one that cannot be bought."""
        if number in _REFUSED:
            raise phone_number_error(_REFUSED[number])
        if number in _ENDLESS:
            _require(number == _NEEDS_ADDRESS, number == _NEEDS_BUNDLE, body)
            return {"type": kind or type_of(number)}
        if not is_e164(number) or (number.startswith("+1") and not is_north_american(number)):
            raise phone_number_error(21421)
        stock = stocked().get(number)
        if stock is None or number in self._state.holdings:
            raise phone_number_error(21422)
        stock_type = TYPES.get(stock.kind, "local")
        if kind not in {None, stock_type}:
            raise phone_number_error(21421)
        offer = stock.offer
        _require(offer.address_requirements != "none", needs_bundle(number), body)
        return {
            "address_requirements": offer.address_requirements,
            "beta": offer.beta,
            "capabilities": offer.capabilities,
            "friendly_name": offer.friendly_name,
            "type": stock_type,
        }

    def _check_papers(self, account_sid: str, number: str, kind: str, body: Settings) -> None:
        code = self._papers.refusal(account_sid, number, kind, body.address_sid, body.bundle_sid)
        if code is not None:
            raise phone_number_error(code)

    def _may_move(self, caller: Account, to: str) -> None:
        accounts = self._state.accounts
        if caller.parent is None:
            if not accounts.may_act_for(caller, to):
                raise phone_number_error(21473)
            return
        target = accounts.get(to)
        related = target is not None and caller.parent in {target.sid, target.parent}
        raise phone_number_error(21474 if related else 21473)


def _require(address: bool, bundle: bool, body: Settings) -> None:
    if address and not body.address_sid:
        raise phone_number_error(21631)
    if bundle and not body.bundle_sid:
        raise phone_number_error(21649)


def _untyped(number: Number) -> dict[str, object]:
    """A number as the sub-lists show it: without its type."""
    fields: dict[str, object] = msgspec.structs.asdict(number)
    del fields["type"]
    return fields


_PART = re.compile(r"\+?[0-9*]+")


def _filter(asked: NumbersQuery, kind: str | None) -> Callable[[Number], bool] | None:
    """The test for the numbers that are asked for; None if all are."""
    part = asked.phone_number
    if part is not None and not _PART.fullmatch(part):
        raise bad_request("Invalid parameter: PhoneNumber is digits and *, with + at the start")
    if asked.friendly_name is asked.origin is part is kind is None and asked.beta is not False:
        return None
    search = re.compile((part or "").replace("+", r"^\+").replace("*", "[0-9]")).search

    def wanted(number: Number) -> bool:
        return (
            (kind is None or number.type == kind)
            and (asked.beta is not False or not number.beta)
            and (asked.friendly_name is None or number.friendly_name == asked.friendly_name)
            and (asked.origin is None or number.origin == asked.origin)
            and search(number.phone_number) is not None
        )

    return wanted
