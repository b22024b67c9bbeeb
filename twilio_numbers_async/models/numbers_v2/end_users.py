"""Numbers v2, RegulatoryCompliance: end users, supporting documents, and the types of both."""

from __future__ import annotations

from typing import Any, ClassVar

from ..base import Answer, Code, DateTime, OpenEnum
from ..guarded import GuardedAnswer
from .paging import UrlPage


class EndUserKind(OpenEnum):
    """The kind of customer that uses the numbers."""

    INDIVIDUAL = "individual"
    BUSINESS = "business"


class SupportingDocumentStatus(OpenEnum):
    """The status of the review of a document."""

    DRAFT = "draft"
    PENDING_REVIEW = "pending-review"
    REJECTED = "rejected"
    APPROVED = "approved"
    EXPIRED = "expired"
    PROVISIONALLY_APPROVED = "provisionally-approved"


class EndUser(GuardedAnswer, frozen=True, kw_only=True):
    """The customer who uses the numbers. The repr shows no attribute: they are personal data."""

    _shown: ClassVar[tuple[str, ...]] = ("sid", "type")

    sid: str | None = None
    """The SID of the end user (``IT...``)."""
    account_sid: str | None = None
    """The account (``AC...``) that it belongs to."""
    friendly_name: str | None = None
    """The name that it was given."""
    type: EndUserKind | None = None
    """An individual or a business."""
    attributes: dict[str, Any] | None = None
    """The attributes that the regulation asks for, by machine name, such as ``business_name``."""
    date_created: DateTime | None = None
    """The time of its creation."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    url: str | None = None
    """The address of this answer."""


class SupportingDocumentError(Answer, frozen=True, kw_only=True):
    """A reason why a document was rejected."""

    code: Code | None = None
    """Twilio's error code."""
    message: str | None = None
    """The reason in words, where Twilio gives it."""
    object_field: str | None = None
    """The attribute that is wrong, where it is named."""


class SupportingDocument(GuardedAnswer, frozen=True, kw_only=True):
    """A proof about an end user. The repr shows no attribute: they are personal data."""

    _shown: ClassVar[tuple[str, ...]] = ("sid", "type", "status")

    sid: str | None = None
    """The SID of the document (``RD...``)."""
    account_sid: str | None = None
    """The account (``AC...``) that it belongs to."""
    friendly_name: str | None = None
    """The name that it was given."""
    mime_type: str | None = None
    """The type of the uploaded file; None or empty without one."""
    status: SupportingDocumentStatus | None = None
    """The status of the review."""
    failure_reason: str | None = None
    """The reason of a rejection, in words."""
    errors: list[SupportingDocumentError] | None = None
    """The reasons of a rejection, by code."""
    type: str | None = None
    """The type of the document by machine name, such as ``passport``."""
    attributes: dict[str, Any] | None = None
    """The attributes of the document by machine name, such as ``document_number``."""
    date_created: DateTime | None = None
    """The time of its creation."""
    date_updated: DateTime | None = None
    """The time of its last change."""
    url: str | None = None
    """The address of this answer."""


class TypeField(Answer, frozen=True, kw_only=True):
    """A field that an end user or a document of a type may have."""

    friendly_name: str | None = None
    """The name for people, such as ``Last Name``."""
    machine_name: str | None = None
    """The name of the attribute, such as ``last_name``."""
    description: str | None = None
    """A description of the value."""
    constraint: Any = None
    """The constraint on a value; its shape is not documented."""


class EndUserType(Answer, frozen=True, kw_only=True):
    """A type of end users, with the fields that there are."""

    sid: str | None = None
    """The SID of the type (``OY...``)."""
    friendly_name: str | None = None
    """The name for people."""
    machine_name: str | None = None
    """The name of the type, such as ``business``."""
    fields: list[TypeField] | None = None
    """The fields that there are."""
    url: str | None = None
    """The address of this answer."""


class SupportingDocumentType(EndUserType, frozen=True, kw_only=True):
    """A type of documents, such as ``passport``, with the fields that there are."""


class EndUserPage(UrlPage, frozen=True, kw_only=True):
    """One page of the end users."""

    results: list[EndUser] | None = None
    """The end users."""


class SupportingDocumentPage(UrlPage, frozen=True, kw_only=True):
    """One page of the documents."""

    results: list[SupportingDocument] | None = None
    """The documents."""


class EndUserTypePage(UrlPage, frozen=True, kw_only=True):
    """One page of the types of end users."""

    end_user_types: list[EndUserType] | None = None
    """The types."""


class SupportingDocumentTypePage(UrlPage, frozen=True, kw_only=True):
    """One page of the types of documents."""

    supporting_document_types: list[SupportingDocumentType] | None = None
    """The types."""
