"""Masking of phone numbers: the last four digits stay."""

from __future__ import annotations

import re

__all__ = ["mask_number", "mask_text"]

_SHOWN = 4
_DIGIT = re.compile(r"\d")
# Seven digits or more with what people put between them.
_NUMBER = re.compile(r"\+?\d(?:[\s().\-/\u00a0\u2010-\u2015]{0,3}\d){6,}")


def mask_number(number: str) -> str:
    """The number with every digit but the last four as a dot: ``+•••••••0100``."""
    hidden = len(_DIGIT.findall(number)) - _SHOWN
    return _DIGIT.sub("•", number, count=hidden) if hidden > 0 else number


def mask_text(text: str) -> str:
    """The text with everything that looks like a phone number masked."""
    return _NUMBER.sub(lambda match: mask_number(match.group()), text)
