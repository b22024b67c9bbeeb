"""Requirements and bundles as rows."""

from __future__ import annotations

from collections.abc import Sequence

from ...compliance.problems import BundleProblem
from ...models.numbers_v2.bundles import Bundle
from ...models.numbers_v2.needs import RegulationNeeds
from ..exit_codes import tell
from ..output import Listing, Output
from .creating import problem_records

__all__ = ["BUNDLES", "print_needs", "show_bundle"]

_NEEDS = {"For": 28, "Provide": 30, "Field": 30, "What it must be": 0}
BUNDLES = {"Bundle": 34, "Status": 22, "Valid until": 20, "Name": 0}


def print_needs(needs: RegulationNeeds, output: Output) -> None:
    """Print the requirements."""
    listing = Listing(_NEEDS, output)
    if output.json:
        listing.row([], needs)
        return
    tell(f"{needs.title}. Of the documents for one proof, one will do.")
    for row in _rows(needs):
        listing.row(row, None)


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


def show_bundle(listing: Listing, bundle: Bundle, problems: Sequence[BundleProblem] = ()) -> None:
    """Print a bundle."""
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
