"""What every command has beside its own options: ``--verbose``, and where it fits ``--profile`` and ``--no-header``."""

from __future__ import annotations

import functools
import inspect
import logging
import os
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer
from typer.models import ArgumentInfo, OptionInfo

from .chosen import HEADER, PROFILE, WORDS
from .exit_codes import tell
from .help_pages import Command, Group
from .options import BASE_URL_VARIABLE

__all__ = ["dress"]

_IN_FULL = {"account": "account_sid", "country": "iso_country", "customer": "customer_name"}
"""Twilio's names of what the commands call something shorter."""
_WITHOUT_ROWS = frozenset({"sweep"})

_Verbose = Annotated[
    int,
    typer.Option(
        "--verbose",
        "-v",
        count=True,
        show_default=False,
        help="Say more on standard error: -v who is asked and what is waited for, -vv each request.",
    ),
]
_Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        envvar="TWILIO_PROFILE",
        help="Sign in with the key of this profile of Twilio's own command line.",
        metavar="NAME",
    ),
]
_NoHeader = Annotated[
    bool, typer.Option("--no-header", help="Print rows without their titles, where they go to a program.")
]


def dress(app: typer.Typer) -> None:
    """Give all commands what they have in common, those of the groups too."""
    app.info.cls = Group
    for command in app.registered_commands:
        command.cls = Command
        if command.callback is not None:
            command.callback = _with_common(command.callback)
    for group in app.registered_groups:
        group.cls = Group
        if group.typer_instance is not None:
            dress(group.typer_instance)


def _with_common(callback: Callable[..., None]) -> Callable[..., None]:
    signature = inspect.signature(callback, eval_str=True)
    own = signature.parameters
    extra: dict[str, tuple[Any, object]] = {"verbose": (_Verbose, 0)}
    if "base_url" in own:
        extra["profile"] = (_Profile, None)
    if "json" in own and callback.__name__ not in _WITHOUT_ROWS:
        extra["no_header"] = (_NoHeader, False)
    words = _words(own)

    @functools.wraps(callback)
    def command(**given: Any) -> None:
        chosen = {name: given.pop(name) for name in extra}
        _say_more(chosen["verbose"])
        PROFILE.set(chosen.get("profile"))
        HEADER.set(not chosen.get("no_header", False))
        WORDS.set(words)
        if given.get("sandbox") and given.get("base_url") == os.environ.get(BASE_URL_VARIABLE):
            given["base_url"] = None  # an option goes before a variable
        callback(**given)

    parameters = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in extra.items()
    ]
    vars(command)["__signature__"] = signature.replace(parameters=[*own.values(), *parameters])
    return command


def _words(parameters: Mapping[str, inspect.Parameter]) -> Mapping[str, str]:
    """What the parameters are called on the command line."""
    words: dict[str, str] = {}
    for name, parameter in parameters.items():
        for info in getattr(parameter.annotation, "__metadata__", ()):
            if isinstance(info, ArgumentInfo):
                words[name] = info.metavar or name.upper()
            elif isinstance(info, OptionInfo):
                flags = [flag for flag in (info.default, *(info.param_decls or ())) if isinstance(flag, str)]
                words[name] = next(
                    (flag for flag in flags if flag[:2] == "--"), f"--{name.replace('_', '-')}"
                )
    return words | {_IN_FULL[name]: word for name, word in words.items() if name in _IN_FULL}


class _Teller(logging.Handler):
    """Puts lines where those for the person at the screen go."""

    def emit(self, record: logging.LogRecord) -> None:
        tell(self.format(record))


def _say_more(verbose: int) -> None:
    """Send what the library's log says to standard error."""
    package = logging.getLogger("twilio_numbers_async")
    if not verbose:  # an earlier command of this process may have said more
        for handler in [one for one in package.handlers if isinstance(one, _Teller)]:
            package.removeHandler(handler)
            package.setLevel(logging.NOTSET)
        return
    package.setLevel(logging.INFO if verbose == 1 else logging.DEBUG)
    if not any(isinstance(handler, logging.StreamHandler | _Teller) for handler in package.handlers):
        handler = _Teller()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        package.addHandler(handler)
