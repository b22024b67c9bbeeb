"""Showing what a country requires, how far bundles are, and which approvals end soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ...compliance.problems import BundleProblem
from ...models.numbers_v2.bundles import Bundle
from ...models.numbers_v2.end_users import EndUserKind
from ...models.numbers_v2.needs import RegulationNeeds
from ..connection import Where, connected
from ..exit_codes import FAILED, tell
from ..output import Listing, counted, plain
from .creating import problem_records

__all__ = ["show_expiring", "show_needs", "show_status"]

_NEEDS = {"For": 28, "Provide": 30, "Field": 30, "What it must be": 0}
_BUNDLES = {"Bundle": 34, "Status": 22, "Valid until": 20, "Name": 0}


async def show_needs(where: Where, country: str, number_type: str, kind: EndUserKind, *, json: bool) -> int:
    """Print what must be provided; returns the exit code."""
    async with connected(where) as client:
        needs = (await client.regulations.find(country, number_type, kind)).needs()
    if json:
        Listing(_NEEDS, json=True).row([], needs)
        return 0
    tell(f"{needs.title}. Of the documents for one proof, one will do.")
    listing = Listing(_NEEDS)
    for row in _rows(needs):
        listing.row(row, None)
    return 0


def _rows(needs: RegulationNeeds) -> list[list[str]]:
    rows = [
        ["End user", needs.end_user_type, field.name, _said(field.description, field.constraint)]
        for field in needs.end_user
    ]
    for proof in needs.documents:
        for document in proof.alternatives:
            fields = [(field.name, _said(field.description, field.constraint)) for field in document.fields]
            if document.with_address:
                fields.append(("an address", "see [address]"))
            for name, said in fields or [("", "")]:
                rows.append([proof.label, document.type, name, said])
    return rows


def _said(*parts: str | None) -> str:
    return ", ".join(filter(None, parts))


async def show_status(where: Where, sids: Sequence[str], *, json: bool) -> int:
    """Print bundles; returns the exit code."""
    listing, count = Listing(_BUNDLES, json=json), 0
    async with connected(where) as client:
        for sid in sids:
            reviewed = await client.bundles.wait(sid, until=lambda _: True)  # one look
            _show(listing, reviewed, reviewed.problems)
            if not json:
                for one in reviewed.problems:
                    tell(plain(str(one)))
        if not sids:
            async for bundle in client.bundles.list():
                count += 1
                _show(listing, bundle)
            tell(f"{counted(count, 'bundle')}.")
    return 0


async def show_expiring(where: Where, within: dt.timedelta, *, json: bool) -> int:
    """Print the bundles whose approval ends soon; returns the exit code."""
    listing, count = Listing(_BUNDLES, json=json), 0
    async with connected(where) as client:
        async for bundle in client.bundles.expiring(within=within):
            count += 1
            _show(listing, bundle)
    tell(f"{counted(count, 'approval')} {'ends' if count == 1 else 'end'} within {within.days} days.")
    return FAILED if count else 0


def _show(listing: Listing, bundle: Bundle, problems: Sequence[BundleProblem] = ()) -> None:
    until = None if bundle.valid_until is None else bundle.valid_until.isoformat(timespec="minutes")
    record = {
        "sid": bundle.sid,
        "status": bundle.status,
        "valid_until": bundle.valid_until,
        "friendly_name": bundle.friendly_name,
        "regulation_sid": bundle.regulation_sid,
        "problems": problem_records(problems),
    }
    listing.row([bundle.sid, bundle.status, until, bundle.friendly_name], record)
