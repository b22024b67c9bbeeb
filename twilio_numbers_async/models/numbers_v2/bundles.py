"""Numbers v2, RegulatoryCompliance: bundles, what is in them, and what they are found to be."""

from __future__ import annotations

from typing import ClassVar

from ..base import Answer, Code, DateTime, OpenEnum
from ..guarded import GuardedAnswer
from .paging import UrlPage


class BundleStatus(OpenEnum):
    """The status of a bundle."""

    DRAFT = "draft"
    PENDING_REVIEW = "pending-review"
    IN_REVIEW = "in-review"
    TWILIO_REJECTED = "twilio-rejected"
    TWILIO_APPROVED = "twilio-approved"
    PROVISIONALLY_APPROVED = "provisionally-approved"

    @property
    def is_decided(self) -> bool:
        """True for a bundle that was approved or rejected: its review is over."""
        return self in _DECIDED

    @property
    def is_approved(self) -> bool:
        """True for a bundle that numbers can be bought with, for now at least."""
        return self in _APPROVED


_APPROVED = frozenset({BundleStatus.TWILIO_APPROVED, BundleStatus.PROVISIONALLY_APPROVED})
_DECIDED = frozenset({BundleStatus.TWILIO_APPROVED, BundleStatus.TWILIO_REJECTED})


class BundleSortBy(OpenEnum):
    """The field that a list of bundles is sorted by."""

    VALID_UNTIL = "valid-until"
    DATE_UPDATED = "date-updated"


class SortDirection(OpenEnum):
    """The direction that a list is sorted in."""

    ASC = "ASC"
    DESC = "DESC"


class EvaluationStatus(OpenEnum):
    """The verdict of an evaluation."""

    COMPLIANT = "compliant"
    NONCOMPLIANT = "noncompliant"


class _BundleDetails(GuardedAnswer, frozen=True, kw_only=True):
    account_sid: str | None = None
    """The account (``AC...``) that it belongs to."""
    regulation_sid: str | None = None
    """The regulation (``RN...``) that it is for."""
    friendly_name: str | None = None
    """The name that it was given."""
    status: BundleStatus | None = None
    """Its status."""
    valid_until: DateTime | None = None
    """The end of the approval; None where it does not end, or where there is none."""
    email: str | None = None
    """The e-mail address that hears of changes of the status."""
    status_callback: str | None = None
    """The URL that is told of changes of the status."""
    date_created: DateTime | None = None
    """The time of its creation."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    url: str | None = None
    """The address of this answer; copies and replaced items have none."""


class Bundle(_BundleDetails, frozen=True, kw_only=True):
    """An end user and documents, put together for one regulation. What numbers are bought with."""

    _shown: ClassVar[tuple[str, ...]] = ("sid", "friendly_name", "status", "valid_until")

    sid: str | None = None
    """The SID of the bundle (``BU...``)."""
    links: dict[str, str | None] | None = None
    """The addresses of what belongs to it."""


class BundleClone(_BundleDetails, frozen=True, kw_only=True):
    """A copy of a bundle in another account. Its SID is ``bundle_sid``."""

    _shown: ClassVar[tuple[str, ...]] = (
        "bundle_sid",
        "account_sid",
        "friendly_name",
        "status",
        "valid_until",
    )

    bundle_sid: str | None = None
    """The SID of the new bundle (``BU...``)."""


class ItemAssignment(Answer, frozen=True, kw_only=True):
    """Something that is in a bundle."""

    sid: str | None = None
    """The SID of the assignment (``BV...``)."""
    bundle_sid: str | None = None
    """The bundle (``BU...``) that it is in."""
    account_sid: str | None = None
    """The account (``AC...``) that it belongs to."""
    object_sid: str | None = None
    """The item in the bundle: an end user (``IT...``) or a document (``RD...``)."""
    date_created: DateTime | None = None
    """The time when it was put in."""
    url: str | None = None
    """The address of this answer."""


class EvaluationField(Answer, frozen=True, kw_only=True):
    """A field that was looked at."""

    friendly_name: str | None = None
    """The name for people."""
    object_field: str | None = None
    """The machine name of the field."""
    failure_reason: str | None = None
    """The fault, in words; None where there is none."""
    error_code: Code | None = None
    """Twilio's error code (22215, 22217, 22219 and others)."""


class EvaluationResult(Answer, frozen=True, kw_only=True):
    """The findings about one requirement."""

    friendly_name: str | None = None
    """The name of what was looked at, for people."""
    object_type: str | None = None
    """The type of the end user or of the document."""
    passed: bool | None = None
    """True if the requirement is met."""
    failure_reason: str | None = None
    """The fault, in words; None where there is none."""
    error_code: Code | None = None
    """Twilio's error code (22214, 22216 and others)."""
    valid: list[EvaluationField] | None = None
    """The fields that are right."""
    invalid: list[EvaluationField] | None = None
    """The fields that are wrong."""
    requirement_friendly_name: str | None = None
    """The name of the requirement, for people."""
    requirement_name: str | None = None
    """The name of the requirement, such as ``business_info``."""


class Evaluation(Answer, frozen=True, kw_only=True):
    """The findings of Twilio's own check of a bundle, before anybody reviews it."""

    sid: str | None = None
    """The SID of the evaluation (``EL...``)."""
    account_sid: str | None = None
    """The account (``AC...``) that it belongs to."""
    regulation_sid: str | None = None
    """The regulation (``RN...``) that the bundle was held against."""
    bundle_sid: str | None = None
    """The bundle (``BU...``)."""
    status: EvaluationStatus | None = None
    """Compliant or not."""
    results: list[EvaluationResult] | None = None
    """The findings, by requirement and field."""
    date_created: DateTime | None = None
    """The time of the evaluation."""
    url: str | None = None
    """The address of this answer."""


class BundlePage(UrlPage, frozen=True, kw_only=True):
    """One page of the bundles."""

    results: list[Bundle] | None = None
    """The bundles."""


class ItemAssignmentPage(UrlPage, frozen=True, kw_only=True):
    """One page of what is in a bundle."""

    results: list[ItemAssignment] | None = None
    """The assignments."""


class EvaluationPage(UrlPage, frozen=True, kw_only=True):
    """One page of a bundle's evaluations."""

    results: list[Evaluation] | None = None
    """The evaluations."""
