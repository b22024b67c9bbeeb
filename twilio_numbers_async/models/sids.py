"""SIDs: what they look like."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from ..errors import invalid


@cache
def _sid_matcher(prefix: str) -> Callable[[str], object]:
    return re.compile(prefix + "[0-9a-fA-F]{32}").fullmatch


def check_sid(value: str, prefix: str, argument: str) -> str:
    """Give back a SID that is one: its two letters and 32 hexadecimal digits.

    Raises InvalidArgumentError that names ``argument`` otherwise.
    """
    if not is_sid(value, prefix):
        raise invalid(argument, f"must be a SID of 34 characters: {prefix} and 32 hexadecimal digits")
    return value


def is_sid(value: object, prefix: str) -> bool:
    """True for a SID with these two letters in front."""
    return isinstance(value, str) and _sid_matcher(prefix)(value) is not None
