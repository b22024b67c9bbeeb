"""Settling orders whose answer was lost, or is a success but confirms nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from ...errors import DecodeError, TwilioNumbersError
from ...models import IncomingPhoneNumber
from ...transport.caller import Caller
from ...transport.endpoint import Endpoint
from .phone_numbers import pascal

__all__ = ["LOOKS", "confirmed", "look", "settled", "settled_update"]

T = TypeVar("T")

LOOKS = (0.0, 0.5, 2.0)
"""Seconds before each look for something that may have been created: a list may lag behind."""


def confirmed(number: IncomingPhoneNumber, endpoint: Endpoint[Any]) -> IncomingPhoneNumber:
    """The answer to an order. Raises DecodeError, ``may_have_been_processed``, where it has no SID."""
    if number.sid:
        return number
    error = DecodeError(
        "The answer has no sid: it confirms nothing",
        path="$.sid",
        method=endpoint.method,
        route=endpoint.path,
    )
    error.may_have_been_processed = True
    raise error


async def look(caller: Caller, find: Callable[[], Awaitable[T | None]]) -> T | None:
    """The first thing that ``find`` gives, at one of a few looks; None where it never shows."""
    for pause in LOOKS:
        await caller.client_state.runtime.sleep(pause)
        try:
            found = await find()
        except TwilioNumbersError:
            continue  # the error that is worth raising is that of the request
        if found is not None:
            return found
    return None


async def settled(caller: Caller, order: Awaitable[T], find: Callable[[], Awaitable[T | None]]) -> T:
    """The answer to an order, or where it was lost what ``find`` finds. Raises what the order raises otherwise."""
    try:
        return await order
    except TwilioNumbersError as error:
        if not error.may_have_been_processed:
            raise
        found = await look(caller, find)
        if found is None:
            raise
        return found


async def settled_update(
    endpoint: Endpoint[Any],
    update: Awaitable[IncomingPhoneNumber],
    fetch: Callable[[], Awaitable[IncomingPhoneNumber]],
    form: str,
) -> IncomingPhoneNumber:
    """The number with its update; it is fetched where the answer confirms nothing.

    Raises what the update raises, where the number does not show all that the form sets.
    """
    try:
        return confirmed(await update, endpoint)
    except DecodeError:
        with suppress(TwilioNumbersError):
            number = await fetch()
            if _shows(number, form):
                return number
        raise


def _shows(number: IncomingPhoneNumber, form: str) -> bool:
    """True if the number has every value of the form."""
    values = {pascal(name): getattr(number, name) for name in number.__struct_fields__}
    return all(_text(values.get(name)) == value for name, value in parse_qsl(form, keep_blank_values=True))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
