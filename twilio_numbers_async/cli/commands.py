"""Commands as plain functions or coroutines: options in groups, the event loop, exit codes, the library's log."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Annotated, Any, Self, TypeAlias, TypeVar, cast, get_type_hints

import msgspec
import typer
from typer.core import TyperCommand, TyperGroup
from typer.models import ArgumentInfo, OptionInfo

from .exit_codes import run, settled, tell
from .help_pages import Command, Group
from .words import WORDS

__all__ = ["OptionGroup", "command", "command_of", "group"]

Result: TypeAlias = int | Coroutine[Any, Any, int | None] | None
"""An exit code (None is 0), or a coroutine that returns one."""
F = TypeVar("F", bound=Callable[..., Result])

_IN_FULL = {
    "account": "account_sid",
    "country": "iso_country",
    "customer": "customer_name",
    "messaging_service": "messaging_service_sid",
    "trunk": "trunk_sid",
}
"""Twilio's names of options with a shorter name."""

_Verbose = Annotated[
    int,
    typer.Option(
        "--verbose",
        "-v",
        count=True,
        show_default=False,
        help="Write more to standard error: -v the account and what is waited for, -vv each request.",
    ),
]


class OptionGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Options that belong together. A command with a parameter of this type has them all.

    Each field whose annotation holds a ``typer.Option`` or ``typer.Argument`` is one of them.
    """

    @classmethod
    def parameters(cls) -> list[inspect.Parameter]:
        """The options as parameters of a command."""
        hints = get_type_hints(cls, include_extras=True)
        return [
            inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY,
                annotation=hints[field.name],
                default=inspect.Parameter.empty if field.required else field.default,
            )
            for field in msgspec.structs.fields(cls)
            if _info_of(hints[field.name]) is not None
        ]

    def checked(self) -> Self:
        """The group, changed where options depend on each other. Raises Stop for options that exclude each other."""
        return self


def group(help_: str) -> typer.Typer:
    """A group of commands, with its help text."""
    return typer.Typer(
        cls=Group, help=help_, no_args_is_help=True, add_completion=False, rich_markup_mode=None
    )


def command(app: typer.Typer, name: str | None = None, *, epilog: str | None = None) -> Callable[[F], F]:
    """Make a function, or a coroutine function, a command of ``app``.

    A parameter whose type is an OptionGroup stands for the options of the group. The function returns an exit code; a
    coroutine runs in an event loop. Ctrl-C, a closed pipe and the package's errors end the command with one line on
    standard error and an exit code.
    """

    def register(function: F) -> F:
        app.command(name, cls=Command, epilog=epilog)(_callback(function))
        return function

    return register


def command_of(found: typer.Typer | Callable[..., Result]) -> TyperCommand | TyperGroup:
    """The command of a group, or of a function that is a command of its own."""
    if not isinstance(found, typer.Typer):
        function, found = found, typer.Typer(add_completion=False, rich_markup_mode=None)
        command(found)(function)
    return cast("TyperCommand | TyperGroup", typer.main.get_command(found))


def _callback(function: Callable[..., Result]) -> Callable[..., None]:
    signature = inspect.signature(function, eval_str=True)
    groups = {name: one.annotation for name, one in signature.parameters.items() if _is_group(one.annotation)}
    parameters = [
        one.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for name, one in signature.parameters.items()
        if name not in groups
    ]
    for kind in groups.values():
        parameters += kind.parameters()
    words = _words(parameters)
    verbose = inspect.Parameter("verbose", inspect.Parameter.KEYWORD_ONLY, default=0, annotation=_Verbose)

    def callback(verbose: int, **given: Any) -> None:
        _log_to_standard_error(verbose)
        WORDS.set(words)
        with settled():
            for name, kind in groups.items():
                options = {each.name: given.pop(each.name) for each in kind.parameters()}
                given[name] = kind(**options).checked()
            result = function(**given)
            code = run(result) if isinstance(result, Coroutine) else result
        raise typer.Exit(code or 0)

    callback.__name__, callback.__doc__ = function.__name__, function.__doc__
    vars(callback)["__signature__"] = signature.replace(parameters=[*parameters, verbose])
    return callback


def _is_group(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, OptionGroup)


def _info_of(annotation: object) -> ArgumentInfo | OptionInfo | None:
    infos: tuple[object, ...] = getattr(annotation, "__metadata__", ())
    return next((info for info in infos if isinstance(info, ArgumentInfo | OptionInfo)), None)


def _words(parameters: Iterable[inspect.Parameter]) -> Mapping[str, str]:
    """The names of the parameters on the command line."""
    words: dict[str, str] = {}
    for parameter in parameters:
        name, info = parameter.name, _info_of(parameter.annotation)
        if isinstance(info, ArgumentInfo):
            words[name] = info.metavar or name.upper()
        elif info is not None:
            flags = [flag for flag in (info.default, *(info.param_decls or ())) if isinstance(flag, str)]
            words[name] = next((flag for flag in flags if flag[:2] == "--"), f"--{name.replace('_', '-')}")
    return words | {_IN_FULL[name]: word for name, word in words.items() if name in _IN_FULL}


class _Teller(logging.Handler):
    """Writes log records where lines for people go."""

    def emit(self, record: logging.LogRecord) -> None:
        tell(self.format(record))


def _log_to_standard_error(verbose: int) -> None:
    """Write the library's log to standard error, as -v and -vv ask for."""
    package = logging.getLogger("twilio_numbers_async")
    if not verbose:  # an earlier command of this process may have asked for more
        for handler in [one for one in package.handlers if isinstance(one, _Teller)]:
            package.removeHandler(handler)
            package.setLevel(logging.NOTSET)
        return
    package.setLevel(logging.INFO if verbose == 1 else logging.DEBUG)
    if not any(isinstance(handler, logging.StreamHandler | _Teller) for handler in package.handlers):
        handler = _Teller()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        package.addHandler(handler)
