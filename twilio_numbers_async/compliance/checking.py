"""Finds what is missing or wrong in what a customer provides, without asking Twilio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import InvalidArgumentError
from ..models.base import fold
from ..models.numbers_v2.needs import ADDRESS_SIDS, NeededDocument, NeededProof, RegulationNeeds
from ..models.numbers_v2.regulations import Regulation
from ..models.numbers_v2.requirements import RequirementField
from ..models.sids import check_sid
from ..models.validate import is_email, is_web_address
from ..phone import checked_country
from .details import AddressDetails, DocumentDetails
from .problems import BundleProblem, BundleProblemCode, problem
from .values import is_empty, is_given, value_fault

__all__ = [
    "address_problems",
    "contact_problems",
    "document_value_problems",
    "end_user_problems",
    "proof_problems",
]

_Code = BundleProblemCode
_NEEDED = ("customer_name", "street", "city", "region", "postal_code", "iso_country")


def end_user_problems(regulation: Regulation, end_user: Mapping[str, Any]) -> Iterator[BundleProblem]:
    """Find what is missing or wrong in the attributes of the end user."""
    fields = {
        field.machine_name or "": field
        for requirement in regulation.end_user_requirements
        for field in requirement.needed_fields
    }
    for name, field in fields.items():
        if not is_given(end_user, name):
            yield _missing(f"end_user.{name}", field)
    yield from _value_problems(end_user, fields, "end_user")


def document_value_problems(
    regulation: Regulation, documents: Sequence[DocumentDetails]
) -> Iterator[BundleProblem]:
    """Find what is wrong with the documents themselves: their types, and their attributes."""
    fields: dict[str, dict[str, RequirementField]] = {}
    types: dict[str, str] = {}
    for requirement in regulation.document_requirements:
        for accepted in requirement.accepted_documents or ():
            kind = fold(accepted.type or "")
            types.setdefault(kind, accepted.type or "")
            fields.setdefault(kind, {}).update(
                {field.machine_name or "": field for field in accepted.needed_fields}
            )
    for index, document in enumerate(documents):
        place, kind = f"documents[{index}]", fold(document.type)
        if kind not in types:
            known = ", ".join(types.values()) or "none"
            yield problem(_Code.UNKNOWN_DOCUMENT, f"{place}.type", f"is not accepted; these are: {known}")
        elif document.sid is not None:
            yield from _sid_problems(document.sid, "RD", f"{place}.sid", _Code.INVALID_VALUE)
        else:
            yield from _value_problems(document.attributes, fields[kind], f"{place}.attributes")


def proof_problems(
    needs: RegulationNeeds, documents: Sequence[DocumentDetails], *, has_address: bool
) -> Iterator[BundleProblem]:
    """Find what is not proved, or not wholly."""
    found: dict[tuple[str, BundleProblemCode], BundleProblem] = {}
    for proof in needs.documents:
        for one in _of_proof(proof, documents, has_address=has_address):
            found.setdefault((one.argument, one.code) if one.field else (one.message, one.code), one)
    yield from found.values()


def _of_proof(
    proof: NeededProof, documents: Sequence[DocumentDetails], *, has_address: bool
) -> Iterator[BundleProblem]:
    accepted: dict[str, NeededDocument] = {fold(each.type): each for each in proof.alternatives}
    given = [
        (f"documents[{index}]", document, accepted[fold(document.type)])
        for index, document in enumerate(documents)
        if fold(document.type) in accepted
    ]
    if given:
        missing = [list(_gaps(*each, has_address=has_address)) for each in given]
        yield from min(missing, key=len)  # one document is enough: the one that lacks the least
    elif any(each.is_address_alone for each in proof.alternatives):
        if not has_address:
            others = [str(each) for each in proof.alternatives if not each.is_address_alone]
            what = "is needed for " + " or ".join([repr(proof.label), *others])
            yield problem(_Code.ADDRESS, "address", what, ADDRESS_SIDS)
    elif accepted:
        what = f"must have, for {proof.label!r}: {' or '.join(map(str, proof.alternatives))}"
        yield problem(_Code.MISSING_DOCUMENT, "documents", what)


def _gaps(
    place: str, document: DocumentDetails, needed: NeededDocument, *, has_address: bool
) -> Iterator[BundleProblem]:
    if document.sid is not None and not document.attributes:
        return  # what it says is not known here
    for field in needed.fields:
        if not is_given(document.attributes, field.name):
            at = f"{place}.attributes.{field.name}"
            yield problem(_Code.MISSING_VALUE, at, f"must be given: {field.label}", field.name)
    if needed.with_address and not has_address and not is_given(document.attributes, ADDRESS_SIDS):
        yield problem(_Code.ADDRESS, "address", f"is needed: {place} must name one", ADDRESS_SIDS)


def _missing(place: str, field: RequirementField) -> BundleProblem:
    label = field.friendly_name or field.machine_name or ""
    return problem(_Code.MISSING_VALUE, place, f"must be given: {label}", field.machine_name)


def _value_problems(
    attributes: Mapping[str, Any], fields: Mapping[str, RequirementField], place: str
) -> Iterator[BundleProblem]:
    for name, value in attributes.items():
        at = f"{place}.{name}"
        field = fields.get(name)
        if field is None:
            known = ", ".join(fields) or "none"
            yield problem(
                _Code.UNKNOWN_ATTRIBUTE, at, f"is no field that is asked for; these are: {known}", name
            )
        elif not is_empty(value):
            fault = value_fault(field, value)
            if fault is not None:
                yield problem(_Code.INVALID_VALUE, at, fault, name)


def _sid_problems(sid: str, prefix: str, place: str, code: BundleProblemCode) -> Iterator[BundleProblem]:
    try:
        check_sid(sid, prefix, place)
    except InvalidArgumentError as error:
        yield problem(code, place, str(error).removeprefix(f"{place} "))


def address_problems(address: AddressDetails | str | None) -> Iterator[BundleProblem]:
    """Find what is missing or wrong in the address."""
    if isinstance(address, str):
        yield from _sid_problems(address, "AD", "address", _Code.ADDRESS)
    if not isinstance(address, AddressDetails):
        return
    for name in _NEEDED:
        place = f"address.{name}"
        if is_empty(getattr(address, name)):
            yield problem(_Code.ADDRESS, place, "must be given", name)
        elif name == "iso_country" and not _is_country(address.iso_country):
            what = "must be an ISO 3166-1 alpha-2 code such as 'US' or 'GB'"
            yield problem(_Code.ADDRESS, place, what, name)


def _is_country(code: str) -> bool:
    try:
        checked_country(code)
    except InvalidArgumentError:
        return False
    return True


def contact_problems(
    email: object, status_callback: object, friendly_name: object
) -> Iterable[BundleProblem]:
    """Find what is wrong with the addresses that news goes to, and with the bundle's name."""
    if friendly_name is not None and is_empty(friendly_name):
        what = "must not be empty: leave it out for that of the regulation"
        yield problem(_Code.INVALID_VALUE, "friendly_name", what)
    if not is_email(email):
        yield problem(_Code.EMAIL, "email", "must be an e-mail address, such as name@example.com")
    if status_callback is not None and not is_web_address(status_callback):
        what = "must be a complete URL that starts with https:// or http://"
        yield problem(_Code.INVALID_VALUE, "status_callback", what)
