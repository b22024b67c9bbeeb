"""Commands that watch: their options, the file with their state, and a line for each change."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import typer

from .._finish import finish
from ..errors import NotFoundError
from ..report.files import replaced
from .commands import OptionGroup
from .exit_codes import FAILED, USAGE, Stop
from .options import ShowNumbers
from .words import worded

__all__ = ["WatchOptions", "read_state", "saved", "show_changes"]

C = TypeVar("C")

_SAVE_SECONDS = 1.0


class WatchOptions(OptionGroup, frozen=True, kw_only=True):
    """The options of a command that watches."""

    interval: Annotated[
        float, typer.Option(min=0.1, help="Seconds between two looks.", metavar="SECONDS")
    ] = 60.0
    state: Annotated[
        Path | None,
        typer.Option(
            help="A file with the changes seen so far, so that the next watch goes on from there.",
            metavar="FILE",
        ),
    ] = None
    show_numbers: ShowNumbers = False


async def show_changes(changes: AsyncGenerator[C], show: Callable[[C], None], *, missing: str) -> None:
    """Show each change. Raises Stop, with ``missing`` in front, if what is watched does not exist."""
    async with contextlib.aclosing(changes):
        try:
            async for change in changes:
                show(change)
        except NotFoundError as error:
            raise Stop(f"{missing}: {worded(error)}", FAILED) from None


def read_state(path: Path | None) -> dict[str, Any]:
    """The state that an earlier watch saved. Raises Stop for any other file."""
    if path is None or not path.exists():
        return {}
    try:
        state: object = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        state = None
    if not isinstance(state, dict):
        raise Stop(f"{path} is not the state of a watch", USAGE)
    return state  # pyright: ignore[reportUnknownVariableType]  # watch checks the rest


@contextlib.asynccontextmanager
async def saved(state: dict[str, Any], path: Path | None) -> AsyncGenerator[None]:
    """Save the state in the file: a moment after each change, and at the end.

    A change that was printed in that moment before a crash is printed again by the next watch; none is lost.
    """
    if path is None:
        yield
        return
    last = b""

    def save() -> None:
        nonlocal last
        body = msgspec.json.encode(state)
        if body != last:
            replaced(path, body)
            last = body

    async def keep() -> None:
        while True:
            await asyncio.sleep(_SAVE_SECONDS)
            save()

    save()  # a place that cannot be written fails at once
    keeping = asyncio.create_task(keep())
    printed = True
    try:
        yield
    except OSError:
        printed = False  # the last change found no reader: the next watch prints it
        raise
    finally:
        keeping.cancel()
        try:
            await finish(asyncio.gather(keeping, return_exceptions=True))
        finally:
            if printed:
                save()
