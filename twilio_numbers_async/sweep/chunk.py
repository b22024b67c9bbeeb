"""A piece of a sweep, as data: what an engine carries to a worker."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, TypedDict, cast

import msgspec

__all__ = ["Chunk", "ChunkOptions", "without_lists"]


class ChunkOptions(TypedDict, total=False):
    """Options that decide the answers besides the inputs, by the names that the method for many inputs gives them.

    ``portability``: ``country``, ``target_account_sid``, ``address_sid``. ``update``: ``account_sid``.
    ``transfer``: ``to_account_sid`` (needed), ``address_sid``, ``bundle_sid``, ``account_sid``.
    """

    country: str | None
    target_account_sid: str | None
    address_sid: str | None
    to_account_sid: str
    bundle_sid: str | None
    account_sid: str | None


class Chunk(msgspec.Struct, frozen=True):
    """A piece of a sweep: made by ``split`` or ``Journal.pending``, carried out by ``sweep_chunk``.

    It holds inputs, which are personal data, and no credentials. msgspec encodes it, pickle too.
    """

    index: int
    """The chunk's position among the chunks of the whole, from 0."""
    start: int
    """The position of its first input among all inputs, from 0."""
    inputs: tuple[Any, ...]
    """Phone numbers (``portability``), or SIDs or phone numbers (``transfer``), or pairs of these and what to set
    (``update``)."""
    operation: str = "portability"
    """``portability``, ``update`` or ``transfer``."""
    options: dict[str, Any] = {}
    """The options that decide the answers, see ChunkOptions."""
    positions: tuple[int, ...] | None = None
    """The position of each input among all inputs, None where they follow one another from ``start`` on."""

    def __post_init__(self) -> None:
        if any(isinstance(item, list) for item in self.inputs):
            msgspec.structs.force_setattr(self, "inputs", tuple(map(without_lists, self.inputs)))

    @property
    def key(self) -> str:
        """A digest of the operation, the options and the inputs (32 hex digits): the engine's id for the chunk.

        The same work has the same key. Where an engine keeps results by id, forget the result once it is merged:
        inputs whose failure may pass come again under a key that may be the same.
        """
        work = [self.operation, self.options, self.inputs]
        return sha256(msgspec.json.encode(work, order="deterministic")).hexdigest()[:32]

    def position(self, offset: int) -> int:
        """The position among all inputs of the chunk's input at ``offset``."""
        return self.start + offset if self.positions is None else self.positions[offset]

    def part(self, offsets: list[int]) -> Chunk:
        """The same chunk with only the inputs at these offsets (ascending)."""
        positions = tuple(map(self.position, offsets))
        follow = positions[-1] - positions[0] == len(positions) - 1
        return msgspec.structs.replace(
            self,
            start=positions[0],
            inputs=tuple(self.inputs[offset] for offset in offsets),
            positions=None if follow else positions,
        )

    def __repr__(self) -> str:
        """Show no input: chunks stand in the logs of engines."""
        shown = f"index={self.index}, start={self.start}, operation={self.operation!r}, key={self.key!r}"
        return f"Chunk({shown}, {len(self.inputs)} inputs)"


def without_lists(item: Any) -> Any:
    """A pair as it was given: JSON knows no tuples."""
    return tuple(cast("Sequence[Any]", item)) if isinstance(item, list) else item
