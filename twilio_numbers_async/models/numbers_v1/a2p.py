"""Numbers v1: A2P registration details, which no path of the specification uses. Keys are in camelCase."""

from __future__ import annotations

from ..base import Answer, DateTime


class A2pRegistrationDetails(Answer, frozen=True, kw_only=True, rename="camel"):
    """The registration of a number for application-to-person messaging."""

    account_sid: str | None = None
    """The account (``AC...``) that holds the number."""
    phone_number_sid: str | None = None
    """The SID of the number (``PN...``)."""
    phone_number: str | None = None
    """The number, E.164."""
    external_phone_number_status: str | None = None
    """The status of the number with the registrar."""
    campaign_sid: str | None = None
    """The campaign (``CM...``) of the number."""
    messaging_service_sid: str | None = None
    """The messaging service (``MG...``) of the number."""
    external_campaign_id: str | None = None
    """The registrar's id of the campaign."""
    last_updated: DateTime | None = None
    """The time of its last change."""


class A2pComplianceRegistrationSids(Answer, frozen=True, kw_only=True, rename="camel"):
    """The compliance registrations of a campaign and its brand."""

    campaign_compliance_registration_sid: str | None = None
    """The registration of the campaign (``BU...``)."""
    brand_compliance_registration_sid: str | None = None
    """The registration of the brand (``BU...``)."""


class A2pRegistrationDetailsFetch(A2pRegistrationDetails, frozen=True, kw_only=True, rename="camel"):
    """The registration of one number, with the compliance registrations of its campaign and brand."""

    campaign_compliance_registration_sid: str | None = None
    """The registration of the campaign (``BU...``)."""
    brand_compliance_registration_sid: str | None = None
    """The registration of the brand (``BU...``)."""


class A2pRegistrationDetailsList(Answer, frozen=True, kw_only=True, rename="camel"):
    """The registrations of several numbers."""

    data: list[A2pRegistrationDetails] | None = None
    """The registrations."""


class A2pRegistrationDetailsCampaignList(Answer, frozen=True, kw_only=True, rename="camel"):
    """One page of the registrations of a campaign's numbers."""

    data: list[A2pRegistrationDetails] | None = None
    """The registrations."""
    next_token: str | None = None
    """The token of the next page; None on the last."""
