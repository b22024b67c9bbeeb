"""A journal of port-ins: each is written before its request is sent, and again when the request is answered."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec

from ..models import PortIn, PortInCreate
from ..models.base import decode
from ..models.discreet import Discreet
from ..work.journal_file import JournalFile

__all__ = ["Intent", "PortInJournal", "key_of"]

_WITHOUT_CHECKSUMS = 0x544E5031  # "TNP1", of version 0.1.0


class Intent(Discreet, msgspec.Struct, frozen=True):
    """A port-in that is about to be asked for, or was, with an answer that never came."""

    key: str
    sent_at: dt.datetime
    lost_at: dt.datetime | None
    """The time when its answer was given up; None where the process ended before that."""
    numbers: frozenset[str]
    since: dt.date
    before: frozenset[str]
    """The SIDs of the port-ins that cannot be this one."""


def key_of(request: PortInCreate, replaces: str | None = None) -> str:
    """The identity of a port-in: the account, the numbers and the port-in that it replaces."""
    numbers = sorted(entry.phone_number for entry in request.phone_numbers)
    parts = [request.account_sid, *numbers, *([replaces] if replaces else [])]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class PortInJournal(JournalFile):
    """The port-ins that were asked for. It holds phone numbers and the customer's details."""

    application_id = 0x544E5032  # "TNP2"
    what = "port-ins"
    schema: ClassVar[Sequence[str]] = (
        # before: the port-ins that were there before the run sent anything; since: the day that they were listed from.
        "CREATE TABLE runs (run INTEGER PRIMARY KEY, since TEXT NOT NULL, before TEXT NOT NULL, checksum INTEGER)",
        # answer: NULL from just before the request is sent until its fate is known. lost_at: when it was given up.
        """CREATE TABLE port_ins (key TEXT PRIMARY KEY, run INTEGER NOT NULL, sent_at TEXT NOT NULL, lost_at TEXT,
        numbers TEXT NOT NULL, answer TEXT, checksum INTEGER)""",
    )
    upgrades: ClassVar[Mapping[int, Sequence[str]]] = {
        _WITHOUT_CHECKSUMS: (
            "ALTER TABLE runs ADD COLUMN checksum INTEGER",
            "UPDATE runs SET checksum = checksum(since, before)",
            # It took an answer without a SID for a confirmation: such a port-in is looked up now.
            """UPDATE port_ins SET answer = NULL
            WHERE coalesce(json_extract(answer, '$.port_in_request_sid'), '') = ''""",
            "ALTER TABLE port_ins ADD COLUMN checksum INTEGER",
            "UPDATE port_ins SET checksum = checksum(key, run, sent_at, lost_at, numbers, answer)",
        )
    }
    damaged = (
        "SELECT EXISTS (SELECT 1 FROM runs WHERE checksum IS NOT checksum(since, before))"
        " OR EXISTS (SELECT 1 FROM port_ins"
        " WHERE checksum IS NOT checksum(key, run, sent_at, lost_at, numbers, answer)"
        " OR NOT EXISTS (SELECT 1 FROM runs WHERE runs.run = port_ins.run))"
    )
    if_damaged = (
        "See with twilio.port_ins.list() which port-ins there are, and go on with a plan without their numbers and"
        " with another journal, or put back a copy of it"
    )

    async def created(self) -> list[tuple[str, list[str], PortIn]]:
        """List what was created: the keys, the numbers that were asked for, and the port-ins."""
        rows = await self.rows("SELECT key, numbers, answer FROM port_ins WHERE answer IS NOT NULL")
        return [(key, numbers.split(), decode(PortIn, answer)) for key, numbers, answer in rows]

    async def unsettled(self) -> list[Intent]:
        """List what was sent, or nearly, and not answered."""
        rows = await self.rows(
            "SELECT key, sent_at, lost_at, numbers, since, before FROM port_ins JOIN runs USING (run)"
            " WHERE answer IS NULL ORDER BY port_ins.rowid"
        )
        return [
            Intent(
                key,
                dt.datetime.fromisoformat(sent_at),
                dt.datetime.fromisoformat(lost_at) if lost_at else None,
                frozenset(numbers.split()),
                dt.date.fromisoformat(since),
                frozenset(before.split()),
            )
            for key, sent_at, lost_at, numbers, since, before in rows
        ]

    async def begin(self, since: dt.date, before: Iterable[str]) -> None:
        """Begin a run: these port-ins, listed from that day on, are there already."""
        await self.write(
            "INSERT INTO runs (since, before, checksum) VALUES (?1, ?2, checksum(?1, ?2))",
            since.isoformat(),
            " ".join(before),
        )

    async def intend(self, key: str, numbers: Iterable[str], at: dt.datetime) -> None:
        """Note that a port-in is about to be asked for. It is on the disk when this returns."""
        await self.write(
            "INSERT OR REPLACE INTO port_ins (key, run, sent_at, numbers, checksum)"
            " SELECT ?1, max(run), ?2, ?3, checksum(?1, max(run), ?2, NULL, ?3, NULL) FROM runs",
            key,
            at.isoformat(),
            " ".join(numbers),
        )

    async def lose(self, key: str, at: dt.datetime) -> None:
        """Note that the answer will not come."""
        await self.write(
            "UPDATE port_ins SET lost_at = ?1,"
            " checksum = checksum(key, run, sent_at, ?1, numbers, answer) WHERE key = ?2",
            at.isoformat(),
            key,
        )

    async def record(self, key: str, port_in: PortIn) -> None:
        """Note that it was created."""
        await self.write(
            "UPDATE port_ins SET answer = ?1,"
            " checksum = checksum(key, run, sent_at, lost_at, numbers, ?1) WHERE key = ?2",
            msgspec.json.encode(port_in).decode(),
            key,
        )

    async def forget(self, key: str) -> None:
        """Note that it was not created."""
        await self.write("DELETE FROM port_ins WHERE key = ?", key)
