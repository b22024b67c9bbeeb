"""The numbers an account has: one at a time, or thousands at once."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias, cast

from ...errors import InvalidArgumentError, NotFoundError, invalid
from ...models import IncomingPhoneNumber
from ...sweep import Journal, Sweep
from ...transport.caller import Caller
from ...transport.request import form_body
from ...work.time import check_seconds
from ..messaging_v1.services import MessagingServicesResource
from ..sweep_factory import SweepFactory
from ..trunking_v1.trunks import TrunksResource
from .finishing import Arrivals, Attachments, Owners, checked_options
from .incoming_phone_number_calls import DELETE, FETCH, UPDATE, IncomingPhoneNumberCalls
from .incoming_phone_number_options import Changes, IncomingPhoneNumberOptions, option_parameters
from .number_names import EachOnce, is_sid, named
from .phone_numbers import MAX_PAGE_SIZE

__all__ = ["Change", "IncomingPhoneNumbersResource"]

Change: TypeAlias = tuple[str, IncomingPhoneNumberOptions]
"""A change for ``update_many``: the number (``PN...`` or ``+1...``) and what to set."""


_WAITED_FOR = 10_000
"""Numbers that ``finish`` waits for at once."""


class IncomingPhoneNumbersResource(IncomingPhoneNumberCalls):
    """``twilio.incoming_phone_numbers``.

    ``account_sid`` (``AC...``) of each call is the account that has the numbers: the client's own by default, or a
    subaccount of it.

    The calls over many numbers take a number by its SID (``PN...``) or as a phone number with its country code
    (``+14155550100``), which is then looked up in the account, one request more each. A number that is named in both
    ways is dealt with once.
    """

    def __init__(self, caller: Caller, account_sid: str, sweep_factory: SweepFactory) -> None:
        super().__init__(caller, account_sid)
        self._sweep_factory = sweep_factory

    def update_many(
        self,
        changes: Iterable[Change] | AsyncIterable[Change] | Mapping[str, IncomingPhoneNumberOptions],
        *,
        account_sid: str | None = None,
        ordered: bool = False,
        journal: Journal | str | os.PathLike[str] | None = None,
    ) -> Sweep[IncomingPhoneNumber]:
        """Carry out many changes, as many at once as the account allows: one Outcome for each, as they finish.

        A change is a number (``PN...`` or ``+1...``) and what to set: ``("PN...", {"voice_url": "https://..."})``; a
        dict of them will do too. One that cannot be sent, or failed, is an outcome too; so is a number that the account
        does not have (NotFoundError), and a change that sets a field to something else than an earlier one does. Where
        an answer does not confirm a change, the number is fetched: one that shows it was updated. ``journal`` keeps the
        outcomes, so that the work can go on after a stop.

        Use ``async with ...update_many(changes) as outcomes: async for outcome in outcomes: ...``.
        Raises AuthenticationError or PermissionDeniedError after the finished outcomes: every call would fail.
        Source: UpdateIncomingPhoneNumber.
        """
        account, bulk = self._account(account_sid), self._in_bulk()
        known, once = Changes(), EachOnce[tuple[str, str], IncomingPhoneNumber]()

        async def update(change: tuple[str, str]) -> IncomingPhoneNumber:
            number, form = change
            sid = await bulk._sid_of(number, account)
            if sid != number:
                known.claim(sid, form)
            return await once(
                (sid, form),
                lambda: bulk._update(account, sid, form),
                lambda: bulk._caller.call(FETCH, account, sid),
            )

        return self._sweep_factory.start(
            update,
            cast("Iterable[Change]", changes.items()) if isinstance(changes, Mapping) else changes,
            key=lambda change: known.key(*_pair(change)),
            phone_number=lambda change: None if is_sid(change[0]) else change[0],
            ordered=ordered,
            journal=journal,
            result_type=IncomingPhoneNumber,
            options={"operation": UPDATE.operation, "account_sid": account},
        )

    def finish(
        self,
        numbers: Iterable[str] | AsyncIterable[str],
        *,
        options: IncomingPhoneNumberOptions | None = None,
        messaging_service_sid: str | None = None,
        trunk_sid: str | None = None,
        timeout: float | None = None,
        interval: float = 60.0,
        account_sid: str | None = None,
        ordered: bool = False,
        journal: Journal | str | os.PathLike[str] | None = None,
    ) -> Sweep[IncomingPhoneNumber]:
        """Put numbers to work once the account has them: the step after a port or a hosted order is completed.

        Each number (``+1...`` or ``PN...``) is waited for, then its ``options`` are set, as ``update`` does, then it is
        added to the messaging service ``messaging_service_sid`` (``MG...``) and to the SIP trunk ``trunk_sid``
        (``TK...``). There is one Outcome for each, as they finish; its ``result`` is the number at the end. To do it
        again changes nothing. ``journal`` keeps the outcomes, so that the work can go on after a stop.

        ``timeout`` is the seconds that each number is waited for (None: as long as it takes). A number that is not
        there by then is an outcome with a RequestTimeoutError; the next run with the journal waits for it again.
        ``interval`` is the seconds between two looks at the account, which look for all that are waited for. A number
        of another messaging service is an outcome with a ConflictError; the next run tries it again. Up to 10,000
        numbers are waited for at once. Use it as ``update_many``.

        Raises InvalidArgumentError for options that cannot be set, a SID of the wrong kind, and where there is nothing
        to do. A service or trunk that the account does not have ends the sweep with a ConfigurationError, before
        anything is changed. Source: ListIncomingPhoneNumber, UpdateIncomingPhoneNumber, CreatePhoneNumber (Messaging,
        Trunking).
        """
        attachments, given = Attachments(messaging_service_sid, trunk_sid), checked_options(options)
        form = form_body(option_parameters(given)).decode()
        attachments.check(given)
        if timeout is not None:
            check_seconds(timeout, "timeout")
        check_seconds(interval, "interval", zero=False)
        account = self._account(account_sid)
        if account != self._account(None) and attachments != (None, None):
            raise invalid(
                "account_sid",
                "must be the client's own account where numbers are attached: use a client of that account",
            )
        bulk, once = self._in_bulk(), EachOnce[str, IncomingPhoneNumber]()
        arrivals = Arrivals(
            lambda name: bulk._get(name, account),
            lambda: bulk.list(page_size=MAX_PAGE_SIZE, account_sid=account).collect(),
            timeout=timeout,
            interval=interval,
            time=self._time(),
        )
        owners = Owners(bulk._looks(attachments))

        async def finish(name: str) -> IncomingPhoneNumber:
            await owners.check()
            sid = (await arrivals.wait(name)).sid or name
            return await once(
                sid,
                lambda: bulk._put_to_work(account, sid, form, attachments),
                lambda: bulk._caller.call(FETCH, account, sid),
            )

        return self._sweep_factory.start(
            finish,
            numbers,
            key=named,
            phone_number=lambda name: None if is_sid(name) else name,
            ordered=ordered,
            journal=journal,
            result_type=IncomingPhoneNumber,
            options={"operation": "finish", "account_sid": account, "options": form, **attachments._asdict()},
            width=lambda _: _WAITED_FOR,  # those that wait ask nothing; the gate bounds the others
        )

    def _looks(self, attachments: Attachments) -> dict[str, Callable[[], Awaitable[object]]]:
        looks: dict[str, Callable[[], Awaitable[object]]] = {}
        service, trunk = attachments
        if service is not None:
            services = MessagingServicesResource(self._caller)
            looks["messaging_service_sid"] = lambda: services.phone_numbers(service, limit=1).collect()
        if trunk is not None:
            trunks = TrunksResource(self._caller)
            looks["trunk_sid"] = lambda: trunks.phone_numbers(trunk, limit=1).collect()
        return looks

    async def _put_to_work(
        self, account: str, sid: str, form: str, attachments: Attachments
    ) -> IncomingPhoneNumber:
        number = await self._update(account, sid, form) if form else None
        if attachments.messaging_service_sid is not None:
            await MessagingServicesResource(self._caller).add(attachments.messaging_service_sid, sid)
        if attachments.trunk_sid is not None:
            await TrunksResource(self._caller).add(attachments.trunk_sid, sid)
        if number is not None and attachments.trunk_sid is None:  # the trunk is a part of it
            return number
        return await self._caller.call(FETCH, account, sid)

    def transfer_many(
        self,
        numbers: Iterable[str] | AsyncIterable[str],
        to_account_sid: str,
        *,
        address_sid: str | None = None,
        bundle_sid: str | None = None,
        account_sid: str | None = None,
        ordered: bool = False,
        journal: Journal | str | os.PathLike[str] | None = None,
    ) -> Sweep[IncomingPhoneNumber]:
        """Transfer many numbers (``PN...`` or ``+1...``) as ``transfer`` does, as many at once as the account allows.

        There is one Outcome for each, as they finish; a failed one is an outcome too. ``journal`` keeps the outcomes,
        so that the work can go on after a stop. Use it as ``update_many``. Source: UpdateIncomingPhoneNumber.
        """
        form = self._transfer_form(to_account_sid, address_sid, bundle_sid, account_sid)
        account, bulk = self._account(account_sid), self._in_bulk()
        once = EachOnce[str, IncomingPhoneNumber]()

        async def transfer(number: str) -> IncomingPhoneNumber:
            try:
                sid = await bulk._sid_of(number, account)
            except NotFoundError:
                with suppress(NotFoundError):  # it may have been moved before
                    return await bulk.find(number, account_sid=to_account_sid)
                raise
            return await once(
                sid,
                lambda: bulk._transfer(sid, account, form),
                lambda: bulk._caller.call(FETCH, to_account_sid, sid),
            )

        return self._sweep_factory.start(
            transfer,
            numbers,
            key=named,
            ordered=ordered,
            journal=journal,
            result_type=IncomingPhoneNumber,
            options={"operation": "transfer", "account_sid": account, **form},
        )

    def delete_many(
        self,
        numbers: Iterable[str] | AsyncIterable[str],
        *,
        account_sid: str | None = None,
        ordered: bool = False,
        journal: Journal | str | os.PathLike[str] | None = None,
    ) -> Sweep[IncomingPhoneNumber]:
        """Release many numbers (``PN...`` or ``+1...``) as ``delete`` does: they are gone from the account.

        There is one Outcome for each, as they finish; its ``result`` is the number as it was, which is fetched first.
        One that Twilio keeps (22350), or that the account does not have, is an outcome with an error. ``journal`` keeps
        the outcomes, so that the work can go on after a stop. Use it as ``update_many``.
        Source: DeleteIncomingPhoneNumber, FetchIncomingPhoneNumber.
        """
        account, bulk = self._account(account_sid), self._in_bulk()
        once = EachOnce[str, IncomingPhoneNumber]()
        seen: dict[str, IncomingPhoneNumber] = {}

        async def delete(name: str) -> IncomingPhoneNumber:
            try:
                number = await (bulk.fetch if is_sid(name) else bulk.find)(name, account_sid=account)
            except NotFoundError:
                if name not in seen:
                    raise
                number = seen[name]  # released meanwhile, by its other name
            sid = number.sid or name
            seen[sid] = seen[number.phone_number or sid] = number

            async def release() -> IncomingPhoneNumber:
                await bulk.delete(sid, account_sid=account)
                return number

            return await once(sid, release, lambda: _same(number))

        return self._sweep_factory.start(
            delete,
            numbers,
            key=named,
            ordered=ordered,
            journal=journal,
            result_type=IncomingPhoneNumber,
            options={"operation": DELETE.operation, "account_sid": account},
        )

    async def _get(self, name: str, account: str) -> IncomingPhoneNumber:
        """The number that is named in either way. Raises NotFoundError."""
        if is_sid(name):
            return await self._caller.call(FETCH, account, name)
        return await self.find(name, account_sid=account)

    async def _sid_of(self, number: str, account: str) -> str:
        """The SID of a number that is named in either way. Raises NotFoundError."""
        return number if is_sid(number) else (await self.find(number, account_sid=account)).sid or ""


async def _same(number: IncomingPhoneNumber) -> IncomingPhoneNumber:
    """Return the number as it was: it is gone and cannot be fetched again."""
    return number


def _pair(change: Any) -> tuple[str, Mapping[str, object]]:
    if not isinstance(change, tuple | list) or len(cast("tuple[Any, ...]", change)) != 2:
        raise InvalidArgumentError("A change must be a pair: a number and its options", argument="changes")
    number, options = cast("tuple[Any, Any]", change)
    if not isinstance(options, Mapping):
        raise InvalidArgumentError("The options of a change must be a dict", argument="options")
    return named(number), cast("Mapping[str, object]", options)
