"""Requirements and bundles: printing them, and creating a bundle."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from ...client import TwilioNumbers
from ...compliance.plan import BundlePlan
from ...compliance.problems import BundleProblem
from ...compliance.review import NoncompliantError
from ...models.numbers_v2.bundles import Bundle
from ...models.numbers_v2.needs import RegulationNeeds
from ..confirm import ask
from ..exit_codes import FAILED, INTERRUPTED, Stop, tell
from ..journals import going_on
from ..output import Listing, Output, plain, print_json
from .details import BundleFile, plan_of

__all__ = ["BUNDLES", "create_bundle", "print_needs", "print_plan", "show_bundle"]

_NEEDS = {"For": 28, "Provide": 30, "Field": 30, "What it must be": 0}
BUNDLES = {"Bundle": 34, "Status": 22, "Valid until": 20, "Name": 0}


def print_plan(plan: BundlePlan, output: Output) -> None:
    """Print a plan and its problems."""
    if output.json:
        print_json(
            {
                "ready": plan.is_ready,
                "regulation": plan.regulation.sid,
                "documents": [document.type for document in plan.documents],
                "problems": _problem_records(plan.problems),
            }
        )
    else:
        for line in str(plan).splitlines():
            print(plain(line), flush=True)


async def create_bundle(
    client: TwilioNumbers, given: BundleFile, journal: Path | None, output: Output, *, yes: bool, wait: bool
) -> int:
    """Ask for consent, create the bundle and submit it; returns the exit code."""
    plan = await plan_of(client, given)
    for line in str(plan).splitlines():
        tell(plain(line))
    if not plan.is_ready:
        raise Stop("Nothing was created.", FAILED)
    ask(f"Create and submit {plan.friendly_name!r}?", yes=yes, done="created")
    try:
        bundle = await client.bundles.create_all(plan, journal=journal)
        problems: Sequence[BundleProblem] = ()
        if wait:
            bundle = reviewed = await client.bundles.wait(bundle.sid or "")
            problems = reviewed.problems
    except asyncio.CancelledError:
        tell(f"Stopped.{going_on(journal, 'created')}")
        return INTERRUPTED
    except NoncompliantError as error:
        _show(error.bundle_sid, "noncompliant", error.problems, output)
        return FAILED
    _show(bundle.sid, "" if bundle.status is None else bundle.status.value, problems, output)
    return FAILED if problems else 0


def _show(sid: str | None, status: str, problems: Sequence[BundleProblem], output: Output) -> None:
    if output.json:
        print_json({"sid": sid, "status": status, "problems": _problem_records(problems)})
        return
    print(f"{sid}\t{status}", flush=True)
    for one in problems:
        tell(plain(str(one)))


def _problem_records(problems: Sequence[BundleProblem]) -> list[dict[str, object]]:
    """The records of problems for --json."""
    names = ("code", "argument", "field", "message", "error_code")
    return [{name: getattr(one, name) for name in names} for one in problems]


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
        "problems": _problem_records(problems),
    }
    listing.row([bundle.sid, bundle.status, until, bundle.friendly_name], record)
