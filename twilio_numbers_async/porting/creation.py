"""Creates the port-ins of a plan, each once, whatever happens in between."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import Callable

from ..errors import InvalidArgumentError, TwilioNumbersError, invalid
from ..models import PortIn, PortInCreate
from ..sweep import Journal, stops_all
from ..sweep.rows import columns_of
from ..work.outcome import CreationOutcome
from ..work.plan import check_ready
from ..work.steps import path_of
from ..work.time import Time
from .calls import PortInCalls
from .journal import PortInJournal, key_of
from .plan import PortInPlan
from .settling import Settling

__all__ = ["PortInOutcome", "create_all", "created_numbers"]

_COLUMNS = columns_of(PortIn)


class PortInOutcome(CreationOutcome[PortIn], frozen=True):
    """The outcome of one request of a plan: ``input`` is the PortInCreate, ``result`` the PortIn."""


async def create_all(
    port_ins: PortInCalls,
    plan: PortInPlan,
    *,
    journal: Journal | str | os.PathLike[str] | None,
    settle_within: float,
    time: Time,
    account_sid: str,
) -> list[PortInOutcome]:
    """See ``port_ins.create_all``."""
    if not isinstance(plan, PortInPlan):
        raise invalid("plan", "must be a PortInPlan, of plan_port_ins")
    check_ready(plan.errors, "error")
    path = path_of(journal)
    settling = Settling(port_ins, within=settle_within, time=time)
    async with PortInJournal(path, account_sid) as kept:
        creation = _Creation(port_ins, kept, settling, time.now)
        await creation.settle_earlier()
        return await creation.run(plan)


async def created_numbers(
    port_ins: PortInCalls,
    *,
    journal: Journal | str | os.PathLike[str],
    settle_within: float,
    time: Time,
    account_sid: str,
) -> dict[str, str]:
    """See ``port_ins.created_numbers``."""
    path = path_of(journal)
    if path is None or not await asyncio.to_thread(os.path.exists, path):
        return {}
    settling = Settling(port_ins, within=settle_within, time=time)
    async with PortInJournal(path, account_sid) as kept:
        creation = _Creation(port_ins, kept, settling, time.now)
        await creation.settle_earlier()
        return creation.numbers()


class _Creation:
    """One run over a plan."""

    def __init__(
        self,
        port_ins: PortInCalls,
        journal: PortInJournal,
        settling: Settling,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._port_ins = port_ins
        self._journal = journal
        self._settling = settling
        self._now = now
        self._created: dict[str, PortIn] = {}
        self._numbers: dict[str, str] = {}  # each number that is taken, and by the request of which key
        self._unclear: dict[str, str] = {}  # keys of earlier requests, and the port-ins that may be theirs
        self._begun = False

    async def settle_earlier(self) -> None:
        """Find out what became of the requests that an earlier run sent without an answer."""
        for key, numbers, port_in in await self._journal.created():
            self._created[key] = port_in
            self._numbers.update(dict.fromkeys(numbers, key))
        await self._settle(patient=False)
        for intent in await self._journal.unsettled():
            candidate = self._settling.candidate(intent)
            if candidate is None:
                await self._journal.forget(intent.key)  # it was not created: now it can be sent again
            else:
                self._unclear[intent.key] = candidate
                self._numbers.update(dict.fromkeys(intent.numbers, intent.key))

    def numbers(self) -> dict[str, str]:
        """The port-in that each number is in, or may be in."""
        sids = {key: port_in.port_in_request_sid or "" for key, port_in in self._created.items()}
        return {number: (sids | self._unclear)[key] for number, key in self._numbers.items()}

    async def run(self, plan: PortInPlan) -> list[PortInOutcome]:
        """Create the requests one after another, so that a failure is known before the next request. One outcome a
        request.
        """
        before = dict(self._created)
        outcomes: list[PortInOutcome] = []
        stopped: TwilioNumbersError | None = None
        for index, request in enumerate(plan.requests):
            key = key_of(request, plan.replaces)
            if key in before:
                outcome = self._outcome(index, request, result=before[key], from_journal=True)
            elif stopped is not None:
                outcome = self._outcome(index, request, error=stopped)
            else:
                outcome = await self._create(index, request, key, plan.replaces)
                if isinstance(outcome.error, TwilioNumbersError) and stops_all(outcome.error):
                    stopped = outcome.error
            outcomes.append(outcome)
        # Unknown ones are looked up at the end and at once: the others need not wait for it.
        await self._settle(patient=True)
        return [self._outcome_now(outcome, plan.replaces) for outcome in outcomes]

    async def _create(
        self, index: int, request: PortInCreate, key: str, replaces: str | None
    ) -> PortInOutcome:
        numbers = [entry.phone_number for entry in request.phone_numbers]
        if key in self._unclear:
            return self._outcome(index, request, error=self._undecided(index, key), is_unknown=True)
        holder = next((key for key in map(self._numbers.get, numbers) if self._holds(key, replaces)), None)
        if holder is not None:
            return self._outcome(index, request, error=self._taken(index, holder))
        if not self._begun:
            since = self._settling.since()
            await self._journal.begin(since, await self._settling.there(since))
            self._begun = True
        await self._journal.intend(key, numbers, self._now())
        try:
            port_in = await self._port_ins.create(request)
        except TwilioNumbersError as error:
            unknown = error.may_have_been_processed
            if unknown:
                await self._journal.lose(key, self._now())
                self._numbers.update(dict.fromkeys(numbers, key))
            else:
                await self._journal.forget(key)
            return self._outcome(index, request, error=error, is_unknown=unknown)
        except asyncio.CancelledError:
            await self._journal.lose(key, self._now())
            raise
        self._numbers.update(dict.fromkeys(numbers, key))
        await self._keep(key, port_in)
        return self._outcome(index, request, result=port_in)

    def _holds(self, key: str | None, replaces: str | None) -> bool:
        """True for a request that has numbers, unless it is the one that is replaced."""
        if key is None:
            return False
        created = self._created.get(key)
        return replaces is None or created is None or created.port_in_request_sid != replaces

    def _taken(self, index: int, key: str) -> InvalidArgumentError:
        holder = self._created.get(key)
        where = f"the port-in {holder.port_in_request_sid}" if holder else "a request whose fate is unknown"
        return invalid(
            f"plan.requests[{index}]", f"has numbers that are in {where} already: plan without them"
        )

    def _undecided(self, index: int, key: str) -> InvalidArgumentError:
        error = invalid(
            f"plan.requests[{index}]",
            f"was sent by an earlier run and may be the port-in {self._unclear[key]}, whose answer does not"
            " say its numbers. It was not sent again: look at that port-in",
        )
        error.may_have_been_processed = True
        return error

    async def _settle(self, *, patient: bool) -> None:
        intents = await self._journal.unsettled()
        if not intents:
            return
        known = {port_in.port_in_request_sid for port_in in self._created.values()}
        for key, port_in in (await self._settling.find(intents, known, patient=patient)).items():
            await self._keep(key, port_in)

    async def _keep(self, key: str, port_in: PortIn) -> None:
        await self._journal.record(key, port_in)
        self._created[key] = port_in

    def _outcome_now(self, outcome: PortInOutcome, replaces: str | None) -> PortInOutcome:
        found = self._created.get(key_of(outcome.input, replaces)) if outcome.is_unknown else None
        return outcome if found is None else self._outcome(outcome.index, outcome.input, result=found)

    def _outcome(
        self,
        index: int,
        request: PortInCreate,
        *,
        result: PortIn | None = None,
        error: TwilioNumbersError | None = None,
        from_journal: bool = False,
        is_unknown: bool = False,
    ) -> PortInOutcome:
        return PortInOutcome(
            index, request, None, result, error, from_journal, self._now(), _COLUMNS, is_unknown=is_unknown
        )
