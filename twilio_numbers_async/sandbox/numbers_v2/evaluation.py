"""Evaluations: a bundle against each requirement of its regulation, by the regulation's own fields.

Codes: 22214 an end user is missing or lacks fields, 22215 such a field; 22216 a document is missing or lacks fields,
22217 such a field; 22219 an unknown address. A document that was rejected or has expired meets no requirement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .papers import Bundle, Document, EndUser, Papers, named_addresses
from .tables import DOCUMENT_TYPES, FIELDS, Regulation, Requirement, regulations

Result = dict[str, Any]


def evaluate(papers: Papers, bundle: Bundle) -> list[Result]:
    """The result of each requirement. A bundle without a regulation meets none."""
    regulation = regulations().get(bundle.regulation_sid or "")
    if regulation is None:
        return [result_of("Regulation", "regulation", "regulation", "Regulation", [], ["regulation_sid"])]
    documents = [one for one in papers.documents_in(bundle) if one.status not in {"rejected", "expired"}]
    return [
        _end_user(regulation, papers.users_in(bundle)),
        *(_proof(papers, bundle, requirement, documents) for requirement in regulation.proofs),
    ]


def is_compliant(results: Iterable[Result]) -> bool:
    """True if every requirement is met."""
    return all(result["passed"] for result in results)


def _end_user(regulation: Regulation, users: Sequence[EndUser]) -> Result:
    kind = regulation.end_user_type
    user = next((one for one in users if one.type == kind), None)
    attributes: Mapping[str, Any] = {} if user is None else user.attributes
    valid = [name for name in regulation.fields if _is_given(attributes, name)]
    invalid = [name for name in regulation.fields if name not in valid]
    label = kind.capitalize()
    return result_of(label, kind, f"{kind}_info", label, valid, invalid, missing=user is None)


def _proof(papers: Papers, bundle: Bundle, requirement: Requirement, documents: Sequence[Document]) -> Result:
    accepted = dict(requirement.accepted)
    tried = [
        _tried(papers, bundle, requirement, accepted[one.type], one)
        for one in documents
        if one.type in accepted
    ]
    if tried:
        return min(tried, key=lambda result: len(result["invalid"]))
    kind, fields = requirement.accepted[0]
    label = DOCUMENT_TYPES[kind][0]
    return result_of(label, kind, requirement.name, requirement.label, [], fields, code=22216, missing=True)


def _tried(
    papers: Papers, bundle: Bundle, requirement: Requirement, fields: Sequence[str], document: Document
) -> Result:
    valid = [
        name
        for name in fields
        if _is_given(document.attributes, name)
        and (name != "address_sids" or _are_there(papers, bundle.account_sid, document.attributes))
    ]
    invalid = [name for name in fields if name not in valid]
    label = DOCUMENT_TYPES[document.type][0]
    return result_of(label, document.type, requirement.name, requirement.label, valid, invalid, code=22216)


def _is_given(attributes: Mapping[str, Any], name: str) -> bool:
    value = attributes.get(name)
    return value not in (None, "", []) and not (isinstance(value, str) and not value.strip())


def _are_there(papers: Papers, account_sid: str, attributes: Mapping[str, Any]) -> bool:
    named = named_addresses(attributes)
    return bool(named) and all(papers.addresses.find(account_sid, str(sid)) is not None for sid in named)


def result_of(
    label: str,
    object_type: str,
    name: str,
    requirement_label: str,
    valid: Sequence[str],
    invalid: Sequence[str],
    *,
    code: int = 22214,
    missing: bool = False,
    reason: str | None = None,
) -> Result:
    """The result of one requirement. ``reason``: the failure of it and of its fields, in other words than usual."""
    passed = not invalid and not missing
    why = f"{label} is missing" if missing else f"{label} is incomplete"
    return {
        "friendly_name": label,
        "object_type": object_type,
        "passed": passed,
        "failure_reason": None if passed else reason or why,
        "error_code": None if passed else code,
        "valid": [{"friendly_name": label_of(each), "object_field": each} for each in valid],
        "invalid": [
            {
                "friendly_name": label_of(each),
                "object_field": each,
                "failure_reason": reason or f"{label_of(each)} is missing or invalid",
                "error_code": 22219 if each == "address_sids" else code + 1,
            }
            for each in invalid
        ],
        "requirement_friendly_name": requirement_label,
        "requirement_name": name,
    }


def label_of(name: str) -> str:
    """A field's name for people, by its machine name."""
    return FIELDS[name][0] if name in FIELDS else name
