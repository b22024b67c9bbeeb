"""The orders and letters that were asked for, kept in a file.

Each is written before its request is sent, and again when the request is answered.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import enum
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar

import msgspec

from ..errors import TwilioNumbersError
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
    before: frozenset[str]
    """The SIDs of orders, or of letters, that its members had before: they are not of this request."""
    sid: str | None
    """The SID of what it created; None while that is not known."""

    @property
    def is_bulk(self) -> bool:
        """True for what made a bulk request (``BH...``), whose orders are made later."""
        return self.kind is Kind.BULK and (self.sid or "").startswith("BH")


class HostingJournal(JournalFile):
    """The orders and letters that were asked for. The file holds phone numbers."""

    application_id = 0x544E4831  # "TNH1"
    what = "hosted number orders"
    schema: ClassVar[Sequence[str]] = (
        # sid: NULL from just before the request is sent until its fate is known. lost_at: when it was given up.
        """CREATE TABLE requests (key TEXT PRIMARY KEY, kind TEXT NOT NULL, members TEXT NOT NULL,
        sent_at TEXT NOT NULL, lost_at TEXT, before TEXT NOT NULL, sid TEXT, checksum INTEGER)""",
    )
    damaged = (
        "SELECT EXISTS (SELECT 1 FROM requests"
        " WHERE checksum IS NOT checksum(key, kind, members, sent_at, lost_at, before, sid))"
    )
    if_damaged = (
        "See with twilio.hosted_number_orders.list() which orders there are, and go on with another journal, or put"
        " back a copy of it"
    )

    async def requests(self) -> list[Sent]:
        """Every request, the oldest first."""
        rows = await self.rows(
            "SELECT key, kind, members, sent_at, lost_at, before, sid FROM requests ORDER BY rowid"
        )
        return [
            Sent(
                key,
                Kind(kind),
                tuple(members.split()),
                dt.datetime.fromisoformat(sent_at),
                dt.datetime.fromisoformat(lost_at) if lost_at else None,
                frozenset(before.split()),
                sid,
            )
            for key, kind, members, sent_at, lost_at, before, sid in rows
        ]

    @asynccontextmanager
    async def asking(
        self, kind: Kind, members: Iterable[str], before: Iterable[str], now: Callable[[], dt.datetime]
    ) -> AsyncGenerator[Sent]:
        """Note a request before it is sent, and a failure of it, by whether it may have been processed."""
        sent = await self.intend(kind, members, before, now())
        try:
            yield sent
        except TwilioNumbersError as error:
            await (self.lose(sent, now()) if error.may_have_been_processed else self.forget(sent))
            raise
        except asyncio.CancelledError:
            await self.lose(sent, now())
            raise

    async def intend(
        self, kind: Kind, members: Iterable[str], before: Iterable[str], at: dt.datetime
    ) -> Sent:
        """Note that a request is about to be sent. It is on the disk when this returns."""
        members = tuple(members)
        sent = Sent(digest(kind, sorted(members)), kind, members, at, None, frozenset(before), None)
        await self.write(
            "INSERT OR REPLACE INTO requests (key, kind, members, sent_at, before, checksum)"
            " VALUES (?1, ?2, ?3, ?4, ?5, checksum(?1, ?2, ?3, ?4, NULL, ?5, NULL))",
            sent.key,
            sent.kind.value,
            " ".join(members),
            at.isoformat(),
            " ".join(sorted(sent.before)),
        )
        return sent

    async def lose(self, sent: Sent, at: dt.datetime) -> None:
        """Note that its answer will not come."""
        await self.write(
            "UPDATE requests SET lost_at = ?1,"
            " checksum = checksum(key, kind, members, sent_at, ?1, before, sid) WHERE key = ?2",
            at.isoformat(),
            sent.key,
        )

    async def record(self, sent: Sent, sid: str) -> None:
        """Note what it created."""
        await self.write(
            "UPDATE requests SET sid = ?1,"
            " checksum = checksum(key, kind, members, sent_at, lost_at, before, ?1) WHERE key = ?2",
            sid,
            sent.key,
        )

    async def forget(self, sent: Sent) -> None:
        """Note that it created nothing."""
        await self.write("DELETE FROM requests WHERE key = ?", sent.key)
