"""Checks of values for forms and filters. Each returns the value that is sent, or None.

All raise InvalidArgumentError that names the argument, before anything is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from ..errors import InvalidArgumentError, invalid
from ..models.base import OpenEnum
from ..models.sids import check_sid
from ..models.validate import is_email, is_web_address
from ..phone import checked_country
from ..transport.request import Value
from .api_2010.phone_numbers import flag, text
from .base import enum_value

__all__ = [
    "checked_email",
    "checked_emails",
    "checked_iso_country",
    "choice",
    "named",
    "optional",
    "optional_sid",
    "required",
    "some_of",
    "switch",
    "web_address",
]


def required(value: object, argument: str) -> str:
    """Text that must not be empty."""
    if not text(value, argument).strip():
        raise invalid(argument, "must not be empty")
    return cast("str", value)


def optional(value: object, argument: str) -> str | None:
    """Text; ``""`` clears a field."""
    return None if value is None else text(value, argument)


def named(value: object, argument: str) -> str | None:
    """Text that must not be empty where it is given: a filter, or a field that cannot be cleared."""
    return None if value is None else required(value, argument)


def checked_email(value: object, argument: str) -> str | None:
    """An e-mail address."""
    if value is not None and not is_email(required(value, argument)):
        raise invalid(argument, "must be an e-mail address, such as name@example.com")
    return cast("str | None", value)


def checked_emails(value: str | Iterable[str] | None, argument: str) -> list[str] | None:
    """E-mail addresses, or a single one; an error names the place."""
    if value is None:
        return None
    if not isinstance(value, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise invalid(argument, "must be e-mail addresses")
    given = [value] if isinstance(value, str) else list(value)
    return [
        checked_email(required(each, f"{argument}[{position}]"), f"{argument}[{position}]") or ""
        for position, each in enumerate(given)
    ]


def web_address(value: object, argument: str) -> str | None:
    """A complete http or https URL; ``""`` clears a field."""
    url = optional(value, argument)
    if url and not is_web_address(url):
        raise invalid(argument, "must be a complete URL that starts with https:// or http://")
    return url


def switch(value: object, argument: str) -> bool | None:
    """True or False."""
    return None if value is None else flag(value, argument)


def choice(kind: type[OpenEnum], value: object, argument: str) -> str | None:
    """One of the known values of an enum, in any spelling."""
    return None if value is None else enum_value(kind, cast("str", value), argument).value


def optional_sid(value: str | None, prefix: str, argument: str) -> str | None:
    """A SID that begins so."""
    return None if value is None else check_sid(value, prefix, argument)


def checked_iso_country(country: str | None, argument: str = "iso_country") -> str | None:
    """The country in capitals. It has to exist."""
    try:
        return checked_country(country)
    except InvalidArgumentError as error:
        error.args = (str(error).replace("country", argument, 1),)
        error.argument = argument
        raise


def some_of(form: Mapping[str, Value]) -> Mapping[str, Value]:
    """The form of an update, which must have something in it."""
    if all(value is None for value in form.values()):
        raise InvalidArgumentError("There is nothing to update: give at least one option", argument="options")
    return form
