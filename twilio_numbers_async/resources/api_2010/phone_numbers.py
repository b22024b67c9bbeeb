"""Common parts of the 2010-04-01 resources: the account of a call, and parameters by their snake_case names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias, TypeVar

from ...errors import InvalidArgumentError, invalid
from ...models.base import OpenEnum
from ...models.sids import check_sid
from ...transport.caller import Caller
from ...transport.request import Value
from ..base import Resource, enum_value

__all__ = [
    "MAX_PAGE_SIZE",
    "AccountResource",
    "Check",
    "area_code",
    "choice",
    "filled",
    "flag",
    "kind_of",
    "parameters",
    "pascal",
    "sid_or_blank",
    "text",
]

MAX_PAGE_SIZE = 1000

T = TypeVar("T")

Check: TypeAlias = Callable[[Any, str], Value]
"""Gives back what is to be sent for a value and its argument's name, or raises InvalidArgumentError."""


class AccountResource(Resource):
    """A resource that belongs to an account: the client's own, or the one that a call names."""

    def __init__(self, caller: Caller, account_sid: str) -> None:
        super().__init__(caller)
        self._account_sid = account_sid

    def _account(self, account_sid: str | None) -> str:
        return self._account_sid if account_sid is None else check_sid(account_sid, "AC", "account_sid")


Kind = TypeVar("Kind", bound="str | None")


def kind_of(kind: Kind, kinds: Collection[str | None]) -> Kind:
    """``kind`` as given. Raises InvalidArgumentError where it is not one of ``kinds``."""
    if not isinstance(kind, str | None) or kind not in kinds:
        known = ", ".join(repr(each) for each in kinds)
        raise invalid("kind", f"must be one of {known}")
    return kind


def parameters(given: Mapping[str, object], checks: Mapping[str, Check], what: str) -> dict[str, Value]:
    """The parameters of a call by Twilio's names. None is not sent.

    Raises InvalidArgumentError for a name that is not in ``checks``, and for a value that its check refuses.
    """
    unknown = sorted(given.keys() - checks.keys())
    if unknown:
        raise InvalidArgumentError(
            f"{unknown[0]!r} is no {what}; there are: {', '.join(checks)}", argument=unknown[0]
        )
    return {pascal(name): checks[name](value, name) for name, value in given.items() if value is not None}


def pascal(name: str) -> str:
    """Twilio's name of an argument: ``voice_url`` is ``VoiceUrl``."""
    return "".join(part.capitalize() for part in name.split("_"))


def text(value: object, argument: str) -> str:
    """Any text; ``""`` clears a field."""
    if not isinstance(value, str):
        raise invalid(argument, f"must be text, not {type(value).__name__}")
    return value


def filled(value: object, argument: str) -> str:
    """Text for a filter: an empty one would be no filter at all."""
    if not text(value, argument).strip():
        raise invalid(argument, "must not be empty: leave it out to filter by something else")
    return text(value, argument)


def flag(value: object, argument: str) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise invalid(argument, "must be True or False")
    return value


def area_code(value: object, argument: str) -> str:
    """Three digits, as text or as a number."""
    digits = "" if isinstance(value, bool) else str(value)
    if len(digits) != 3 or not (digits.isascii() and digits.isdigit()):
        raise invalid(argument, "must be three digits, such as 415")
    return digits


def sid_or_blank(prefix: str) -> Check:
    """A SID that begins so, or ``""`` to clear the field."""
    return lambda value, argument: "" if value == "" else check_sid(value, prefix, argument)


def choice(kind: type[OpenEnum]) -> Check:
    """A known member of an enum, or its plain string."""
    return lambda value, argument: enum_value(kind, value, argument).value
