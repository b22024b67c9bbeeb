"""The options of the command that serves a sandbox.

``twilio-numbers sandbox`` and ``python -m twilio_numbers_async.sandbox`` are both made from ``CommandOptions``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple, get_args

import msgspec
from msgspec import Meta


class CommandOptions(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """The values of a command line, each with its range and its help."""

    port: Annotated[int, Meta(ge=0, le=65_535, description="Where to listen; 0 for a free port.")] = 8010
    host: Annotated[str, Meta(description="The address to listen on.")] = "127.0.0.1"
    numbers: Annotated[int, Meta(ge=0, description="Phone numbers that the account has.")] = 0
    port_ins: Annotated[
        int, Meta(ge=0, description="Port-in requests that the account has, each at another step.")
    ] = 0
    allowance: (
        Annotated[int, Meta(ge=1, description="Requests at once, 429 beyond it; any number by default.")]
        | None
    ) = None
    latency: Annotated[float, Meta(ge=0, description="Seconds that a request takes.")] = 0.0
    pace: (
        Annotated[
            float,
            Meta(
                ge=0,
                description="Seconds for a step of port-ins, reviews and hosted orders; never by default.",
            ),
        ]
        | None
    ) = None
    port_in_pace: (
        Annotated[float, Meta(ge=0, description="Seconds for a step of a port-in; --pace by default.")] | None
    ) = None
    review_pace: (
        Annotated[float, Meta(ge=0, description="Seconds for a step of a review; --pace by default.")] | None
    ) = None
    hosting_pace: (
        Annotated[float, Meta(ge=0, description="Seconds for a step of a hosted order; --pace by default.")]
        | None
    ) = None
    repeat_webhooks: Annotated[bool, Meta(description="Send every webhook twice, as Twilio may.")] = False
    background: Annotated[bool, Meta(description="Go on in the background, and return when it answers.")] = (
        False
    )


class Option(NamedTuple):
    """An option as parsers of command lines want it."""

    name: str
    flag: str
    kind: type[Any]
    default: object
    metavar: str | None
    meta: Meta


_METAVARS: dict[type, str] = {int: "N", float: "SECONDS", str: "TEXT"}


def options() -> Iterator[Option]:
    """Every option, in the order of the help."""
    for field in msgspec.structs.fields(CommandOptions):
        annotated = field.type if hasattr(field.type, "__metadata__") else get_args(field.type)[0]
        kind, meta = get_args(annotated)
        yield Option(field.name, f"--{field.encode_name}", kind, field.default, _METAVARS.get(kind), meta)
