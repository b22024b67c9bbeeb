"""Numbers of an account by either of their names, the SID or the phone number, each dealt with once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from ...errors import invalid
from ...models.sids import check_sid
from ...phone import checked_e164

__all__ = ["EachOnce", "is_sid", "named"]

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

_means_a_sid = re.compile(r"(?i:PN)|[A-Z]{2}[0-9a-fA-F]").match


def is_sid(number: str) -> bool:
    """True for a name from ``named`` that is a SID."""
    return number[:1] != "+"


def named(number: str) -> str:
    """The SID (``PN...``) as given, or the phone number as E.164. Raises InvalidArgumentError for what is neither."""
    if not isinstance(number, str) or _means_a_sid(number):  # pyright: ignore[reportUnnecessaryIsInstance]
        return check_sid(number, "PN", "sid")
    if not any(map(str.isdecimal, number)):
        raise invalid(
            "sid", "must be a SID (PN and 32 hexadecimal digits) or a phone number such as +14155550100"
        )
    return checked_e164(number, "phone_number")


class EachOnce(Generic[K, T]):
    """Does one thing to each number once, by whatever name it comes.

    It remembers a key for each number that it was called for, not what became of it.
    """

    def __init__(self) -> None:
        self._under_way: dict[K, asyncio.Future[None]] = {}
        self._ended: dict[K, Exception | None] = {}

    async def __call__(self, key: K, do: Callable[[], Awaitable[T]], look: Callable[[], Awaitable[T]]) -> T:
        """Return what ``do`` gives; if this key was done before, what ``look`` gives. A failure is raised again."""
        while key not in self._ended:
            under_way = self._under_way.get(key)
            if under_way is None:
                return await self._do(key, do)
            await asyncio.wait([under_way])
        failure = self._ended[key]
        if failure is not None:
            raise failure
        return await look()

    async def _do(self, key: K, do: Callable[[], Awaitable[T]]) -> T:
        self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            result = await do()
        except Exception as error:
            self._ended[key] = error
            raise
        else:
            self._ended[key] = None
            return result
        finally:  # cancelled, it was not done: the next one does it
            self._under_way.pop(key).set_result(None)
