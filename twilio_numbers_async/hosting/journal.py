"""The orders and letters that were asked for, kept in a file.

Each is written before its request is sent, and again when the request is answered.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from typing import ClassVar

import msgspec

from ..models.discreet import Discreet
from ..work.journal_file import JournalFile
from ..work.steps import digest

__all__ = ["HostingJournal", "Kind", "Sent"]


class Kind(enum.StrEnum):
    """The kind of a request."""

    ORDER = "order"
    BULK = "bulk"
    LETTER = "letter"


class Sent(Discreet, msgspec.Struct, frozen=True):
    """A request that was sent, or nearly."""

    key: str
    kind: Kind
    members: tuple[str, ...]
    """The numbers that are ordered, or the orders that a letter is for."""
    sent_at: dt.datetime
    lost_at: dt.datetime | None
    """The time at which its answer was given up; None if the process ended before that."""
    sid: str | None
    """The SID of what it created; None while that is not known."""


class HostingJournal(JournalFile):
    """The orders and letters that were asked for. The file holds phone numbers."""

    application_id = 0x544E4831  # "TNH1"
    what = "hosted number orders"
    schema: ClassVar[Sequence[str]] = (
        # sid: NULL from just before the request is sent until its fate is known. lost_at: when it was given up.
        """CREATE TABLE requests (key TEXT PRIMARY KEY, kind TEXT NOT NULL, members TEXT NOT NULL,
        sent_at TEXT NOT NULL, lost_at TEXT, sid TEXT, checksum INTEGER)""",
    )
    damaged = (
        "SELECT EXISTS (SELECT 1 FROM requests"
        " WHERE checksum IS NOT checksum(key, kind, members, sent_at, lost_at, sid))"
    )
    if_damaged = (
        "See with twilio.hosted_number_orders.list() which orders there are, and go on with another journal, or put"
        " back a copy of it"
    )

    async def requests(self) -> list[Sent]:
        """Every request, the oldest first."""
        rows = await self.rows(
            "SELECT key, kind, members, sent_at, lost_at, sid FROM requests ORDER BY rowid"
        )
        return [
            Sent(
                key,
                Kind(kind),
                tuple(members.split()),
                dt.datetime.fromisoformat(sent_at),
                dt.datetime.fromisoformat(lost_at) if lost_at else None,
                sid,
            )
            for key, kind, members, sent_at, lost_at, sid in rows
        ]

    async def intend(self, kind: Kind, members: Iterable[str], at: dt.datetime) -> Sent:
        """Note that a request is about to be sent. It is on the disk when this returns."""
        sent = Sent(digest(kind, sorted(members)), kind, tuple(members), at, None, None)
        await self.write(
            "INSERT OR REPLACE INTO requests (key, kind, members, sent_at, checksum)"
            " VALUES (?1, ?2, ?3, ?4, checksum(?1, ?2, ?3, ?4, NULL, NULL))",
            sent.key,
            sent.kind.value,
            " ".join(sent.members),
            at.isoformat(),
        )
        return sent

    async def lose(self, sent: Sent, at: dt.datetime) -> None:
        """Note that its answer will not come."""
        await self.write(
            "UPDATE requests SET lost_at = ?1, checksum = checksum(key, kind, members, sent_at, ?1, sid)"
            " WHERE key = ?2",
            at.isoformat(),
            sent.key,
        )

    async def record(self, sent: Sent, sid: str) -> None:
        """Note what it created."""
        await self.write(
            "UPDATE requests SET sid = ?1, checksum = checksum(key, kind, members, sent_at, lost_at, ?1)"
            " WHERE key = ?2",
            sid,
            sent.key,
        )

    async def forget(self, sent: Sent) -> None:
        """Note that it created nothing."""
        await self.write("DELETE FROM requests WHERE key = ?", sent.key)
