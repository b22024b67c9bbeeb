"""Numbers v2, RegulatoryCompliance: what a country asks for, by kind of number and of customer."""

from __future__ import annotations

from ..base import Answer, OpenEnum
from .end_users import EndUserKind
from .needs import RegulationNeeds, needs_of
from .paging import UrlPage
from .requirements import DocumentRequirement, EndUserRequirement, RegulationRequirements


class RegulationNumberType(OpenEnum):
    """The kinds of numbers that regulations are for. Twilio may say another one, but is asked for these alone."""

    LOCAL = "local"
    MOBILE = "mobile"
    NATIONAL = "national"
    TOLL_FREE = "toll-free"
    VOIP = "voip"
    SHARED_COST = "shared-cost"
    MACHINE_TO_MACHINE = "machine-to-machine"


class Regulation(Answer, frozen=True, kw_only=True):
    """The requirements of a country for one kind of number and one kind of customer."""

    sid: str | None = None
    """The SID of the regulation (``RN...``)."""
    friendly_name: str | None = None
    """The name for people, such as ``Australia: Local - Individual``."""
    iso_country: str | None = None
    """The country, ISO 3166-1 alpha-2."""
    number_type: str | None = None
    """The kind of number, such as ``local``."""
    end_user_type: EndUserKind | None = None
    """The kind of customer."""
    requirements: RegulationRequirements | None = None
    """The requirements."""
    url: str | None = None
    """The address of this answer."""

    @property
    def end_user_requirements(self) -> list[EndUserRequirement]:
        """The requirements about the end user."""
        return (self.requirements.end_user if self.requirements else None) or []

    @property
    def document_requirements(self) -> list[DocumentRequirement]:
        """The proofs that are required, in one list."""
        lists = (self.requirements.supporting_document if self.requirements else None) or []
        return [requirement for each in lists for requirement in each]

    def needs(self) -> RegulationNeeds:
        """The requirements in words: fields with their constraints, documents with their alternatives."""
        return needs_of(
            title=self.friendly_name or self.sid or "",
            end_user_type="" if self.end_user_type is None else self.end_user_type.value,
            end_user=self.end_user_requirements,
            documents=self.document_requirements,
        )


class RegulationPage(UrlPage, frozen=True, kw_only=True):
    """One page of the regulations."""

    results: list[Regulation] | None = None
    """The regulations."""
