"""``twilio-numbers sandbox``. Its options are those of ``sandbox.command_options``."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import Annotated, Any

import typer

from ..sandbox.command_options import CommandOptions, Option, options
from .exit_codes import tell

__all__ = ["sandbox"]


def sandbox(**given: Any) -> int:
    """Run a sandbox of Twilio on this machine, until Ctrl-C.

    Standard output gets shell lines that make commands and programs use this sandbox. Standard error gets its
    address.

    \b
    eval "$(twilio-numbers sandbox --background)"
    twilio-numbers numbers list
    kill "$TWILIO_NUMBERS_SANDBOX_PID"
    """
    from ..sandbox.standalone import run

    return run(CommandOptions(**given), tell)


def _parameter(option: Option) -> Parameter:
    """The parameter that typer makes an option from."""
    meta = option.meta
    made = typer.Option(option.flag, min=meta.ge, max=meta.le, help=meta.description, metavar=option.metavar)
    kind = option.kind if option.default is not None else option.kind | None
    return Parameter(
        option.name, Parameter.KEYWORD_ONLY, default=option.default, annotation=Annotated[kind, made]
    )


sandbox.__signature__ = Signature([_parameter(option) for option in options()])  # type: ignore[attr-defined]
