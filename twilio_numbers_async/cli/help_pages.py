"""Help pages without types, in whole sentences, with the commands in order of use."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Generator
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

__all__ = ["Command", "Group"]

# In every group: to look, to get, to have, to change, to end.
_ORDER = (
    "check", "needs", "search", "buy", "plan", "upload", "set", "create", "verify", "list", "status", "show", "watch",
    "listen", "report", "update", "transfer", "expiring", "renew", "cancel", "replan", "finish", "release", "delete",
)  # fmt: skip
_WHOLE = 10_000
_CHOICES = re.compile(r"<(?:list\[)?([^<>\[\]]*\|[^<>\[\]]*)\]?>")
_TYPE = re.compile(r" ?<[^<>]*>")
_PIECE = re.compile(r"(\{|\[)(.*?)(?:\.\.\.)?(?:\}|\])(\.\.\.)?")
_RANGES = (
    (re.compile(r"\b([\d.]+)<=x<=([\d.]+)"), r"\1 to \2"),
    (re.compile(r"\bx>=([\d.]+)"), r"at least \1"),
    (re.compile(r"\bx<=([\d.]+)"), r"at most \1"),
)
_WRONG = (
    (re.compile(r"^Value error, "), ""),
    (re.compile(r"^Input should be a valid integer.*"), "it has to be a whole number"),
    (re.compile(r"^Input should be a valid number.*"), "it has to be a number"),
    (re.compile(r"^Input should be greater than or equal to (\S+)"), r"it has to be at least \1"),
    (re.compile(r"^Input should be less than or equal to (\S+)"), r"it has to be at most \1"),
)


class Command(TyperCommand):
    """A command whose help names no types."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [_piece(piece) for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _format_options(self, ctx, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _plain_words():
            return super().parse_args(ctx, args)


class Group(TyperGroup):
    """A group whose commands stand in the order in which people need them."""

    def list_commands(self, ctx: Any) -> list[str]:
        names = super().list_commands(ctx)
        return sorted(names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, command.get_short_help_str(_WHOLE))
            for name, command in commands
            if command is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _plain_words():
            return super().parse_args(ctx, args)


def _format_options(command: TyperCommand | TyperGroup, ctx: Any, formatter: Any) -> None:
    sections: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx)
        if record is not None:
            name, said = record
            name = _TYPE.sub("", _CHOICES.sub(r"\1", name))
            if param.param_type_name == "argument":
                name = _title(name)
            for pattern, words in _RANGES:
                said = pattern.sub(words, said)
            sections[param.param_type_name].append((name, said))
    for title, rows in (("Arguments", sections["argument"]), ("Options", sections["option"])):
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows)


def _title(name: str) -> str:
    """The name of an argument in capitals; its choices stay as they are."""
    head, blank, choices = name.partition(" ")
    return f"{head.upper()}{blank}{choices}"


def _piece(piece: str) -> str:
    """``FILE``, ``[NUMBER]``, ``NUMBER...``: a required argument has no braces, an optional one has brackets."""
    match = _PIECE.fullmatch(piece)
    if match is None:
        return piece
    opening, name, several = match.groups()
    name = name.upper() + (several or "")
    return name if opening == "{" else f"[{name}]"


@contextlib.contextmanager
def _plain_words() -> Generator[None]:
    """Report a wrong value in the words of the command line."""
    try:
        yield
    except typer.BadParameter as error:
        for pattern, words in _WRONG:
            error.message = pattern.sub(words, error.message)
        raise
