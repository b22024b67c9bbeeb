"""A journal of steps: each is written before its request is sent, and again when the request is answered."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import msgspec

from ..errors import invalid
from ..sweep import Journal
from .journal_file import JournalFile

__all__ = ["Step", "StepJournal", "digest", "path_of"]


class Step(msgspec.Struct, frozen=True):
    """A step that was begun."""

    sid: str | None
    """The SID of what was created; None while that is not known."""
    before: frozenset[str]
    """The SIDs that cannot be it, because they were there before."""


class StepJournal(JournalFile):
    """The steps, by a digest of what they create. It holds SIDs and digests, and no name."""

    schema: ClassVar[Sequence[str]] = (
        # sid: NULL from just before the request is sent until its fate is known.
        "CREATE TABLE steps (step TEXT PRIMARY KEY, sid TEXT, before TEXT NOT NULL, checksum INTEGER)",
    )
    damaged = "SELECT EXISTS (SELECT 1 FROM steps WHERE checksum IS NOT checksum(step, sid, before))"

    async def step(self, key: str) -> Step | None:
        """The step, if it was begun."""
        for sid, before in await self.rows("SELECT sid, before FROM steps WHERE step = ?", key):
            return Step(sid, frozenset(before.split()))
        return None

    async def begin(self, key: str, before: Iterable[str]) -> None:
        """Note that something is about to be created."""
        await self.write(
            "INSERT OR REPLACE INTO steps (step, before, checksum) VALUES (?1, ?2, checksum(?1, NULL, ?2))",
            key,
            " ".join(sorted(before)),
        )

    async def finish(self, key: str, sid: str) -> None:
        """Note what was created, or done."""
        await self.write(
            "INSERT INTO steps (step, sid, before, checksum) VALUES (?1, ?2, '', checksum(?1, ?2, ''))"
            " ON CONFLICT (step) DO UPDATE SET sid = ?2, checksum = checksum(?1, ?2, before)",
            key,
            sid,
        )

    async def forget(self, key: str) -> None:
        """Note that it was not created."""
        await self.write("DELETE FROM steps WHERE step = ?", key)


def digest(*contents: Any) -> str:
    """The digest of contents: equal ones have the same."""
    return hashlib.sha256(msgspec.json.encode(contents, order="sorted")).hexdigest()


def path_of(journal: Journal | str | os.PathLike[str] | None) -> str | os.PathLike[str] | None:
    """The path of a journal; None keeps it in memory. Raises InvalidArgumentError for what is none."""
    if journal is not None and not (isinstance(journal, Journal | str | os.PathLike) and str(journal)):
        raise invalid("journal", "must be a path, a Journal or None")
    return journal.path if isinstance(journal, Journal) else journal
