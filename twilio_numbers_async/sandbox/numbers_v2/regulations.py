"""Regulations, and the types of end users and documents: what there is to ask for. See ``tables``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..errors import bad_request
from ..http.strict import Fields, fold, query
from ..paging import PageQuery, url_page
from ..routing import PUBLIC_HOST, Call, Family, Reply, Route, found, json_reply, route
from .tables import DOCUMENT_TYPES, FIELDS, Regulation, Requirement, regulations, type_sid

ROOT = "/v2/RegulatoryCompliance"
_REGULATIONS = f"{ROOT}/Regulations"
END_USER_TYPES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "individual": ("Individual", ("first_name", "last_name", "birth_date")),
    "business": ("Business", ("business_name", "business_registration_number", "first_name", "last_name")),
}


class RegulationsQuery(PageQuery):
    end_user_type: str | None = None
    iso_country: str | None = None
    number_type: str | None = None
    include_constraints: bool = False


class RegulationQuery(Fields):
    include_constraints: bool = False


class Regulations(Family):
    """The two operations on regulations, which never change."""

    @route("ListRegulation", "GET", _REGULATIONS, query=True)
    def list(self, call: Call) -> Reply:
        asked = query(call, RegulationsQuery)
        if asked.end_user_type not in {None, *END_USER_TYPES}:
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


class Types(Family):
    """The two operations on the types of end users, or of supporting documents."""

    def __init__(self, name: str, key: str, kinds: Mapping[str, tuple[str, tuple[str, ...]]]) -> None:
        self._name = name
        self._path = f"{ROOT}/{name}s"
        self._key = key
        self._kinds = kinds

    def routes(self) -> Iterable[Route]:
        yield Route(f"List{self._name}", "GET", self._path, self.list, query=True)
        yield Route(f"Fetch{self._name}", "GET", f"{self._path}/{{Sid}}", self.fetch)

    def list(self, call: Call) -> Reply:
        return url_page(call, dict(enumerate(self._kinds, 1)), self._shown, key=self._key)

    def fetch(self, call: Call) -> Reply:
        kinds = (kind for kind in self._kinds if call.params["Sid"] in {kind, type_sid(kind)})
        return json_reply(200, self._shown(found(call, next(kinds, None))))

    def _shown(self, kind: str) -> dict[str, object]:
        label, names = self._kinds[kind]
        return {
            "sid": type_sid(kind),
            "friendly_name": label,
            "machine_name": kind,
            "fields": [
                {"friendly_name": FIELDS[name][0], "machine_name": name, "constraint": FIELDS[name][2]}
                for name in names
            ],
            "url": f"{PUBLIC_HOST}{self._path}/{type_sid(kind)}",
        }


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
