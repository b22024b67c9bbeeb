"""The journal of a command that creates: the record of what was created, so that nothing is created twice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import typer

from .connection import Connection
from .exit_codes import USAGE, Stop
from .tables import STDIN

__all__ = ["default_journal", "going_on", "journal_beside", "journal_option"]


def journal_option(done: str) -> Any:
    """The option for the journal of what was ``done``, such as ``created``."""
    return typer.Option(
        help=f"The record of what was {done}, so that nothing is {done} twice; by default beside FILE.",
        metavar="FILE",
    )


def going_on(journal: Path | None, done: str) -> str:
    """Words for a command that was stopped, and keeps in a journal what was ``done``; empty without one."""
    return "" if journal is None else f" The same command goes on: {journal} keeps what was {done}."


def journal_beside(file: str, connection: Connection, what: str) -> Path | None:
    """The journal beside the file. None for the command's own sandbox, which is gone afterwards.

    Raises Stop for standard input.
    """
    if connection.sandbox:
        return None
    journal = default_journal(file, connection.base_url, what)
    if journal is None:
        raise Stop("Give --journal: standard input has no place beside it", USAGE)
    return journal


def default_journal(path: str, base_url: str | None, what: str) -> Path | None:
    """The journal beside the file, one for each server. None for standard input, which has no place beside it."""
    if path == STDIN:
        return None
    server = "" if base_url is None else "." + re.sub(r"[^\w.-]+", "_", base_url.partition("://")[2])
    return Path(f"{path}.{what}{server}.journal")
