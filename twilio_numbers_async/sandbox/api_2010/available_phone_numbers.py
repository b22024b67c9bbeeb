"""AvailablePhoneNumbers: the countries, and a search of the stock (see ``stock`` and ``stock_search``).

A search has no paging keys, as at Twilio: it is one page of at most ``PageSize`` numbers. With ``paging`` it has them,
and names the next page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from ..http.strict import query
from ..paging import PageQuery, page_of
from ..routing import Call, Family, Reply, Route, found, json_reply
from ..state import ACCOUNT, Holding, SandboxState, account_path
from .csv_form import CsvForm
from .stock import COUNTRIES, Offer, offers
from .stock_search import SearchQuery, search

_PATH = f"{ACCOUNT}/AvailablePhoneNumbers"
_COUNTRIES = dict(enumerate(COUNTRIES))

STRANGER_SID = "AC" + "9" * 32
"""The account of the strangers who are quicker to buy."""

KINDS = {
    "local": "Local",
    "machine_to_machine": "MachineToMachine",
    "mobile": "Mobile",
    "national": "National",
    "shared_cost": "SharedCost",
    "toll_free": "TollFree",
    "voip": "Voip",
}


class AvailablePhoneNumbers(Family):
    """The nine operations, and the strangers who are quicker to buy."""

    def __init__(self, state: SandboxState, csv: CsvForm, *, paging: bool) -> None:
        self._state = state
        self._csv = csv
        self._paging = paging
        self._sold_found = 0
        self._sold_times = 0

    def sell(self, *numbers: str) -> None:
        """Sell numbers (E.164) to a stranger: no search finds them any more, and buying one is answered 21422."""
        for number in numbers:
            if number in self._state.holdings:
                raise ValueError("The number is in the sandbox already")
            self._state.holdings[number] = Holding(STRANGER_SID, "owned")

    def sell_found(self, how_many: int = 1, times: int = 1) -> None:
        """Let a stranger be quicker: the first numbers that each of the next searches finds are sold at once."""
        if how_many < 1 or times < 1:
            raise ValueError("how_many, times: expected 1 or more")
        self._sold_found, self._sold_times = how_many, times

    def routes(self) -> Iterable[Route]:
        yield Route("ListAvailablePhoneNumberCountry", "GET", f"{_PATH}.json", self._countries, query=True)
        yield Route("FetchAvailablePhoneNumberCountry", "GET", f"{_PATH}/{{CountryCode}}.json", self._country)
        for kind, name in KINDS.items():
            path = f"{_PATH}/{{CountryCode}}/{name}"
            handler: Callable[[Call], Reply] = partial(self._search, kind=kind)
            for form in ("json", "csv"):
                operation = f"ListAvailablePhoneNumber{name}"
                yield Route(operation, "GET", f"{path}.{form}", handler, query=True)

    def _countries(self, call: Call) -> Reply:
        account = self._state.account_in_path(call)
        page = page_of(call, query(call, PageQuery), _COUNTRIES)
        keys = page.keys if self._paging else {"uri": call.path}
        return json_reply(200, {"countries": [_shown(account.sid, code) for code in page.rows], **keys})

    def _country(self, call: Call) -> Reply:
        account = self._state.account_in_path(call)
        code = call.params["CountryCode"]
        found(call, COUNTRIES.get(code))
        return json_reply(200, _shown(account.sid, code))

    def _search(self, call: Call, *, kind: str) -> Reply:
        self._state.account_in_path(call)
        rows = found(call, offers().get((call.params["CountryCode"], kind)))
        asked = query(call, SearchQuery)
        wanted, held = search(asked), self._state.holdings
        page = page_of(call, asked, rows, lambda offer: offer.phone_number not in held and wanted(offer))
        self._sell_found(page.rows)
        if call.path.endswith(".csv"):
            return self._csv.reply(Offer, page.rows)
        keys = page.keys if self._paging else {"uri": call.path}
        return json_reply(200, {"available_phone_numbers": page.rows, **keys})

    def _sell_found(self, offered: list[Offer]) -> None:
        if self._sold_times:
            self._sold_times -= 1
            self.sell(*(offer.phone_number for offer in offered[: self._sold_found]))


def _shown(account_sid: str, code: str) -> dict[str, object]:
    path = f"{account_path(account_sid)}/AvailablePhoneNumbers/{code}"
    name, beta, kinds = COUNTRIES[code]
    return {
        "country_code": code,
        "country": name,
        "uri": f"{path}.json",
        "beta": beta,
        "subresource_uris": {kind: f"{path}/{KINDS[kind]}.json" for kind in kinds},
    }
