"""Bundles: printing their plan, and creating them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from ...client import TwilioNumbers
from ...compliance.plan import BundlePlan
from ...compliance.problems import BundleProblem
from ...compliance.review import NoncompliantError
from ..confirm import agreed
from ..exit_codes import FAILED, INTERRUPTED, Stop, tell
from ..output import Output, plain, print_json
from .details import BundleFile, plan_of

__all__ = ["create_bundle", "print_plan", "problem_records"]


def print_plan(plan: BundlePlan, output: Output) -> None:
    """Print a plan and its problems."""
    if output.json:
        print_json(
            {
                "ready": plan.is_ready,
                "regulation": plan.regulation.sid,
                "documents": [document.type for document in plan.documents],
                "problems": problem_records(plan.problems),
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
    if not agreed(f"Create and submit {plan.friendly_name!r}?", yes=yes):
        raise Stop("Nothing was created.", FAILED)
    again = "" if journal is None else f" The same command goes on: {journal} keeps what was created."
    try:
        bundle = await client.bundles.create_all(plan, journal=journal)
        problems: Sequence[BundleProblem] = ()
        if wait:
            bundle = reviewed = await client.bundles.wait(bundle.sid or "")
            problems = reviewed.problems
    except asyncio.CancelledError:
        tell(f"Stopped.{again}")
        return INTERRUPTED
    except NoncompliantError as error:
        _show(error.bundle_sid, "noncompliant", error.problems, output)
        return FAILED
    _show(bundle.sid, "" if bundle.status is None else bundle.status.value, problems, output)
    return FAILED if problems else 0


def _show(sid: str | None, status: str, problems: Sequence[BundleProblem], output: Output) -> None:
    if output.json:
        print_json({"sid": sid, "status": status, "problems": problem_records(problems)})
        return
    print(f"{sid}\t{status}", flush=True)
    for one in problems:
        tell(plain(str(one)))


def problem_records(problems: Sequence[BundleProblem]) -> list[dict[str, object]]:
    """The records of problems for --json."""
    names = ("code", "argument", "field", "message", "error_code")
    return [{name: getattr(one, name) for name in names} for one in problems]
