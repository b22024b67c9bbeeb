"""Plans of hosting from a file and the details of the numbers' owner."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import msgspec

from ..._util import counted
from ...hosting.plan import HostingPlan

__all__ = ["Planned"]

_SHOWN = 20
_LINES = 5


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A plan, and the lines of its inputs in the file."""

    plan: HostingPlan
    rows: list[int]

    def lines(self) -> list[str]:
        """The plan for people. It shows no phone number."""
        made, rows = self.plan, self.rows
        kind = "bulk request" if made.is_bulk else "order"
        said = [f"{counted(len(made.phone_numbers), 'number')} in {counted(len(made.requests), kind)}."]
        if made.left_out:
            said.append(f"{len(made.left_out):,} left out:")
            by_reason: dict[str, list[int]] = {}
            for one in made.left_out:
                why = f"{one.reason.value.replace('_', ' ')}: {one.message}"
                by_reason.setdefault(why, []).append(rows[one.index])
            said += [f"  {_of_lines(lines)}: {why}" for why, lines in islice(by_reason.items(), _SHOWN)]
            if len(by_reason) > _SHOWN:
                said.append(f"  and {len(by_reason) - _SHOWN:,} more reasons (--json has them all)")
        if made.duplicates:
            said.append(f"{len(made.duplicates):,} came again.")
        said += map(str, made.problems)
        return [*said, f"Not ready: {counted(len(made.problems), 'fault')}." if made.problems else "Ready."]

    def record(self) -> dict[str, object]:
        """The plan without the owner's details."""
        made, rows = self.plan, self.rows
        return {
            "ready": made.is_ready,
            "bulk": made.is_bulk,
            "requests": made.requests,
            "left_out": [
                {
                    "line": rows[one.index],
                    "phone_number": one.phone_number,
                    "reason": one.reason,
                    "message": one.message,
                }
                for one in made.left_out
            ],
            "duplicates": [
                {"line": rows[again], "first_line": rows[first]} for again, first in made.duplicates.items()
            ],
            "problems": [
                {name: getattr(one, name) for name in ("code", "message", "argument")}
                for one in made.problems
            ],
        }


def _of_lines(lines: Sequence[int]) -> str:
    """The lines with one reason: ``line 4``, ``3 lines (4, 6, 9)``."""
    if len(lines) == 1:
        return f"line {lines[0]}"
    shown = ", ".join(map(str, lines[:_LINES]))
    return f"{len(lines):,} lines ({shown}{', ...' if len(lines) > _LINES else ''})"
