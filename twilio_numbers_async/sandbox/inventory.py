"""The numbers of every account, and their add-ons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple, Unpack

from .api_2010.incoming_number import Number, NumberFields, change_owner, friendly, type_of
from .http.strict import is_e164
from .numbers_v1.events import Event, port_out_event
from .state import Holding, SandboxState, Shelf, rfc_2822

_MADE_UP = 8_000_000
"""The count of the numbers ``+1 555 NXX XXXX``."""
_MOST_MADE_UP = 200_000
"""Numbers that are made up at once: they take a few seconds, and memory."""


class AddOn(NamedTuple):
    """An add-on of a number, and its extensions by serial number, in the form of answers."""

    fields: dict[str, object]
    extensions: Mapping[int, dict[str, object]]


class Inventory:
    """The numbers of each account, by serial number; the oldest first."""

    def __init__(self, state: SandboxState, tell: Callable[[Event], None]) -> None:
        self._state = state
        self._tell = tell
        self.all: Shelf[Number] = Shelf()
        self._made_up = 0
        self.kept: set[str] = set()
        """The SIDs of the numbers that cannot be released."""
        self.add_ons: dict[str, dict[int, AddOn]] = {}
        """The add-ons of a number (``PN...``), by serial number."""

    # for tests

    def add(
        self, numbers: int | Iterable[str], account_sid: str | None = None, **fields: Unpack[NumberFields]
    ) -> tuple[str, ...]:
        """Give an account numbers (E.164), or so many made up ones of ``+1 555 NXX XXXX``. Returns their SIDs.

        ``fields`` are the fields of all of them, such as ``voice_url="https://..."``. The account is by default the
        sandbox's own. ValueError for text that is no number, comes twice or is in the sandbox already; LookupError for
        an unknown account.
        """
        account = self._state.accounts.known(account_sid)
        chosen = self._make_up(numbers) if isinstance(numbers, int) else self._check(numbers)
        holding = Holding(account.sid, "owned")
        self._state.holdings.update(dict.fromkeys(chosen, holding))
        date = rfc_2822(self._state.now())
        return tuple(self._put(account.sid, number, date, fields).sid for number in chosen)

    def of(self, account_sid: str | None = None) -> dict[str, str]:
        """The numbers of an account (by default the sandbox's own), the oldest first: E.164 by SID (``PN...``)."""
        rows = self.all.rows_of(account_sid or self._state.accounts.own.sid)
        return {number.sid: number.phone_number for number in rows.values()}

    def port_out(self, sid: str) -> None:
        """Let a number (``PN...``) leave for another carrier, which is an event too. LookupError if nobody has it."""
        number = self.all.known(sid)
        self.remove(number)
        self._tell(port_out_event(number.account_sid, sid, number.phone_number, self._state.now()))

    def refuse_release(self, *sids: str) -> None:
        """Make numbers (``PN...``) ones that cannot be released: deleting them is answered 22350."""
        self.kept.update(sids)

    # for the routes

    def put(
        self, account_sid: str, phone_number: str, *, hold: bool = True, **fields: Unpack[NumberFields]
    ) -> Number:
        """Give an account a number. ``hold`` False: whoever holds the number still does."""
        if hold:
            self._state.holdings[phone_number] = Holding(account_sid, "owned")
        return self._put(account_sid, phone_number, rfc_2822(self._state.now()), fields)

    def move(self, number: Number, account_sid: str) -> None:
        """Give a number to another account, as its newest."""
        self._take(number)
        change_owner(number, account_sid)
        self.all.add(number)
        if number.phone_number in self._state.holdings:
            self._state.holdings[number.phone_number] = Holding(account_sid, "owned")

    def remove(self, number: Number) -> None:
        """Take a number from its account; nobody holds it any more."""
        self._take(number)
        self._state.holdings.pop(number.phone_number, None)

    # inside

    def _put(self, account_sid: str, phone_number: str, date: str, fields: NumberFields) -> Number:
        given: NumberFields = {"friendly_name": friendly(phone_number), "type": type_of(phone_number)}
        number = Number(
            account_sid=account_sid,
            phone_number=phone_number,
            sid=self._state.new_sid("PN"),
            date_created=date,
            date_updated=date,
            **(given | fields),
        )
        return self.all.add(number)

    def _take(self, number: Number) -> None:
        self.all.remove(number)
        self.add_ons.pop(number.sid, None)

    def _check(self, numbers: Iterable[str]) -> list[str]:
        chosen = list(numbers)
        if not all(map(is_e164, chosen)):
            raise ValueError("numbers: expected E.164 numbers")
        if len(set(chosen)) < len(chosen) or not self._state.holdings.keys().isdisjoint(chosen):
            raise ValueError("numbers: one comes twice, or is in the sandbox already")
        return chosen

    def _make_up(self, how_many: int) -> list[str]:
        if not 0 <= how_many <= _MOST_MADE_UP:
            raise ValueError(f"numbers: expected 0 to {_MOST_MADE_UP:,}")
        return list(islice(self._unheld(), how_many))

    def _unheld(self) -> Iterator[str]:
        while self._made_up < _MADE_UP:
            number = f"+1555{self._made_up + 2_000_000}"
            self._made_up += 1
            if number not in self._state.holdings:
                yield number
