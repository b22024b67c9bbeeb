"""Every port-in of a sandbox, and the ways in which one moves on.

While a port-in is under way, a portability check of its numbers answers 22137. Ported numbers answer 22131 and are
among the account's incoming phone numbers. A second port-in takes a number that is being ported in as not portable.
"""

from __future__ import annotations

from collections.abc import Callable

from ..credentials import Account
from ..inventory import Inventory
from ..state import Holding, SandboxState, Shelf
from .made_up_port_ins import MOST, STEPS, made_up
from .port_in_body import PortInBody, port_date
from .port_in_state import REJECTIONS, Line, PortIn, doom
from .port_in_view import sent_fields
from .portability import Portability

_FIRST_TICKET = 100_001


class PortIns:
    """Keeps the port-ins and moves them on. ``pace``: seconds for a step, None: only a test takes it."""

    def __init__(
        self,
        state: SandboxState,
        portability: Portability,
        inventory: Inventory,
        tell: Callable[[PortIn, Line | None], None],
        *,
        pace: float | None,
    ) -> None:
        self._state = state
        self._portability = portability
        self._inventory = inventory
        self._tell = tell
        self._pace = pace
        self.all: Shelf[PortIn] = Shelf()
        self._made_up = 0

    # for tests

    def add(self, how_many: int, account_sid: str | None = None) -> tuple[str, ...]:
        """Give an account so many made up port-ins of two numbers each, each at another step. Returns their SIDs.

        The account is by default the sandbox's own. With a pace they move on, so the method is called in the sandbox's
        own loop then. ValueError for less than none or more than 400,000; LookupError for an unknown account.
        """
        account = self._state.accounts.known(account_sid)
        if not 0 <= how_many <= MOST - self._made_up:
            raise ValueError(f"how_many: expected 0 to {MOST - self._made_up:,}")
        sids: list[str] = []
        for index in range(self._made_up, self._made_up + how_many):
            port_in = self.create(account, made_up(account.sid, index))
            self.advance(port_in.sid, index % STEPS)
            sids.append(port_in.sid)
        self._made_up += how_many
        return tuple(sids)

    def advance(self, port_in_sid: str | None = None, steps: int = 1) -> int:
        """Move a port-in (``KW...``) on, or all. Returns how many moved. LookupError for an unknown one."""
        moved: set[str] = set()
        for port_in in self.all.chosen(port_in_sid):
            for _ in range(steps):
                if not port_in.advance(self._state.now()):
                    break
                moved.add(port_in.sid)
            self.update_holdings(port_in)
        return len(moved)

    def expire(self, port_in_sid: str) -> None:
        """Expire a port-in (``KW...``). ValueError for a closed one, LookupError for an unknown one."""
        port_in = self.all.known(port_in_sid)
        if port_in.closed:
            raise ValueError(f"The port-in is {port_in.status}")
        port_in.close("Expired", "expired", "The signature did not come in time", self._state.now())
        self.update_holdings(port_in)

    def reject(self, phone_number_sid: str, code: int = 22150) -> None:
        """Reject a number (``PU...``) of a port-in, as the losing carrier does, with a code from 22150 to 22159."""
        if code not in REJECTIONS:
            raise ValueError("code: expected 22150 to 22159")
        for port_in in self.all.chosen(None):
            line = port_in.line(phone_number_sid)
            if line is not None and line.open:
                line.reject(code, self._state.now())
                port_in.settle(self._state.now())
                self.update_holdings(port_in)
                return
        raise LookupError("There is no such number under way")

    @property
    def sids(self) -> tuple[str, ...]:
        """The SIDs of every port-in, the oldest first."""
        return self.all.sids

    # for the routes

    def create(self, account: Account, body: PortInBody) -> PortIn:
        """A port-in request, in review."""
        port_in = self.all.add(self._new(account, body))
        if self._pace is not None:
            self._keep_moving(port_in, self._pace)
        return port_in

    def _new(self, account: Account, body: PortInBody) -> PortIn:
        state = self._state
        at = state.now()
        serial = len(self.all)
        port_in = PortIn(
            sid=state.new_sid("KW"),
            serial=serial,
            account_sid=body.account_sid,
            fields=sent_fields(body, ticket=_FIRST_TICKET + serial),
            lines=[],
            port_date=port_date(body, state.today()),
            created=at,
            updated=at,
            tell=lambda port_in: self._tell(port_in, None),
        )
        account_number = bool(body.losing_carrier_information.account_number)
        for entry in body.phone_numbers:
            line = self._line(account, port_in, entry.phone_number, entry.pin or None, account_number)
            port_in.lines.append(line)
            holding = Holding(body.account_sid, "porting", line.sid)
            state.holdings.setdefault(line.number, holding)
        return port_in

    def _line(
        self, account: Account, port_in: PortIn, number: str, pin: str | None, account_number: bool
    ) -> Line:
        verdict = self._portability.verdict(number, account, port_in.account_sid)
        return Line(
            sid=self._state.new_sid("PU"),
            number=number,
            pin=pin,
            verdict=verdict,
            missing_fields=verdict.mobile and not (pin and account_number),
            doomed=doom(number, verdict, pin=pin is not None, account_number=account_number),
            updated=port_in.created,
            tell=lambda line: self._tell(port_in, line),
        )

    def update_holdings(self, port_in: PortIn) -> None:
        """Bring the sandbox's holdings in line with the statuses of the port-in's numbers."""
        holdings = self._state.holdings
        for line in port_in.lines:
            holding = holdings.get(line.number)
            if holding is None or holding.by != line.sid:
                continue
            if line.status == "completed":
                if holding.state == "porting":
                    holdings[line.number] = Holding(port_in.account_sid, "owned", line.sid)
                    self._inventory.put(port_in.account_sid, line.number, hold=False)
            elif not line.open:
                del holdings[line.number]

    def _keep_moving(self, port_in: PortIn, pace: float) -> None:
        def step() -> None:
            if self.advance(port_in.sid, 1):
                self._state.schedule(pace, step)

        self._state.schedule(pace, step)
