"""Which steps of a bundle's way were begun and which are done: written before each request, and when it is answered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import msgspec

from ..journal_file import JournalFile

__all__ = ["BundleJournal", "Step", "digest"]


class Step(msgspec.Struct, frozen=True):
    """A step that was begun."""

    sid: str | None
    """What was created; None while that is not known."""
    before: frozenset[str]
    """The SIDs that cannot be it, because they were there before."""


class BundleJournal(JournalFile):
    """The steps, by a digest of what they create. It holds SIDs and digests, and no name."""

    application_id = 0x544E4231  # "TNB1"
    what = "bundles"
    schema: ClassVar[Sequence[str]] = (
        # sid: NULL from just before the request is sent until its fate is known.
        "CREATE TABLE steps (step TEXT PRIMARY KEY, sid TEXT, before TEXT NOT NULL, checksum INTEGER)",
    )
    damaged = "SELECT EXISTS (SELECT 1 FROM steps WHERE checksum IS NOT checksum(step, sid, before))"

    async def step(self, key: str) -> Step | None:
        """A step, if it was begun."""
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
    """What makes contents the same: equal ones have the same digest."""
    return hashlib.sha256(msgspec.json.encode(contents, order="sorted")).hexdigest()
