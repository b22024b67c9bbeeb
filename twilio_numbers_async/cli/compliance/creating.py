"""Planning a bundle from a file, and creating it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from ...compliance.plan import BundlePlan
from ...compliance.problems import BundleProblem
from ...compliance.review import NoncompliantError
from ...models.numbers_v2.bundles import Bundle
from ..confirm import agreed
from ..connection import Where, connected
from ..exit_codes import FAILED, INTERRUPTED, Stop, tell
from ..output import plain, print_json
from .details import BundleFile, plan_of

__all__ = ["create_bundle", "problem_records", "show_plan"]


async def show_plan(where: Where, given: BundleFile, *, json: bool) -> int:
    """Print the plan and its problems; returns the exit code."""
    async with connected(where) as client:
        plan = await plan_of(client, given)
    if json:
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
    return 0 if plan.is_ready else FAILED


async def create_bundle(
    where: Where, given: BundleFile, journal: Path | None, *, yes: bool, wait: bool, json: bool
) -> int:
    """Ask, create and submit what was planned; returns the exit code."""
    async with connected(where) as client:
        plan = await plan_of(client, given)
        for line in str(plan).splitlines():
            tell(plain(line))
        if not plan.is_ready:
            raise Stop("Nothing was created.", FAILED)
        if not agreed(f"Create and submit {_title(plan)!r}?", yes=yes):
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
            _show(error.bundle_sid, "noncompliant", error.problems, json=json)
            return FAILED
    _show(bundle.sid, _status(bundle), problems, json=json)
    return FAILED if problems else 0


def _title(plan: BundlePlan) -> str:
    return plan.friendly_name


def _status(bundle: Bundle) -> str:
    return "" if bundle.status is None else bundle.status.value


def _show(sid: str | None, status: str, problems: Sequence[BundleProblem], *, json: bool) -> None:
    if json:
        print_json({"sid": sid, "status": status, "problems": problem_records(problems)})
        return
    print(f"{sid}\t{status}", flush=True)
    for one in problems:
        tell(plain(str(one)))


def problem_records(problems: Sequence[BundleProblem]) -> list[dict[str, object]]:
    """Problems as they are printed with --json."""
    names = ("code", "argument", "field", "message", "error_code")
    return [{name: getattr(one, name) for name in names} for one in problems]
