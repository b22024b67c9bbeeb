"""Numbers v2, RegulatoryCompliance: the requirements of a regulation."""

from __future__ import annotations

from typing import Any

from ..base import Answer


class RequirementField(Answer, frozen=True, kw_only=True):
    """A field that must be given."""

    machine_name: str | None = None
    """The name of the attribute, such as ``business_name``."""
    friendly_name: str | None = None
    """The name for people, such as ``Business Name``."""
    description: str | None = None
    """A description of the value; with ``include_constraints``."""
    constraint: Any = None
    """The constraint on a value; with ``include_constraints``. Its shape is not documented."""


class AcceptedDocument(Answer, frozen=True, kw_only=True):
    """One of the documents that meet a requirement."""

    name: str | None = None
    """The name for people."""
    type: str | None = None
    """The type of the document, such as ``passport``; ``address`` is an address, without a paper."""
    url: str | None = None
    """The address of the type."""
    fields: list[str] | None = None
    """The machine names of the fields that it must have."""
    detailed_fields: list[RequirementField] | None = None
    """The fields with what is known of them."""

    @property
    def needed_fields(self) -> list[RequirementField]:
        """The fields, with their details where there are some."""
        known = {field.machine_name: field for field in self.detailed_fields or () if field.machine_name}
        order = dict.fromkeys([*(self.fields or ()), *known])
        return [known.get(name) or RequirementField(machine_name=name) for name in order if name]


class EndUserRequirement(AcceptedDocument, frozen=True, kw_only=True):
    """The requirements about the end user, whose type stands in the place of a document's."""

    requirement_name: str | None = None
    """The name of the requirement, such as ``business_info``."""


class DocumentRequirement(Answer, frozen=True, kw_only=True):
    """A proof that one of the documents must give."""

    name: str | None = None
    """The name for people."""
    type: str | None = None
    """The kind of proof, such as ``document``."""
    requirement_name: str | None = None
    """The name of the requirement, such as ``proof_of_address``."""
    description: str | None = None
    """A description of the proof."""
    accepted_documents: list[AcceptedDocument] | None = None
    """The documents that will do: one of them."""


class RegulationRequirements(Answer, frozen=True, kw_only=True):
    """The requirements of a regulation. Their shape is that of the specification's examples."""

    end_user: list[EndUserRequirement] | None = None
    """The requirements about the end user."""
    supporting_document: list[list[DocumentRequirement]] | None = None
    """The proofs that are required."""
