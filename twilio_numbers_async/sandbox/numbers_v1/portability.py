"""Porting/Portability: checks of numbers for porting, decided by their digits.

Numbers in the sandbox go first: being ported in (22137), or ported in (22131 for the target account, 22136 for another
account of the caller's, 22132 for a stranger's). Any other number is decided by its shape:

=============================================  ========================================================
number                                         answer
=============================================  ========================================================
not E.164                                      HTTP 400, error 22102
``+1`` that is not ``NXX XXX XXXX``            22102 INVALID_PHONE_NUMBER
toll-free (800, 833, 844, 855, 866, 877, 888)  22133 MANUAL_PORTING_AVAILABLE, TOLL-FREE
Japan (+81)                                    portable; MOBILE for 70, 80 and 90, else LOCAL
any other country, Canada too                  22130 UNSUPPORTED
=============================================  ========================================================

A reserved number of the United States, ``+1 NXX 555 01XX``, by its last two digits:

======  =====================================================================================================
00-59   portable, LOCAL
60-69   portable, MOBILE: PIN and account number are required
70-74   22131 ALREADY_IN_THE_TARGET_ACCOUNT
75-77   22132 ALREADY_IN_TWILIO_DIFFERENT_OWNER
78-79   22136 ALREADY_IN_ONE_OF_YOUR_TWILIO_ACCOUNTS
80-84   22130 UNSUPPORTED
85-87   22133 MANUAL_PORTING_AVAILABLE
88-89   22137 PORT_ALREADY_IN_PROGRESS (Twilio documents the code only; the word is this sandbox's)
90      22135 ERROR_INTERNAL_SERVER_ERROR, every time
91      22135 ERROR_INTERNAL_SERVER_ERROR the first time, then portable, LOCAL
92      22102 INVALID_PHONE_NUMBER
93      22171 MISSING_REQUIRED_FIELDS, unless an ``AddressSid`` is given: then portable, LOCAL
94      20003 UNAUTHORIZED
95      portable, UNKNOWN
96-99   portable, LOCAL, and rejected by the losing carrier when they are ported (see ``port_in_state``)
======  =====================================================================================================

Any other number of the United States, such as ``+1 555 NXX XXXX``, by its last three digits, so that a sweep over a
thousand numbers in a row finds 90 % portable and some of each reason:

========  =================================================================================================
000-749   portable, LOCAL
750-899   portable, MOBILE: PIN and account number are required
900-919   22131 ALREADY_IN_THE_TARGET_ACCOUNT
920-939   22132 ALREADY_IN_TWILIO_DIFFERENT_OWNER
940-949   22136 ALREADY_IN_ONE_OF_YOUR_TWILIO_ACCOUNTS
950-969   22130 UNSUPPORTED
970-984   22133 MANUAL_PORTING_AVAILABLE
985-989   22137 PORT_ALREADY_IN_PROGRESS
990       portable, LOCAL; of ten thousand in a row one, 0990, says 22135 the first time
991-994   22102 INVALID_PHONE_NUMBER
995-997   22171 MISSING_REQUIRED_FIELDS, unless an ``AddressSid`` is given
998-999   20003 UNAUTHORIZED
========  =================================================================================================

A ``TargetAccountSid`` that is neither the caller's account nor a subaccount of it makes every number 20003
UNAUTHORIZED. "Not portable" is HTTP 200, as in the specification's example, or ``not_portable_status``: Twilio's pages
name 400 with the same body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise, repeat
from typing import NamedTuple

import msgspec

from ..credentials import Account
from ..errors import invalid_phone_number
from ..faults import encoded
from ..http.strict import AccountSid, AddressSid, Fields, is_e164, query
from ..numbering import TOLL_FREE_CODES, country_of, is_north_american, is_reserved
from ..routing import PUBLIC_HOST, Call, Family, Reply, route
from ..state import Holding, SandboxState

_PATH = "/v1/Porting/Portability/PhoneNumber"
REASONS: Mapping[int, str] = {
    20003: "UNAUTHORIZED",
    22102: "INVALID_PHONE_NUMBER",
    22130: "UNSUPPORTED",
    22131: "ALREADY_IN_THE_TARGET_ACCOUNT",
    22132: "ALREADY_IN_TWILIO_DIFFERENT_OWNER",
    22133: "MANUAL_PORTING_AVAILABLE",
    22135: "ERROR_INTERNAL_SERVER_ERROR",
    22136: "ALREADY_IN_ONE_OF_YOUR_TWILIO_ACCOUNTS",
    22137: "PORT_ALREADY_IN_PROGRESS",
    22171: "MISSING_REQUIRED_FIELDS",
}

SISTER_ACCOUNT_SID = "AC" + "5" * 32
"""The account that holds the numbers which answer 22136 by the tables."""


class Verdict(NamedTuple):
    """The decision about a number. ``code`` is None for a portable one."""

    code: int | None
    number_type: str
    country: str | None
    once: bool = False
    """True: the code is answered the first time only; afterwards the number is portable."""

    @property
    def portable(self) -> bool:
        """True if the number can be ported."""
        return self.code is None

    @property
    def mobile(self) -> bool:
        """True if the losing carrier asks for a PIN and an account number."""
        return self.code is None and self.number_type == "MOBILE"


def _table(*rows: tuple[int, int | None, str]) -> tuple[Verdict, ...]:
    """Rows of (first value, code, number type), each up to the next one's first value."""
    verdicts: list[Verdict] = []
    for (first, code, kind), following in pairwise(rows):
        verdicts += [Verdict(code, kind, "US")] * (following[0] - first)
    return tuple(verdicts)


_RESERVED = _table(
    (0, None, "LOCAL"),
    (60, None, "MOBILE"),
    (70, 22131, "LOCAL"),
    (75, 22132, "LOCAL"),
    (78, 22136, "LOCAL"),
    (80, 22130, "LOCAL"),
    (85, 22133, "LOCAL"),
    (88, 22137, "LOCAL"),
    (90, 22135, "UNKNOWN"),
    (92, 22102, "UNKNOWN"),
    (93, 22171, "LOCAL"),
    (94, 20003, "UNKNOWN"),
    (95, None, "UNKNOWN"),
    (96, None, "LOCAL"),
    (100, None, "LOCAL"),
)
_OTHERS = _table(
    (0, None, "LOCAL"),
    (750, None, "MOBILE"),
    (900, 22131, "LOCAL"),
    (920, 22132, "LOCAL"),
    (940, 22136, "LOCAL"),
    (950, 22130, "LOCAL"),
    (970, 22133, "LOCAL"),
    (985, 22137, "LOCAL"),
    (990, None, "LOCAL"),
    (991, 22102, "UNKNOWN"),
    (995, 22171, "LOCAL"),
    (998, 20003, "UNKNOWN"),
    (1000, None, "LOCAL"),
)
_ONCE = Verdict(22135, "UNKNOWN", "US", once=True)
_PORTABLE = Verdict(None, "LOCAL", "US")


def judge(number: str) -> Verdict:
    """The verdict of the tables on an E.164 number, whatever the sandbox's state."""
    if not number.startswith("+1"):
        if number.startswith("+81"):
            return Verdict(None, "MOBILE" if number[3:5] in {"70", "80", "90"} else "LOCAL", "JP")
        return Verdict(22130, "UNKNOWN", country_of(number))
    if not is_north_american(number):
        return Verdict(22102, "UNKNOWN", None)
    country = country_of(number)
    if number[2:5] in TOLL_FREE_CODES:
        return Verdict(22133, "TOLL-FREE", country)
    if country != "US":
        return Verdict(22130, "LOCAL", country)
    if is_reserved(number):
        return _ONCE if number.endswith("91") else _RESERVED[int(number[-2:])]
    return _ONCE if number.endswith("0990") else _OTHERS[int(number[-3:])]


class PortabilityQuery(Fields):
    target_account_sid: AccountSid | None = None
    address_sid: AddressSid | None = None


_NO_QUERY = PortabilityQuery()


class Portability(Family):
    """The one operation, and the answers that tests have ordered."""

    def __init__(self, state: SandboxState, *, not_portable_status: int) -> None:
        self._state = state
        self._answers: dict[str, Iterator[Reply]] = {}
        self._not_portable_status = not_portable_status
        self._failed_once: set[str] = set()

    def answer(
        self, number: str, body: bytes | Mapping[str, object], *, status: int = 200, times: int | None = None
    ) -> None:
        """Answer the checks of a number (E.164) so, whatever the tables say (``times`` None: always)."""
        if times is not None and times < 1:
            raise ValueError("times: expected 1 or more")
        reply = Reply(status, encoded(body))
        self._answers[number] = repeat(reply) if times is None else repeat(reply, times)

    def forget_answers(self) -> None:
        """Decide every number by the tables again."""
        self._answers.clear()

    @route("FetchPortingPortability", "GET", f"{_PATH}/{{PhoneNumber}}", query=True)
    def _fetch(self, call: Call) -> Reply:
        number = call.params["PhoneNumber"]
        asked = query(call, PortabilityQuery) if call.query else _NO_QUERY
        if not is_e164(number):
            raise invalid_phone_number()
        ordered = next(self._answers.get(number, iter(())), None)
        if ordered is not None:
            return ordered
        target = asked.target_account_sid or call.account.sid
        verdict, holder = self.decide(number, call.account, target, asked.address_sid)
        status = 200 if verdict.code is None else self._not_portable_status
        return Reply(status, msgspec.json.encode(_described(number, verdict, holder)))

    def verdict(self, number: str, caller: Account, target: str) -> Verdict:
        """The verdict on an E.164 number that is asked about more than once."""
        verdict, _ = self.decide(number, caller, target)
        return self.decide(number, caller, target)[0] if verdict.once else verdict

    def decide(
        self, number: str, caller: Account, target: str, address_sid: str | None = None
    ) -> tuple[Verdict, str | None]:
        """The verdict on an E.164 number, and the SID of the caller's account that holds it already."""
        verdict = judge(number)
        if not self._state.accounts.may_act_for(caller, target):
            return verdict._replace(code=20003), None
        holding = self._state.holdings.get(number)
        if holding is not None:
            return self._held(verdict, holding, caller, target)
        if verdict.once:
            if number in self._failed_once:
                return _PORTABLE, None
            self._failed_once.add(number)
        if verdict.code == 22171 and address_sid is not None:
            return _PORTABLE, None
        return verdict, {22131: target, 22136: SISTER_ACCOUNT_SID}.get(verdict.code or 0)

    def _held(
        self, verdict: Verdict, holding: Holding, caller: Account, target: str
    ) -> tuple[Verdict, str | None]:
        holder = holding.account_sid
        if not self._state.accounts.may_act_for(caller, holder):
            return verdict._replace(code=22132), None
        if holding.state == "porting":
            return verdict._replace(code=22137), None
        return verdict._replace(code=22131 if holder == target else 22136), holder


def _described(number: str, verdict: Verdict, holder: str | None) -> dict[str, object]:
    """The resource in the specification's shape."""
    return {
        "phone_number": number,
        "account_sid": holder,
        "portable": verdict.portable,
        "pin_and_account_number_required": verdict.mobile,
        "not_portable_reason": None if verdict.code is None else REASONS[verdict.code],
        "not_portable_reason_code": verdict.code,
        "number_type": verdict.number_type,
        "country": verdict.country,
        "url": f"{PUBLIC_HOST}{_PATH}/{number}",
    }
