"""Every schema of the specification has its Struct or enum, every property its field, every value its member."""

from __future__ import annotations

import ast
import datetime as dt
import re
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from twilio_numbers_async import models as m
from twilio_numbers_async.models import base
from twilio_numbers_async.models.base import Answer

from .schemas import (
    EDITIONS,
    HERE,
    Facts,
    Schema,
    Struct,
    accounts,
    addresses,
    compliance,
    hosting,
    kinds,
    messaging,
    reference,
    trunking,
    v1,
)

# What the package does otherwise than the specification says, and why.
_CLOCK = "plain text in the specification; a time, text that is none is kept"
_STAMP = "plain text in the specification; a date or a timestamp comes, text that is neither is kept"
_STATUS = "plain text in the specification, whose prose and examples list the values"
_DIGITS = "text in the specification; digits that come as a number are taken too"
_CODE = "an integer in one schema, text in another: both take either"
_SHARED = "two schemas of the specification share one Struct; the other one has it"
_ENUMS = "two enums share one, and the other has it"
_UNTYPED = "untyped in the specification: typed by its examples"
DEVIATIONS: dict[str, str] = {
    "PortIn.target_port_in_time_range_start": _CLOCK,
    "PortIn.target_port_in_time_range_end": _CLOCK,
    "PortInCreate.target_port_in_time_range_start": _CLOCK,
    "PortInCreate.target_port_in_time_range_end": _CLOCK,
    "PortInPhoneNumberResult.status_last_time_updated_timestamp": _STAMP,
    "PortInSummary.status_last_updated_timestamp": _STAMP,
    "BulkEligibility.status": _STATUS,
    "PortIn.port_in_request_status": _STATUS,
    "PortInSummary.port_in_request_status": _STATUS,
    "PortInPhoneNumber.port_in_phone_number_status": _STATUS,
    "PortInPhoneNumberResult.port_in_phone_number_status": _STATUS,
    "PortInPhoneNumber.phone_number_type": _STATUS,
    "PortInPhoneNumberResult.number_type": _STATUS,
    "PortInPhoneNumber.not_portability_reason": _STATUS,
    "PortInPhoneNumberResult.not_portability_reason": _STATUS,
    "Portability.not_portable_reason": _STATUS,
    "SigningRequestConfiguration.product": _STATUS,
    "WebhookConfiguration.notifications_of[]": _STATUS,
    "IncomingPhoneNumber.type": _STATUS,
    "AvailablePhoneNumber.address_requirements": _STATUS,
    "PortInAddress.zip": _DIGITS,
    "PortInLosingCarrier.account_number": _DIGITS,
    "PortInLosingCarrier.account_telephone_number": _DIGITS,
    "PortIn.portability_advance_carrier": _DIGITS,
    "PortIn.auto_cancel_approval_numbers": _DIGITS,
    "PortInPhoneNumberResult.external_porting_vendor_phone_number_id": _DIGITS,
    "NumbersV1AvailablePhoneNumber.Npa": _DIGITS,
    "NumbersV1AvailablePhoneNumber.Nxx": _DIGITS,
    "NumbersV1Geography.PostalCode": _DIGITS,
    "NumbersV1Geography.Lata": _DIGITS,
    "AvailablePhoneNumber.lata": _DIGITS,
    "AvailablePhoneNumber.postal_code": _DIGITS,
    "PortInPhoneNumber.rejection_reason_code": _CODE,
    "PortInPhoneNumberResult.rejection_reason_code": _CODE,
    "CallerIdVoiceVerification.validationCode": _DIGITS,
    "PortIn.support_ticket_id": "an id, which may as well come as text",
    "PortInPhoneNumber.port_out_pin": "an integer loses leading zeros: text is taken as well and kept",
    "Eligibility.results[]": "untyped in the specification: typed by its examples and prose",
    "BulkEligibility.results[]": "untyped in the specification: typed by its examples and prose",
    "LosingCarrierInformation.customer_type": "either a member or its text; check() refuses what is neither",
    "PortInCreate.phone_numbers required": "the specification does not require it, yet wants one item at least",
    "WebhookConfiguration.port_in_target_date_created extra": _SHARED,
    "WebhookConfiguration.port_out_target_date_created extra": _SHARED,
    "EligibilitySubStatus.eligible-by-manual-process extra": _ENUMS,
    "IncomingPhoneNumber.subresource_uris extra": "absent from the specification, present in answers",
    "IncomingPhoneNumber.type extra": _SHARED,
    "Bundle.url extra": _SHARED,
    "Bundle.links extra": _SHARED,
    "BulkHostedNumberOrder.results[]": _UNTYPED,
    "HostedNumberOrder.verification_code": _DIGITS,
    "HostedNumberOrderStatus.pending-verification extra": _ENUMS,
    "HostedNumberOrderStatus.testing extra": _ENUMS,
    "HostedNumberOrderStatus.twilio-processing extra": _ENUMS,
    "HostedNumberOrderVerificationType.phone-bill extra": _ENUMS,
    "DependentPhoneNumber.capabilities": _UNTYPED,
    "EndUser.attributes": _UNTYPED,
    "EndUserType.fields[]": _UNTYPED,
    "Evaluation.results[]": _UNTYPED,
    "Regulation.requirements": _UNTYPED,
    "SupportingDocument.attributes": _UNTYPED,
    "SupportingDocument.errors[]": _UNTYPED,
    "SupportingDocumentType.fields[]": _UNTYPED,
    "AvailablePhoneNumberCountryPage extra": "the paging keys of all lists; Twilio may add them",
}

_TEXT = frozenset({str})
# (type, format) -> what a field may be
_KINDS: dict[tuple[str | None, str | None], frozenset[Any]] = {
    ("string", "date-time"): frozenset({base.DateTime}),
    ("string", "date-time-rfc-2822"): frozenset({base.DateTime}),
    ("string", "date"): frozenset({base.Date, dt.date}),
    ("boolean", None): frozenset({bool}),
    ("integer", None): frozenset({int}),
    ("number", None): frozenset({base.Float}),
    ("object", "uri-map"): frozenset({dict[str, str | None]}),
    (None, None): frozenset({Any}),
}


class Contract:
    """Compares, and remembers which of the deviations it came by."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.used: set[str] = set()
        self.faults: list[str] = []

    def expect(self, holds: bool, place: str, fault: str) -> None:
        if holds:
            return
        if place in DEVIATIONS:
            self.used.add(place)
        else:
            self.faults.append(f"{place}: {fault}")

    def struct(self, struct: Struct, schema: Schema) -> None:
        merged = self.facts.merged(schema)
        properties: dict[str, Schema] = merged["properties"]
        fields = kinds(struct)
        name = struct.__name__
        for key, prop in properties.items():
            self.expect(key in fields, f"{name}.{key}", "no field")
            if key in fields:
                self.kind(fields[key], prop, f"{name}.{key}")
        for key in fields.keys() - properties.keys():
            place = f"{name} extra" if f"{name} extra" in DEVIATIONS else f"{name}.{key} extra"
            self.expect(False, place, "the specification has no such property")
        self.required(struct, set(merged.get("required", ())))

    def required(self, struct: Struct, required: set[str]) -> None:
        """In an answer every field is optional; a request requires what the specification requires."""
        for field in msgspec.structs.fields(struct):
            if issubclass(struct, Answer):
                self.expect(
                    not field.required, f"{struct.__name__}.{field.name} required", "an answer's field"
                )
            else:
                place = f"{struct.__name__}.{field.name} required"
                self.expect(field.required == (field.encode_name in required), place, "required or not")

    def kind(self, kind: Any, schema: Schema, place: str) -> None:
        if "$ref" in schema:
            name = reference(schema)
            known = self.facts.structs.get(name, ()) or (self.facts.enums[name],)
            self.expect(kind in known, place, f"is no {name}")
        elif schema.get("type") == "array":
            items = typing.get_args(kind)
            self.expect(typing.get_origin(kind) is list, place, "is no list")
            self.kind(items[0], schema["items"], f"{place}[]")
        elif "properties" in schema:
            self.expect(isinstance(kind, msgspec.StructMeta), place, "is no Struct")
            self.struct(kind, schema)
        elif "enum" in schema:
            # A request takes plain text: the deviation says so.
            values = {str(member) for member in kind} if issubclass(kind, base.OpenEnum) else set[str]()
            self.expect(values >= set(schema["enum"]), place, "lacks a value")
        else:
            wanted = _KINDS.get((schema.get("type"), schema.get("format"))) or _KINDS.get(
                (schema.get("type"), None), _TEXT
            )
            self.expect(kind in wanted, place, f"is {kind}")


def contract_of(facts: Facts) -> Contract:
    contract = Contract(facts)
    for name, structs in facts.structs.items():
        for struct in structs:
            contract.struct(struct, facts.schemas[name])
    for operation_id, content in facts.bodies():
        if operation_id in facts.pages:
            contract.struct(facts.pages[operation_id], content["schema"])
    for name, enum in facts.enums.items():
        values = {member.value for member in enum}
        for value in facts.schemas[name]["enum"]:
            contract.expect(value in values, f"{enum.__name__}.{value}", "no member")
        for value in values - set(facts.schemas[name]["enum"]):
            contract.expect(False, f"{enum.__name__}.{value} extra", "the specification has no such value")
    return contract


every_edition = pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)


@every_edition
def test_every_schema_has_its_struct_or_enum(edition: Callable[[], Facts]) -> None:
    facts = edition()
    assert facts.structs.keys() | facts.enums.keys() == facts.schemas.keys()
    assert facts.enums.keys() == {name for name, schema in facts.schemas.items() if "enum" in schema}


def test_numbers_v1_has_32_schemas() -> None:
    assert len(v1().schemas) == 32


def test_compliance_has_32_operations_addresses_6_and_accounts_4() -> None:
    assert [len(list(facts().operations())) for facts in (compliance, addresses, accounts)] == [32, 6, 4]


def test_hosting_has_12_operations_messaging_4_and_trunking_4() -> None:
    assert [len(list(facts().operations())) for facts in (hosting, messaging, trunking)] == [12, 4, 4]


@every_edition
def test_every_list_answer_has_its_page(edition: Callable[[], Facts]) -> None:
    facts = edition()
    untitled = {operation_id for operation_id, content in facts.bodies() if "$ref" not in content["schema"]}
    assert facts.pages.keys() == untitled


@every_edition
def test_every_property_has_its_field_and_every_value_its_member(edition: Callable[[], Facts]) -> None:
    assert contract_of(edition()).faults == []


def test_no_deviation_is_out_of_date() -> None:
    used = {place for edition in EDITIONS.values() for place in contract_of(edition()).used}
    assert used == DEVIATIONS.keys()


def test_every_model_of_the_contract_is_exported() -> None:
    facts = v1()
    for struct in (s for structs in facts.structs.values() for s in structs):
        assert getattr(m, struct.__name__) is struct


@pytest.mark.parametrize("path", sorted(HERE.glob("*_facts.json")), ids=lambda path: path.stem)
def test_facts_hold_no_prose(path: Path) -> None:
    text = path.read_text("utf-8")
    prose = re.findall(r'"(?:\w*[dD]escription|summary)": "([^"]*)"', text)
    assert [words for words in prose if not re.fullmatch(r"[2-5]\d\d", words)] == []


def test_facts_that_nobody_publishes_are_among_the_assumptions() -> None:
    assumed = [
        facts for edition in EDITIONS.values() if "x-assumption" in (facts := edition().document)["info"]
    ]
    text = (HERE.parents[1] / "docs" / "assumptions.md").read_text("utf-8")
    paths = [path.rpartition("/")[0] for facts in assumed for path in facts["paths"]]
    assert "/v1/CallerIds" in paths
    assert [path for path in paths if path not in text] == []


MODEL_FILES = sorted(Path(m.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("path", MODEL_FILES, ids=lambda path: path.stem)
def test_every_public_field_has_its_one_line_doc(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        assert ast.get_docstring(node), node.name
        for field, after in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign) and not ast.unparse(field.target).startswith("_"):
                assert isinstance(after, ast.Expr), f"{node.name}: {ast.unparse(field)}"
                assert isinstance(after.value, ast.Constant)
                assert isinstance(after.value.value, str)
                assert "\n" not in after.value.value.strip()
