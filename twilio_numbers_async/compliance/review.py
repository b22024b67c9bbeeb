"""Bundles whose review is over, with corrections for those that were rejected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import ClassVar

import msgspec

from ..errors import NotFoundError, TwilioNumbersError
from ..models.numbers_v2.bundles import Bundle, BundleStatus, Evaluation, EvaluationStatus
from ..models.numbers_v2.end_users import SupportingDocument
from .calls import Calls
from .problems import BundleProblem, BundleProblemCode, document_problems, evaluation_problems, problem

__all__ = ["NoncompliantError", "ReviewedBundle", "newest_evaluation", "papers_among", "reviewed"]

_BEGINNING = dt.datetime.min.replace(tzinfo=dt.UTC)


class ReviewedBundle(Bundle, frozen=True, kw_only=True):
    """A bundle, and the problems that the review found."""

    _shown: ClassVar[tuple[str, ...]] = ("sid", "friendly_name", "status", "valid_until", "problems")

    problems: list[BundleProblem] = []  # noqa: RUF012 - msgspec copies it
    """Corrections to make, by field; empty unless the bundle was rejected."""


class NoncompliantError(TwilioNumbersError):
    """Twilio's evaluation found a bundle noncompliant: it was not submitted.

    ``problems`` are by field; ``bundle_sid`` (``BU...``) is the draft, and ``evaluation`` has the findings. Correct the
    plan and create it again with the same journal: the draft is used again.
    """

    problems: list[BundleProblem]
    bundle_sid: str
    evaluation: Evaluation

    def __init__(self, bundle_sid: str, evaluation: Evaluation, problems: list[BundleProblem]) -> None:
        first = problems[0].message if problems else "Twilio does not say why"
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"The bundle {bundle_sid} is noncompliant and was not submitted: {first}{more}")
        self.bundle_sid = bundle_sid
        self.evaluation = evaluation
        self.problems = problems


def noncompliance(
    bundle_sid: str, evaluation: Evaluation, places: Mapping[str, str]
) -> NoncompliantError | None:
    """The error for an evaluation that did not find the bundle compliant."""
    if evaluation.status == EvaluationStatus.COMPLIANT:
        return None
    problems = evaluation_problems(evaluation, places, code=BundleProblemCode.NONCOMPLIANT)
    return NoncompliantError(bundle_sid, evaluation, problems)


async def newest_evaluation(calls: Calls, bundle_sid: str) -> Evaluation | None:
    """The last evaluation of a bundle."""
    found = [each async for each in calls.bundles.evaluations(bundle_sid)]
    return max(found, key=lambda each: each.date_created or _BEGINNING, default=None)


async def papers_among(calls: Calls, objects: Iterable[str]) -> dict[str, SupportingDocument | None]:
    """The documents among the items of a bundle, by their SIDs; None for one that was deleted."""
    found: dict[str, SupportingDocument | None] = {}
    for sid in objects:
        if sid.upper().startswith("RD"):
            try:
                found[sid] = await calls.documents.fetch(sid)
            except NotFoundError:
                found[sid] = None
    return found


async def reviewed(calls: Calls, bundle: Bundle) -> ReviewedBundle:
    """Return the bundle, with corrections if it was rejected."""
    problems: list[BundleProblem] = []
    if bundle.sid and bundle.status == BundleStatus.TWILIO_REJECTED:
        problems = await _corrections(calls, bundle.sid, bundle.email)
    return ReviewedBundle(**msgspec.structs.asdict(bundle), problems=problems)


async def _corrections(calls: Calls, bundle_sid: str, email: str | None) -> list[BundleProblem]:
    objects = [item.object_sid async for item in calls.bundles.items(bundle_sid) if item.object_sid]
    papers = await papers_among(calls, objects)
    problems = document_problems([paper for paper in papers.values() if paper is not None])
    evaluation = await newest_evaluation(calls, bundle_sid)
    if evaluation is not None and evaluation.status == EvaluationStatus.NONCOMPLIANT:
        known = {(each.argument, each.field) for each in problems}
        found = evaluation_problems(evaluation, code=BundleProblemCode.REJECTED)
        problems += [each for each in found if (each.argument, each.field) not in known]
    if not problems:
        where = f" It was sent to {email}." if email else ""
        what = f"was rejected; the API does not say why.{where}"
        problems.append(problem(BundleProblemCode.REJECTED, "bundle", what))
    return problems
