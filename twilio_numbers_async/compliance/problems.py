"""The problems that a bundle can have: in a plan, in Twilio's evaluation, and in a review."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping

from ..models.base import fold
from ..models.numbers_v2.bundles import Evaluation, EvaluationResult
from ..models.numbers_v2.end_users import (
    EndUserKind,
    SupportingDocument,
    SupportingDocumentError,
    SupportingDocumentStatus,
)
from ..work.plan import Problem

__all__ = [
    "BundleProblem",
    "BundleProblemCode",
    "document_problems",
    "evaluation_problems",
    "problem",
]


_NOT_ACCEPTED = frozenset({SupportingDocumentStatus.REJECTED, SupportingDocumentStatus.EXPIRED})


class BundleProblemCode(enum.StrEnum):
    """The subject of a problem."""

    ADDRESS = "address"
    """An address is needed, or a detail of it is missing or wrong."""
    EMAIL = "email"
    """An e-mail address that is none."""
    INVALID_VALUE = "invalid_value"
    """A value that the regulation does not allow."""
    MISSING_DOCUMENT = "missing_document"
    """Something is to be proved, and there is no document for it."""
    MISSING_VALUE = "missing_value"
    """A field that must be there is not, or is empty."""
    NONCOMPLIANT = "noncompliant"
    """Twilio's evaluation found it wrong."""
    REJECTED = "rejected"
    """The review found it wrong."""
    UNKNOWN_ATTRIBUTE = "unknown_attribute"
    """An attribute that the regulation does not know."""
    UNKNOWN_DOCUMENT = "unknown_document"
    """A type of document that the regulation does not accept."""


class BundleProblem(Problem, frozen=True, kw_only=True):
    """Something that is wrong. ``str(problem)`` is one line and repeats no value."""

    code: BundleProblemCode
    argument: str
    """The place, such as ``end_user.business_name`` or ``documents[0].attributes.document_number``."""
    field: str | None = None
    """The machine name of the field, such as ``business_name``; None where it is about no single one."""
    error_code: int | str | None = None
    """Twilio's error code, where it is Twilio that says so."""


def problem(
    code: BundleProblemCode,
    place: str,
    what: str,
    field: str | None = None,
    error_code: int | str | None = None,
) -> BundleProblem:
    """A problem at a place."""
    return BundleProblem(
        code=code, message=f"{place} {what}", argument=place, field=field, error_code=error_code
    )


def evaluation_problems(
    evaluation: Evaluation, places: Mapping[str, str] | None = None, *, code: BundleProblemCode
) -> list[BundleProblem]:
    """The problems that an evaluation found, by field. ``places``: the places of a plan's documents, by folded type."""
    found: dict[tuple[str, str | None], BundleProblem] = {}
    for result in evaluation.results or ():
        if result.passed is not True:
            for one in _of_result(result, places or {}, code):
                found.setdefault((one.argument, one.field), one)  # two requirements may miss the same
    return list(found.values())


def _of_result(
    result: EvaluationResult, places: Mapping[str, str], code: BundleProblemCode
) -> Iterator[BundleProblem]:
    place = _place(result.object_type, places)
    about = result.requirement_friendly_name or result.requirement_name or "a requirement"
    if not result.invalid:
        why = result.failure_reason or "is missing or wrong"
        yield problem(code, place, f"does not meet {about!r}: {why}", None, result.error_code)
    for field in result.invalid or ():
        at = f"{place}.{field.object_field}" if field.object_field else place
        why = field.failure_reason or "is missing or wrong"
        error_code = result.error_code if field.error_code is None else field.error_code
        yield problem(code, at, f"does not meet {about!r}: {why}", field.object_field, error_code)


def document_problems(documents: Iterable[SupportingDocument]) -> list[BundleProblem]:
    """The reasons why documents were rejected, by field where that is said."""
    problems: list[BundleProblem] = []
    for document in documents:
        status = document.status
        if status is None or status not in _NOT_ACCEPTED:
            continue
        place = _place(document.type, {})
        reason = document.failure_reason or f"it is {status.value}"
        for error in document.errors or [SupportingDocumentError()]:
            at = f"{place}.{error.object_field}" if error.object_field else place
            what = f"was not accepted: {error.message or reason}"
            problems.append(problem(BundleProblemCode.REJECTED, at, what, error.object_field, error.code))
    return problems


def _place(object_type: str | None, places: Mapping[str, str]) -> str:
    kind = fold(object_type or "")
    if kind in {fold(each.value) for each in EndUserKind} or kind == "enduser":
        return "end_user"
    return places.get(kind) or (f"documents.{object_type}" if object_type else "documents")
