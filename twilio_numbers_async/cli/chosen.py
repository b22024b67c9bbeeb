"""What was chosen for the command that runs: the options that all commands have, and what its own are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar

__all__ = ["HEADER", "PROFILE", "WORDS", "chosen_profile", "in_options"]

HEADER: ContextVar[bool] = ContextVar("HEADER", default=True)
"""False: rows for a program have no titles above them (--no-header)."""
PROFILE: ContextVar[str | None] = ContextVar("PROFILE", default=None)
"""The profile that signs in (--profile)."""
WORDS: ContextVar[Mapping[str, str]] = ContextVar("WORDS")
"""What the command calls the library's keywords, such as ``base_url``: ``--base-url``."""

_ALWAYS: Mapping[str, str] = {"near_number": "--near", "near_lat_long": "--near"}
_ADVICE = re.compile(r" \([a-z_]+=True allows it\)")
_WORD = re.compile(r"(?<![\w.-])[a-z]+(?:_[a-z0-9]+)*(?![\w.-])")


def chosen_profile() -> str | None:
    """The profile that signs in; None for the environment."""
    return PROFILE.get()


def in_options(said: str, argument: str | None = None) -> str:
    """What the library said, with options in place of its keywords. ``argument`` is the keyword that it is about."""
    words = {**_ALWAYS, **WORDS.get({})}

    def option(match: re.Match[str]) -> str:
        word = match.group()
        # A keyword of one part, such as limit, is a common word too.
        known = word in words and ("_" in word or (word == argument and match.start() == 0))
        return words[word] if known else word

    return _WORD.sub(option, _ADVICE.sub("", said)).replace("--near or --near", "--near")
