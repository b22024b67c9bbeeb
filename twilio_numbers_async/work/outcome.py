"""The outcome of one request of a plan."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from ..sweep import Outcome

__all__ = ["CreationOutcome"]

T = TypeVar("T")


class CreationOutcome(Outcome[T], Generic[T], frozen=True):
    """The outcome of one request of a plan: ``input`` is the request, ``result`` what was created."""

    is_unknown: bool = False
    """True if the answer never came and no look showed what was asked for: it may be there or not, see ``error``."""

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        what = ("result", self.result) if self.ok else ("error", self.error)
        return [("index", self.index), what, ("is_unknown", self.is_unknown)]
