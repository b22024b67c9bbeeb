"""The hosted number orders and letters of a sandbox, and the ways in which they move on.

The number of an order is among the account's incoming phone numbers at once, with the origin ``hosted``, and leaves it
when the order fails or is deleted. The code of a call differs from that of the call before. An order is called three
times at most. With a ``pace`` the steps without the customer are taken by themselves: the code is typed, the letter is
signed, the carrier agrees, the tests end.

The orders of a bulk request are ``twilio-processing`` until the request is processed, and ``received`` then, or
``pending-loa`` with one letter an item where ``bulk_letters`` is True. Those of numbers that are not eligible fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..api_2010.incoming_number import Capabilities
from ..inventory import Inventory
from ..state import SandboxState, Shelf
from .hosted_order import BY_ITSELF, MOST_CALLS, NEXT, OPEN, Bulk, Fate, Letter, Order, fate_of


class HostedNumberOrders:
    """Keeps the orders and moves them on. ``pace``: seconds for a step, None: only a test takes it."""

    def __init__(self, state: SandboxState, inventory: Inventory, *, pace: float | None) -> None:
        self._state = state
        self._inventory = inventory
        self._pace = pace
        self.all: Shelf[Order] = Shelf()
        self._newest: dict[str, Order] = {}
        self._fates: dict[str, Fate] = {}
        self.bulks: dict[str, Bulk] = {}
        self.letters: AuthorizationDocuments = AuthorizationDocuments(state, self, pace=pace)
        self.bulk_letters: bool = False
        """True: a bulk request sends its letters by itself, as the specification's example does."""

    # for tests

    @property
    def sids(self) -> tuple[str, ...]:
        """The SIDs (``HR...``) of every order, the oldest first."""
        return self.all.sids

    def advance(self, sid: str | None = None, steps: int = 1) -> int:
        """Move an order (``HR...``) on, or all of them. Returns how many moved. LookupError for an unknown one.

        The step from ``received`` makes the call, the one from ``pending-verification`` types its code, the one from
        ``pending-loa`` signs the letter. An order that is ``verified`` stays so until it has a letter.
        """
        orders = self.all.chosen(sid)
        first = [order.status for order in orders]
        for _ in range(steps):
            for order, status in [(order, order.status) for order in orders]:
                if order.status == status:  # the signature of a letter moves all of its orders
                    self._step(order)
        return sum(order.status != status for order, status in zip(orders, first, strict=True))

    def enter_code(self, sid: str, code: str) -> bool:
        """Type a code into the call for an order (``HR...``). Returns True for the right one: it is verified.

        A wrong code ends the call, and the third call the order: action-required. LookupError for an unknown order,
        ValueError for one that nobody is called for.
        """
        order = self.all.known(sid)
        if order.status != "pending-verification" or order.code is None:
            raise ValueError("sid: expected an order whose number is called")
        if code == order.code:
            self.move(order, "verified")
            return True
        self._missed(order)
        return False

    def reject(
        self, number: str, reason: str = "The carrier refuses", *, action_required: bool = False
    ) -> None:
        """Reject a number (E.164): its order fails at once, or a later order of it after the signature.

        ``action_required``: the status is ``action-required`` instead of ``failed``.
        """
        status = "action-required" if action_required else "failed"
        fate = Fate("carrier-processing", status, reason, "CONTACT_SUPPORT")
        order = self.open_order(number)
        if order is None:
            self._fates[number] = fate
        else:
            self._meet(order, fate)

    # for the routes

    def find(self, sid: str) -> Order | None:
        """The order of that SID."""
        return self.all.get(sid)

    def open_order(self, number: str) -> Order | None:
        """The order of a number that is under way, or waits for somebody."""
        order = self._newest.get(number)
        return order if order is not None and order.status in OPEN else None

    def add(self, order: Order, settings: Mapping[str, str] | None = None) -> Order:
        """Take an order in, and put its number into the account. ``settings``: fields of the number."""
        self.all.add(order)
        if order.status != "failed":
            self._newest[order.phone_number] = order
            # Its calls stay with its carrier.
            capabilities = Capabilities(voice=False, sms=order.sms, mms=order.sms)
            number = self._inventory.put(
                order.account_sid, order.phone_number, origin="hosted", capabilities=capabilities
            )
            for name, value in (settings or {}).items():
                setattr(number, name, value)
            order.incoming_phone_number_sid = number.sid
        return order

    def remove(self, order: Order) -> None:
        """Forget an order, and take its number from the account."""
        self._release(order)
        self.all.remove(order)
        del self._newest[order.phone_number]

    def call(self, order: Order) -> None:
        """Call the number of an order, with a code that was not said before."""
        order.attempts += 1
        order.code = f"{(int(order.phone_number[-6:]) + order.attempts) % 1_000_000:06}"
        order.call_sids = [*order.call_sids, self._state.new_sid("CA")]
        self.move(order, "pending-verification")

    def process(self, bulk: Bulk) -> None:
        """Process a bulk request."""
        bulk.completed = self._state.now()
        signers: dict[tuple[str, str, str], list[Order]] = {}
        for order in bulk.orders:
            if order.status == "twilio-processing":
                self.move(order, "received")
                signer = order.address_sid, order.email, order.contact_phone_number
                signers.setdefault(signer, []).append(order)
        for (address_sid, email, _), orders in signers.items() if self.bulk_letters else ():
            self.letters.send(bulk.account_sid, orders, address_sid, email, [])

    def move(self, order: Order, status: str) -> None:
        """Give an order another status, and see to its next step."""
        order.status = status
        order.updated = self._state.now()
        if self._pace is not None and status in BY_ITSELF:
            calls = order.attempts

            def step() -> None:
                if (order.status, order.attempts) == (status, calls):
                    self._step(order)

            self._state.schedule(self._pace, step)

    # inside

    def _step(self, order: Order) -> None:
        fate = self._fates.get(order.phone_number) or fate_of(order.phone_number)
        if order.status == "received":
            self.call(order)
        elif order.status == "pending-loa":
            if order.letter is not None:
                self.letters.sign(order.letter.sid)
        elif fate is not None and fate.at == order.status == "pending-verification":
            self._missed(order)
        elif fate is not None and fate.at == order.status:
            self._meet(order, fate)
        elif order.status in NEXT:
            self.move(order, NEXT[order.status])

    def _missed(self, order: Order) -> None:
        """End a call without the right code."""
        order.code = None
        if order.attempts >= MOST_CALLS:
            self._meet(order, Fate("", "action-required", "The code was not typed", "CONTACT_SUPPORT"))

    def _meet(self, order: Order, fate: Fate) -> None:
        order.failure_reason, order.next_step = fate.reason, fate.next_step
        if fate.status == "failed":
            self._release(order)
        self.move(order, fate.status)

    def _release(self, order: Order) -> None:
        sid, order.incoming_phone_number_sid = order.incoming_phone_number_sid, None
        number = self._inventory.all.find(order.account_sid, sid or "")
        if number is not None:
            self._inventory.remove(number)


class AuthorizationDocuments:
    """Keeps the letters. They are signed by a test, or by themselves after ``pace`` seconds."""

    def __init__(self, state: SandboxState, orders: HostedNumberOrders, *, pace: float | None) -> None:
        self._state = state
        self._orders = orders
        self._pace = pace
        self.all: Shelf[Letter] = Shelf()

    # for tests

    @property
    def sids(self) -> tuple[str, ...]:
        """The SIDs (``PX...``) of every letter, the oldest first."""
        return self.all.sids

    def sign(self, sid: str | None = None) -> int:
        """Sign a letter (``PX...``), or all that wait for it. Returns how many. LookupError for an unknown one."""
        return sum(self.end(letter, "signed") for letter in self.all.chosen(sid))

    def fail(self, sid: str | None = None) -> int:
        """Let a letter (``PX...``) fail, or all that wait: their orders are action-required. Returns how many."""
        return sum(self.end(letter, "failed") for letter in self.all.chosen(sid))

    # for the routes

    def send(
        self, account_sid: str, orders: Iterable[Order], address_sid: str, email: str, cc_emails: list[str]
    ) -> Letter:
        """Send a letter for orders, which wait for its signature then."""
        now = self._state.now()
        letter = Letter(
            sid=self._state.new_sid("PX"),
            account_sid=account_sid,
            address_sid=address_sid,
            email=email,
            cc_emails=cc_emails,
            orders=list(orders),
            created=now,
            updated=now,
        )
        self.all.add(letter)
        for order in letter.orders:
            order.letter, order.failure_reason, order.next_step = letter, "", None
            self._orders.move(order, "pending-loa")
        if self._pace is not None:
            self._state.schedule(self._pace, lambda: self.end(letter, "signed"))
        return letter

    def end(self, letter: Letter, status: str) -> bool:
        """Sign, cancel or fail a letter that waits, and move its orders. False for one that has ended."""
        if letter.status != "signing":
            return False
        letter.status, letter.updated = status, self._state.now()
        for order in letter.orders:
            if order.letter is not letter or order.status != "pending-loa":
                continue
            if status == "signed":
                self._orders.move(order, "carrier-processing")
            elif status == "canceled":
                order.letter = None
                self._orders.move(order, "verified")
            else:
                order.failure_reason = "The letter was not signed"
                order.next_step = "CREATE_AUTHORIZATION_DOCUMENT"
                self._orders.move(order, "action-required")
        return True
