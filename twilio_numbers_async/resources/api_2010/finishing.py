"""Putting numbers to work once they are in the account: waiting for them, setting options, attaching them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, cast

from ...errors import (
    ConfigurationError,
    InvalidArgumentError,
    NotFoundError,
    RequestTimeoutError,
    TwilioNumbersError,
    invalid,
)
from ...models import IncomingPhoneNumber
from ...models.sids import check_sid
from ...work.time import Time

__all__ = ["Arrivals", "Attachments", "Owners", "checked_options"]

_FEW = 20
"""Numbers that are looked for one by one; for more the whole account is listed."""


class Attachments(NamedTuple):
    """The messaging service (``MG...``) and the trunk (``TK...``) that numbers are attached to."""

    messaging_service_sid: str | None
    trunk_sid: str | None

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise InvalidArgumentError for a SID of the wrong kind, and where there is nothing to do."""
        if self.messaging_service_sid is not None:
            check_sid(self.messaging_service_sid, "MG", "messaging_service_sid")
        if self.trunk_sid is not None:
            check_sid(self.trunk_sid, "TK", "trunk_sid")
        if (options.get("trunk_sid") or None) not in {None, self.trunk_sid}:
            raise InvalidArgumentError(
                "options.trunk_sid must be left out: give the trunk as the argument trunk_sid",
                argument="options",
            )
        if all(value is None for value in options.values()) and self == (None, None):
            raise InvalidArgumentError(
                "There is nothing to finish: give options, messaging_service_sid or trunk_sid",
                argument="options",
            )


def checked_options(options: object) -> Mapping[str, Any]:
    """The options of ``finish``. Raises InvalidArgumentError for what are none."""
    if options is not None and not isinstance(options, Mapping):
        raise invalid("options", "must be a dict, such as {'voice_url': 'https://...'}")
    return cast("Mapping[str, Any]", options or {})


class Owners:
    """Looks once, before anything is changed, that the messaging service and the trunk are there.

    ``looks`` has one call for each; it raises NotFoundError.
    """

    def __init__(self, looks: Mapping[str, Callable[[], Awaitable[object]]]) -> None:
        self._left = dict(looks)
        self._lock = asyncio.Lock()

    async def check(self) -> None:
        """Raise ConfigurationError for what is not there."""
        async with self._lock:
            for argument, look in list(self._left.items()):
                try:
                    await look()
                except NotFoundError as error:
                    raise ConfigurationError(f"{argument}: the account has none with this SID") from error
                del self._left[argument]


class Arrivals:
    """Waits for numbers to come into an account. One of the calls that wait looks for all of them.

    ``get`` fetches a number by its SID or phone number, or raises NotFoundError; ``all_numbers`` lists the account.
    ``timeout`` and ``interval`` are seconds.
    """

    def __init__(
        self,
        get: Callable[[str], Awaitable[IncomingPhoneNumber]],
        all_numbers: Callable[[], Awaitable[list[IncomingPhoneNumber]]],
        *,
        timeout: float | None,
        interval: float,
        time: Time,
    ) -> None:
        self._get = get
        self._all = all_numbers
        self._timeout = timeout
        self._interval = interval
        self._time = time
        self._waiting: dict[str, IncomingPhoneNumber | TwilioNumbersError | None] = {}
        self._looking: asyncio.Future[None] | None = None

    async def wait(self, name: str) -> IncomingPhoneNumber:
        """The number, once the account has it. Raises RequestTimeoutError."""
        with suppress(NotFoundError):
            return await self._get(name)
        end = None if self._timeout is None else self._time.clock() + self._timeout
        self._waiting[name] = None
        try:
            while True:
                left = self._interval if end is None else min(self._interval, end - self._time.clock())
                if left <= 0:
                    raise RequestTimeoutError(
                        f"The number is not in the account after {self._timeout:g} s",
                        may_have_been_processed=False,
                    )
                await self._look(left)
                found = self._waiting[name]
                if isinstance(found, TwilioNumbersError):
                    raise found
                if found is not None:
                    return found
        finally:
            del self._waiting[name]

    async def _look(self, pause: float) -> None:
        """Look after a pause, or wait for the call that does so already."""
        if self._looking is not None:
            await asyncio.wait([self._looking])
            return
        self._looking = asyncio.get_running_loop().create_future()
        try:
            await self._time.sleep(pause)
            found = await self._found()
        finally:  # cancelled or failed: another one of the calls goes on
            self._looking.set_result(None)
            self._looking = None
        for number in found:
            for name in (number.sid, number.phone_number):
                if name in self._waiting:
                    self._waiting[name] = number

    async def _found(self) -> Iterable[IncomingPhoneNumber]:
        names = [name for name, number in self._waiting.items() if number is None]
        try:
            if len(names) > _FEW:
                return await self._all()
        except TwilioNumbersError as error:
            if not error.is_transient:
                raise
            return []  # the next look may see them
        found: list[IncomingPhoneNumber] = []
        for name in names:
            try:
                found.append(await self._get(name))
            except NotFoundError:
                continue
            except TwilioNumbersError as error:
                if error.is_transient:
                    break
                if name in self._waiting:
                    self._waiting[name] = error  # it is this number's, and not that of who looks
        return found
