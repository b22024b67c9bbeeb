"""A Twilio to try things on: a stateful, strict server for tests, demonstrations and benchmarks.

Nothing is imported before it is used, so that the pytest plugin costs nothing where nobody asks for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .script import Fault, Rule
    from .server import Sandbox
    from .service import Received
    from .standalone import serve
    from .webhooks import Delivery

__all__ = ["Delivery", "Fault", "Received", "Rule", "Sandbox", "serve"]

_HOMES = {
    "Delivery": "webhooks",
    "Fault": "script",
    "Received": "service",
    "Rule": "script",
    "Sandbox": "server",
    "serve": "standalone",
}


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    return getattr(import_module(f".{home}", __name__), name)
