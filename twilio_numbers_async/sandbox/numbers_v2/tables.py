"""The regulations of the sandbox's countries, in the shape of the specification's examples.

They are made up: enough to try each kind of requirement, and no statement about the real ones. A field has a
constraint, ``String`` or ``Date``, which ``IncludeConstraints`` shows.

=======  ================================  ==========================================================================
country  numbers                           asks for
=======  ================================  ==========================================================================
AU       local, mobile                     individual: the name and an address. business: its name, registration
                                           number and an address
DE       local, mobile                     business: name, registration number and representative; a registrar's
                                           excerpt with name, address and number; the representative's identity; a
                                           power of attorney. individual: name and birth date; identity; an address
ES       local                             as FR
FR       local                             as GB
GB       local, mobile, national,          individual: name and birth date; identity by passport or other document; an
         toll-free                         address. business: name and registration number; a registrar's excerpt; an
                                           address, or a utility bill that names it
JP       local, toll-free, mobile          business: name and representative; a registrar's excerpt; identity; an
                                           address. individual: name and birth date; identity with the address
US       local                             business alone: its name; no proof
=======  ================================  ==========================================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

COUNTRIES = {
    "AU": "Australia",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "JP": "Japan",
    "US": "United States",
}
FIELDS: Mapping[str, tuple[str, str, str]] = {
    "address_sids": ("Address sid(s)", "The addresses that the document is about", "Array"),
    "birth_date": ("Date of Birth", "As YYYY-MM-DD", "Date"),
    "business_name": ("Business Name", "As it is registered", "String"),
    "business_registration_number": ("Business Registration Number", "As the registrar gave it", "String"),
    "document_number": ("Document Number", "As it stands on the document", "String"),
    "first_name": ("First Name", "As it stands on the identity document", "String"),
    "last_name": ("Last Name", "As it stands on the identity document", "String"),
}
"""Name for people, description and constraint, by machine name."""

DOCUMENT_TYPES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "address": ("Address Validation", ("address_sids",)),
    "commercial_registrar_excerpt": (
        "Excerpt from the Commercial Register",
        ("business_name", "document_number", "address_sids"),
    ),
    "government_issued_document": (
        "Government-issued ID",
        ("first_name", "last_name", "document_number", "address_sids"),
    ),
    "passport": ("Passport", ("first_name", "last_name", "document_number")),
    "power_of_attorney": ("Power of Attorney", ()),
    "utility_bill": ("Utility Bill", ("address_sids",)),
}
"""Name for people and fields, by type."""


class Requirement(NamedTuple):
    """A fact to be proved: its name, its name for people, and the documents that prove it, with their fields."""

    name: str
    label: str
    accepted: tuple[tuple[str, tuple[str, ...]], ...]


class Regulation(NamedTuple):
    """The requirements for the numbers of one country and type, by the type of the end user."""

    sid: str
    country: str
    number_type: str
    end_user_type: str
    fields: tuple[str, ...]
    proofs: tuple[Requirement, ...]

    @property
    def label(self) -> str:
        """``Australia: Local - Individual``."""
        number, user = self.number_type.title(), self.end_user_type.capitalize()
        return f"{COUNTRIES[self.country]}: {number} - {user}"


_NAME = ("first_name", "last_name")
_BUSINESS = ("business_name", "business_registration_number")
_ADDRESS = Requirement("proof_of_address", "Address", (("address", ("address_sids",)),))
_BILL = ("utility_bill", ("address_sids",))
_IDENTITY = Requirement(
    "proof_of_identity",
    "Identity",
    (
        ("passport", (*_NAME, "document_number")),
        ("government_issued_document", (*_NAME, "document_number")),
    ),
)
_EXCERPT = "commercial_registrar_excerpt"
_REGISTERED = Requirement(
    "business_reg_no_info", "Business Registration", ((_EXCERPT, ("business_name", "document_number")),)
)
_HOME = Requirement("proof_of_address", "Address", (("address", ("address_sids",)), _BILL))

_Asks = tuple[tuple[str, ...], tuple[Requirement, ...]]
_GB: Mapping[str, _Asks] = {
    "individual": ((*_NAME, "birth_date"), (_IDENTITY, _HOME)),
    "business": (_BUSINESS, (_REGISTERED, _HOME)),
}
_DE: Mapping[str, _Asks] = {
    "individual": ((*_NAME, "birth_date"), (_IDENTITY, _ADDRESS)),
    "business": (
        (*_BUSINESS, *_NAME),
        (
            Requirement("business_name_info", "Business Name", ((_EXCERPT, ("business_name",)),)),
            Requirement("business_address_proof_info", "Business Address", ((_EXCERPT, ("address_sids",)),)),
            Requirement(
                "business_reg_no_info", "Business Registration Number", ((_EXCERPT, ("document_number",)),)
            ),
            Requirement(
                "name_of_auth_rep_info",
                "Name of Authorized Representative",
                (("government_issued_document", _NAME),),
            ),
            Requirement("power_of_attorney_info", "Power of Attorney", (("power_of_attorney", ()),)),
        ),
    ),
}
_JP: Mapping[str, _Asks] = {
    "individual": (
        (*_NAME, "birth_date"),
        (
            Requirement(
                "identity_and_address_info",
                "Identity and Address",
                (("government_issued_document", (*_NAME, "address_sids")),),
            ),
        ),
    ),
    "business": (
        (*_BUSINESS, *_NAME),
        (
            Requirement("business_name_info", "Business Name", ((_EXCERPT, ("business_name",)),)),
            Requirement(
                "name_of_auth_rep_info",
                "Name of Authorized Representative",
                (("government_issued_document", _NAME), ("passport", _NAME)),
            ),
            _ADDRESS,
        ),
    ),
}
_AU: Mapping[str, _Asks] = {"individual": (_NAME, (_ADDRESS,)), "business": (_BUSINESS, (_ADDRESS,))}
_ASKED: Mapping[str, tuple[Sequence[str], Mapping[str, _Asks]]] = {
    "AU": (("local", "mobile"), _AU),
    "DE": (("local", "mobile"), _DE),
    "ES": (("local",), _GB),
    "FR": (("local",), _GB),
    "GB": (("local", "mobile", "national", "toll-free"), _GB),
    "JP": (("local", "mobile", "toll-free"), _JP),
    "US": (("local",), {"business": (("business_name",), ())}),
}


@cache
def regulations() -> Mapping[str, Regulation]:
    """Every regulation by its SID."""
    return {each.sid: each for each in _all()}


def _all() -> Iterator[Regulation]:
    for country, (kinds, asked) in _ASKED.items():
        for kind in kinds:
            for user, (fields, proofs) in asked.items():
                yield Regulation(_sid("RN", country, kind, user), country, kind, user, fields, proofs)


def type_sid(kind: str) -> str:
    """The SID of a type of end users or documents."""
    return _sid("OY", kind)


def _sid(prefix: str, *words: str) -> str:
    return prefix + hashlib.sha256(" ".join(words).encode()).hexdigest()[:32]
