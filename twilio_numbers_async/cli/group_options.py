"""Options that the commands of the groups share."""

from __future__ import annotations

from typing import Annotated

import typer

from .connection import Where

__all__ = ["Account", "Concurrency", "Force", "Yes", "checked_where"]

Account = Annotated[
    str | None,
    typer.Option(help="The account that has the numbers, by default the one that signs in.", metavar="AC..."),
]
Concurrency = Annotated[
    int | None,
    typer.Option(min=1, help="Requests at once; by default it finds out what is allowed.", metavar="N"),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


def checked_where(*, sandbox: bool, base_url: str | None, concurrency: int | None = None) -> Where:
    """Whom to ask. Raises Stop where it cannot work."""
    where = Where(sandbox=sandbox, base_url=base_url, concurrency=concurrency)
    where.check()
    return where
