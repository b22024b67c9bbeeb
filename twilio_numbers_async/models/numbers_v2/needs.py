"""A regulation's requirements in words: the fields of the end user, and the proofs, each with its documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import msgspec

from ..base import fold
from .requirements import AcceptedDocument, DocumentRequirement, EndUserRequirement, RequirementField

ADDRESS_SIDS = "address_sids"
"""The field of a document that names the addresses (``AD...``) it is about."""


class NeededField(msgspec.Struct, frozen=True, kw_only=True):
    """A field that must be given."""

    name: str
    """The name of the attribute, such as ``business_name``."""
    label: str
    """The name for people, such as ``Business Name``."""
    description: str | None = None
    """A description of the value, where Twilio gives one."""
    constraint: str | None = None
    """The constraint on the value in words, where Twilio gives one."""

    def __str__(self) -> str:
        said = ", ".join(filter(None, (self.description, self.constraint)))
        return f"{self.name} ({said or self.label})"


class NeededDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One of the documents that prove something."""

    type: str
    """The type, such as ``passport``."""
    label: str
    """The name for people."""
    fields: list[NeededField]
    """The fields that it must have, but for the address."""
    with_address: bool
    """True if it needs an address; ``plan_bundle`` fills in its own."""

    @property
    def is_address_alone(self) -> bool:
        """True if an address is all that it is: there is no paper to be given."""
        return self.with_address and not self.fields and fold(self.type) == "address"

    def __str__(self) -> str:
        parts = [*map(str, self.fields), *(["an address"] if self.with_address else [])]
        return f"{self.type} ({self.label})" + (f" with {', '.join(parts)}" if parts else "")


class NeededProof(msgspec.Struct, frozen=True, kw_only=True):
    """Something that must be proved, by one of the documents."""

    name: str
    """The name of the requirement, such as ``proof_of_address``."""
    label: str
    """The name for people."""
    description: str | None = None
    """A description of the proof, where Twilio gives one."""
    alternatives: list[NeededDocument]
    """The documents that will do: one of them."""

    def __str__(self) -> str:
        return f"{self.label}: {' or '.join(map(str, self.alternatives)) or 'no document is named'}"


class RegulationNeeds(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that must be provided for a regulation. ``str(needs)`` is a few lines for people."""

    title: str
    """The regulation, such as ``Australia: Local - Individual``."""
    end_user_type: str
    """``individual`` or ``business``."""
    end_user: list[NeededField]
    """The requirements about the end user."""
    documents: list[NeededProof]
    """The proofs that are required."""

    @property
    def with_address(self) -> bool:
        """True if some proof cannot do without an address."""
        return any(
            proof.alternatives and all(document.with_address for document in proof.alternatives)
            for proof in self.documents
        )

    def __str__(self) -> str:
        lines = [self.title, f"End user ({self.end_user_type}):"]
        lines += [f"  {field}" for field in self.end_user] or ["  nothing"]
        lines += ["Documents:", *([f"  {proof}" for proof in self.documents] or ["  none"])]
        return "\n".join(lines)


def needs_of(
    *,
    title: str,
    end_user_type: str,
    end_user: Iterable[EndUserRequirement],
    documents: Iterable[DocumentRequirement],
) -> RegulationNeeds:
    """Returns the requirements in words. See ``Regulation.needs``."""
    fields: dict[str, NeededField] = {}
    for each in end_user:
        fields |= {field.name: field for field in _fields(each.needed_fields)}
    return RegulationNeeds(
        title=title,
        end_user_type=end_user_type,
        end_user=list(fields.values()),
        documents=[
            NeededProof(
                name=each.requirement_name or each.name or "",
                label=each.name or each.requirement_name or "",
                description=each.description,
                alternatives=[_document(one) for one in each.accepted_documents or ()],
            )
            for each in documents
        ],
    )


def _document(accepted: AcceptedDocument) -> NeededDocument:
    fields = list(_fields(accepted.needed_fields))
    return NeededDocument(
        type=accepted.type or "",
        label=accepted.name or accepted.type or "",
        fields=[field for field in fields if fold(field.name) != fold(ADDRESS_SIDS)],
        with_address=any(fold(field.name) == fold(ADDRESS_SIDS) for field in fields),
    )


def _fields(fields: Iterable[RequirementField]) -> Iterator[NeededField]:
    for field in fields:
        name = field.machine_name or ""
        yield NeededField(
            name=name,
            label=field.friendly_name or name,
            description=field.description,
            constraint=_words(field.constraint) or None,
        )


def _words(constraint: Any) -> str:
    """A constraint of any shape, for people."""
    if isinstance(constraint, Mapping):
        pairs = cast("Mapping[object, Any]", constraint).items()
        return ", ".join(f"{str(name).replace('_', ' ')} {_words(value)}" for name, value in pairs)
    if isinstance(constraint, list):
        return " or ".join(map(_words, cast("Iterable[Any]", constraint)))
    return "" if constraint is None else str(constraint)
