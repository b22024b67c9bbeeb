"""Regulations, and the types of end users and documents: what there is to ask for. See ``tables``."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import bad_request
from ..http.strict import Fields, fold, query
from ..paging import PageQuery, url_page
from ..routing import PUBLIC_HOST, Call, Family, Reply, found, json_reply, route
from .tables import DOCUMENT_TYPES, FIELDS, Regulation, Requirement, regulations, type_sid

ROOT = "/v2/RegulatoryCompliance"
_REGULATIONS = f"{ROOT}/Regulations"
_END_USER_TYPES = f"{ROOT}/EndUserTypes"
_DOCUMENT_TYPES = f"{ROOT}/SupportingDocumentTypes"
_END_USERS = {
    "individual": ("Individual", ("first_name", "last_name", "birth_date")),
    "business": ("Business", ("business_name", "business_registration_number", "first_name", "last_name")),
}


class RegulationsQuery(PageQuery):
    """The parameters of the list."""

    end_user_type: str | None = None
    iso_country: str | None = None
    number_type: str | None = None
    include_constraints: bool = False


class RegulationQuery(Fields):
    """The parameters of one."""

    include_constraints: bool = False


class Regulations(Family):
    """The six operations on what never changes."""

    @route("ListRegulation", "GET", _REGULATIONS, query=True)
    def list(self, call: Call) -> Reply:
        asked = query(call, RegulationsQuery)
        if asked.end_user_type not in {None, *_END_USERS}:
            raise bad_request("Invalid parameter: EndUserType is individual or business")
        country, kind = (asked.iso_country or "").upper(), fold(asked.number_type or "")

        def wanted(one: Regulation) -> bool:
            return (
                country in {"", one.country}
                and kind in {"", fold(one.number_type)}
                and asked.end_user_type in {None, one.end_user_type}
            )

        rows = dict(enumerate(regulations().values(), start=1))
        return url_page(
            call, rows, lambda one: _shown(one, asked.include_constraints), asked=asked, wanted=wanted
        )

    @route("FetchRegulation", "GET", f"{_REGULATIONS}/{{Sid}}", query=True)
    def fetch(self, call: Call) -> Reply:
        asked = query(call, RegulationQuery)
        one = found(call, regulations().get(call.params["Sid"]))
        return json_reply(200, _shown(one, asked.include_constraints))

    @route("ListEndUserType", "GET", _END_USER_TYPES, query=True)
    def list_end_user_types(self, call: Call) -> Reply:
        return url_page(call, dict(enumerate(_END_USERS, 1)), _end_user_type, key="end_user_types")

    @route("FetchEndUserType", "GET", f"{_END_USER_TYPES}/{{Sid}}")
    def fetch_end_user_type(self, call: Call) -> Reply:
        return json_reply(200, _end_user_type(_of_sid(call, _END_USERS)))

    @route("ListSupportingDocumentType", "GET", _DOCUMENT_TYPES, query=True)
    def list_document_types(self, call: Call) -> Reply:
        rows = dict(enumerate(DOCUMENT_TYPES, 1))
        return url_page(call, rows, _document_type, key="supporting_document_types")

    @route("FetchSupportingDocumentType", "GET", f"{_DOCUMENT_TYPES}/{{Sid}}")
    def fetch_document_type(self, call: Call) -> Reply:
        return json_reply(200, _document_type(_of_sid(call, DOCUMENT_TYPES)))


def _of_sid(call: Call, kinds: Iterable[str]) -> str:
    return found(call, next((kind for kind in kinds if call.params["Sid"] in {kind, type_sid(kind)}), None))


def _shown(one: Regulation, with_constraints: bool) -> dict[str, object]:
    return {
        "sid": one.sid,
        "friendly_name": one.label,
        "iso_country": one.country,
        "number_type": one.number_type,
        "end_user_type": one.end_user_type,
        "requirements": {
            "end_user": [
                {
                    "name": one.end_user_type.capitalize(),
                    "type": one.end_user_type,
                    "requirement_name": f"{one.end_user_type}_info",
                    "url": f"{PUBLIC_HOST}{_REGULATIONS}/{one.end_user_type}",
                    **_fields(one.fields, with_constraints),
                }
            ],
            "supporting_document": [[_proof(each, with_constraints) for each in one.proofs]],
        },
        "url": f"{PUBLIC_HOST}{_REGULATIONS}/{one.sid}",
    }


def _proof(proof: Requirement, with_constraints: bool) -> dict[str, object]:
    return {
        "name": proof.label,
        "type": "document",
        "requirement_name": proof.name,
        "accepted_documents": [
            {
                "name": DOCUMENT_TYPES[kind][0],
                "type": kind,
                "url": f"{PUBLIC_HOST}{ROOT}/DocumentTypes/{kind}",
                **_fields(fields, with_constraints),
            }
            for kind, fields in proof.accepted
        ],
    }


def _fields(names: Iterable[str], with_constraints: bool) -> dict[str, object]:
    detailed: list[dict[str, str]] = []
    for name in names:
        label, description, constraint = FIELDS[name]
        detailed.append({"machine_name": name, "friendly_name": label})
        if with_constraints:
            detailed[-1] |= {"description": description, "constraint": constraint}
    return {"fields": list(names), "detailed_fields": detailed}


def _type(kind: str, label: str, names: Iterable[str], path: str) -> dict[str, object]:
    return {
        "sid": type_sid(kind),
        "friendly_name": label,
        "machine_name": kind,
        "fields": [
            {"friendly_name": FIELDS[name][0], "machine_name": name, "constraint": FIELDS[name][2]}
            for name in names
        ],
        "url": f"{PUBLIC_HOST}{path}/{type_sid(kind)}",
    }


def _end_user_type(kind: str) -> dict[str, object]:
    return _type(kind, *_END_USERS[kind], _END_USER_TYPES)


def _document_type(kind: str) -> dict[str, object]:
    return _type(kind, *DOCUMENT_TYPES[kind], _DOCUMENT_TYPES)
