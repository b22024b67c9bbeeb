"""The planner: makes a bundle of a regulation and a customer's details, and finds what is wrong. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec

from .._util import counted
from ..errors import invalid
from ..models.base import fold
from ..models.numbers_v2.end_users import EndUserKind
from ..models.numbers_v2.needs import ADDRESS_SIDS, RegulationNeeds
from ..models.numbers_v2.regulations import Regulation
from .checking import (
    address_problems,
    contact_problems,
    document_value_problems,
    end_user_problems,
    proof_problems,
)
from .details import AddressDetails, BundleAddress, BundleDocument, DocumentDetails, address_of, document_of
from .problems import BundleProblem
from .values import is_given, normal

__all__ = ["BundlePlan", "plan_bundle", "wants_address"]


class BundlePlan(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that is ready to be created, or what stands in its way.

    ``str(plan)`` is a few lines for people; neither it nor the repr shows what the customer provides.
    """

    regulation: Regulation
    """The regulation that it is for."""
    end_user_type: EndUserKind
    """The kind of customer."""
    end_user: dict[str, Any]
    """The attributes of the end user, as they are sent."""
    address: AddressDetails | str | None
    """The address: its details, or its SID."""
    documents: list[DocumentDetails]
    """The documents; one that is made of the address alone comes last."""
    email: str
    """The e-mail address that hears of changes of the status."""
    friendly_name: str
    """The name of the bundle."""
    status_callback: str | None = None
    """The URL that is told of changes of the status."""
    problems: list[BundleProblem]
    """The problems: each names its field and its place."""

    @property
    def is_ready(self) -> bool:
        """True if nothing is wrong, as far as that can be said without asking Twilio."""
        return not self.problems

    @property
    def needs(self) -> RegulationNeeds:
        """The requirements of the regulation."""
        return self.regulation.needs()

    def __str__(self) -> str:
        types = ", ".join(document.type for document in self.documents) or "no document"
        verdict = f"Not ready: {counted(len(self.problems), 'problem')}." if self.problems else "Ready."
        title = self.regulation.friendly_name or self.regulation.sid or "a regulation"
        return "\n".join([f"Bundle for {title}: {types}", *map(str, self.problems), verdict])

    def __repr__(self) -> str:
        return f"BundlePlan(regulation={self.regulation.sid!r}, problems={self.problems!r})"


def plan_bundle(
    regulation: Regulation,
    *,
    end_user: Mapping[str, Any],
    address: BundleAddress | None = None,
    documents: Iterable[BundleDocument] = (),
    email: str,
    friendly_name: str | None = None,
    status_callback: str | None = None,
) -> BundlePlan:
    """Put a bundle together for ``regulation``, and say what is missing or wrong. Nothing is sent.

    - ``regulation``: what ``regulations.find`` gave.
    - ``end_user``: the attributes that it asks for, by machine name (see ``regulation.needs()``).
    - ``address``: details (``customer_name``, ``street``, ``city``, ``region``, ``postal_code``, ``iso_country``), an
      Address, or the SID of one (``AD...``). Documents that must name an address get it.
    - ``documents``: ``{"type": "passport", "attributes": {...}, "file": "passport.pdf"}`` each, DocumentDetails, or
      documents that are there. One serves every requirement that accepts it.
    - ``email``: who hears of changes of the status; ``status_callback``: the URL that is told of them.
    - ``friendly_name``: the name of the bundle; by default that of the regulation.

    A date is a ``date`` or ``YYYY-MM-DD``. Raises InvalidArgumentError only for values of a wrong type; what is wrong
    with the bundle is in the plan's problems. Source: Twilio's compliance guide.
    """
    kind = _checked_kind(regulation)
    if not isinstance(end_user, Mapping):
        raise invalid("end_user", "must map fields to values")
    if not isinstance(friendly_name, str | None):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise invalid("friendly_name", "must be text")
    details = address_of(address)
    if isinstance(details, AddressDetails) and not details.iso_country:
        details = msgspec.structs.replace(details, iso_country=regulation.iso_country or "")
    papers = _papers(documents)
    needs = regulation.needs()
    problems = [
        *end_user_problems(regulation, end_user),
        *address_problems(details),
        *document_value_problems(regulation, papers),
        *proof_problems(needs, papers, has_address=details is not None),
        *contact_problems(email, status_callback, friendly_name),
    ]
    papers += _of_address_alone(needs, papers, has_address=details is not None)
    return BundlePlan(
        regulation=regulation,
        end_user_type=kind,
        end_user=normal(end_user),
        address=details,
        documents=[_normal(paper) for paper in papers],
        email=email,
        friendly_name=friendly_name or regulation.friendly_name or regulation.sid or "Bundle",
        status_callback=status_callback,
        problems=problems,
    )


def _checked_kind(regulation: object) -> EndUserKind:
    if not isinstance(regulation, Regulation):
        raise invalid("regulation", "must be a Regulation, of regulations.find")
    if not regulation.sid or regulation.end_user_type is None or regulation.requirements is None:
        raise invalid("regulation", "must have its SID, its end_user_type and its requirements")
    return regulation.end_user_type


def _papers(documents: object) -> list[DocumentDetails]:
    if isinstance(documents, str | bytes | Mapping) or not isinstance(documents, Iterable):
        raise invalid("documents", "must be a list of documents")
    return [
        document_of(each, f"documents[{index}]")
        for index, each in enumerate(cast("Iterable[object]", documents))
    ]


def _of_address_alone(
    needs: RegulationNeeds, papers: list[DocumentDetails], *, has_address: bool
) -> list[DocumentDetails]:
    """Documents that consist of the address alone, if one of them gives a proof that no other document gives."""
    types = {fold(paper.type) for paper in papers}
    added: dict[str, DocumentDetails] = {}
    for proof in needs.documents if has_address else ():
        if types.isdisjoint(fold(each.type) for each in proof.alternatives):
            alone = next((each for each in proof.alternatives if each.is_address_alone), None)
            if alone is not None:
                added[alone.type] = DocumentDetails(type=alone.type)
    return list(added.values())


def _normal(paper: DocumentDetails) -> DocumentDetails:
    return msgspec.structs.replace(paper, attributes=normal(paper.attributes))


def wants_address(plan: BundlePlan, document: DocumentDetails) -> bool:
    """True if a document must name the plan's address, and names none itself."""
    kind = fold(document.type)
    return not is_given(document.attributes, ADDRESS_SIDS) and any(
        each.with_address
        for proof in plan.needs.documents
        for each in proof.alternatives
        if fold(each.type) == kind
    )
