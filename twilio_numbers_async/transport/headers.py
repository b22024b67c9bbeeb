"""The headers of a client's own that go with every request, and its User-Agent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast

from .._version import __version__
from ..errors import ConfigurationError

__all__ = ["checked_headers", "user_agent"]

_OWN = f"twilio-numbers-async/{__version__}"
# What the library, or HTTP itself, decides on.
_TAKEN = frozenset(
    {
        "accept-encoding", "authorization", "connection", "content-encoding", "content-length", "content-type",
        "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_is_token = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+").fullmatch
_is_plain = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?|").fullmatch


def checked_headers(headers: object) -> dict[str, str]:
    """Check the extra headers. Raises ConfigurationError, which repeats no value."""
    if headers is None:
        return {}
    if not isinstance(headers, Mapping):
        raise ConfigurationError("headers must be a mapping of names to texts, or None")
    found: dict[str, str] = {}
    seen: set[str] = set()
    for name, value in cast("Mapping[object, object]", headers).items():
        if not isinstance(name, str) or not _is_token(name):
            raise ConfigurationError(f"headers: {name!r} is no name of a header, such as 'X-Team'")
        folded = name.lower()
        if folded == "user-agent":
            raise ConfigurationError("headers: User-Agent is the library's: name your program with app_info")
        if folded in _TAKEN:
            raise ConfigurationError(f"headers: {name} is the library's own to set")
        if folded in seen:
            raise ConfigurationError(f"headers: {name} is there twice")
        if not isinstance(value, str) or not _is_plain(value):
            raise ConfigurationError(
                f"headers: the value of {name} must be ASCII text, without line breaks and without blanks around it"
            )
        seen.add(folded)
        found[name] = value
    return found


def user_agent(app_info: object) -> str:
    """The User-Agent: this library's, and the program's behind it. Raises ConfigurationError."""
    if app_info is None:
        return _OWN
    # "my-app/1.2" is how the header itself says it
    parts = tuple(app_info.split("/")) if isinstance(app_info, str) else app_info
    if not isinstance(parts, tuple) or len(cast("tuple[object, ...]", parts)) not in (1, 2):
        raise ConfigurationError(_HOW)
    words = [_product(part) for part in cast("tuple[object, ...]", parts)]
    return f"{_OWN} {'/'.join(words)}"


_HOW = (
    'app_info must be the name of a program, or its name and its version: "my-app/1.2" or ("my-app", "1.2")'
)


def _product(part: object) -> str:
    word = part.strip(" ").replace(" ", "-") if isinstance(part, str) else ""
    if not _is_token(word):
        raise ConfigurationError(f"{_HOW}. Letters, digits and !#$%&'*+-.^_`|~ may be in them")
    return word
