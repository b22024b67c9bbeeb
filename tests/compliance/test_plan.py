"""The planner: what is missing or wrong, with its field and its place. Nothing is sent."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async.compliance.details import AddressDetails, DocumentDetails
from twilio_numbers_async.compliance.plan import BundlePlan, plan_bundle
from twilio_numbers_async.compliance.problems import BundleProblemCode, document_problems, evaluation_problems
from twilio_numbers_async.errors import InvalidArgumentError
from twilio_numbers_async.models import (
    Address,
    Evaluation,
    EvaluationResult,
    Regulation,
    SupportingDocument,
    SupportingDocumentStatus,
)
from twilio_numbers_async.models.base import convert

FACTS = Path(__file__).parents[1] / "contract" / "numbers_v2_facts.json"
AD = "AD" + "a" * 32
ADDRESS: dict[str, Any] = {
    "customer_name": "Robin Example",
    "street": "1 Example Street",
    "city": "London",
    "region": "London",
    "postal_code": "N1 1AA",
    "iso_country": "GB",
}


def accepted(kind: str, *fields: str, **constraints: Any) -> dict[str, Any]:
    detailed = [
        {"machine_name": name, "friendly_name": name.title(), "constraint": constraints.get(name)}
        for name in fields
    ]
    return {"name": kind.title(), "type": kind, "fields": list(fields), "detailed_fields": detailed}


def regulation(
    fields: tuple[str, ...] = ("first_name",), *proofs: tuple[str, list[dict[str, Any]]], **constraints: Any
) -> Regulation:
    """One for individuals that asks for these fields and proofs."""
    user = accepted("individual", *fields, **constraints)
    documents = [
        {"name": name, "requirement_name": name.lower(), "accepted_documents": kinds}
        for name, kinds in proofs
    ]
    return convert(
        Regulation,
        {
            "sid": "RN" + "a" * 32,
            "friendly_name": "Testland: Local - Individual",
            "iso_country": "GB",
            "number_type": "local",
            "end_user_type": "individual",
            "requirements": {"end_user": [user], "supporting_document": [documents]},
        },
    )


def plan(
    rule: Regulation,
    end_user: dict[str, Any] | None = None,
    documents: Any = (),
    address: Any = None,
    **options: Any,
) -> BundlePlan:
    given = {"first_name": "Robin"} if end_user is None else end_user
    return plan_bundle(
        rule,
        end_user=given,
        documents=documents,
        address=address,
        **{"email": "name@example.com", **options},
    )


def found(planned: BundlePlan) -> list[tuple[str, str, str | None]]:
    return [(one.code.value, one.argument, one.field) for one in planned.problems]


IDENTITY = (
    "Identity",
    [accepted("passport", "document_number"), accepted("id_card", "document_number", "first_name")],
)
HOME = ("Home", [accepted("address", "address_sids"), accepted("utility_bill", "address_sids")])
BILL = ("Home", [accepted("utility_bill", "address_sids")])
PASSPORT = {"type": "passport", "attributes": {"document_number": "1"}}


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        (regulation(), {}, []),
        (regulation(), {"end_user": {}}, [("missing_value", "end_user.first_name", "first_name")]),
        (
            regulation(),
            {"end_user": {"first_name": " "}},
            [("missing_value", "end_user.first_name", "first_name")],
        ),
        (
            regulation(),
            {"end_user": {"first_name": "Robin", "first": "Robin"}},
            [("unknown_attribute", "end_user.first", "first")],
        ),
        (regulation(), {"email": "nobody"}, [("email", "email", None)]),
        (
            regulation(),
            {"status_callback": "example.com"},
            [("invalid_value", "status_callback", None)],
        ),
        (regulation(), {"friendly_name": " "}, [("invalid_value", "friendly_name", None)]),
        (regulation(("first_name",), IDENTITY), {}, [("missing_document", "documents", None)]),
        (
            regulation(("first_name",), IDENTITY),
            {"documents": [{"type": "passport", "sid": "RD" + "a" * 32}]},
            [],  # what it says is not known here
        ),
        (
            regulation(("first_name",), IDENTITY),
            {"documents": [{"type": "passport", "sid": "BU" + "a" * 32}]},
            [("invalid_value", "documents[0].sid", None)],
        ),
        (regulation(("first_name",), IDENTITY), {"documents": [PASSPORT]}, []),
        (
            regulation(("first_name",), IDENTITY),
            {"documents": [{"type": "id_card"}, {"type": "passport"}]},
            [("missing_value", "documents[1].attributes.document_number", "document_number")],
        ),
        (
            regulation(("first_name",), IDENTITY),
            {"documents": [PASSPORT, {"type": "library_card"}]},
            [("unknown_document", "documents[1].type", None)],
        ),
        (
            regulation(("first_name",), IDENTITY),
            {"documents": [{"type": "passport", "attributes": {"document_number": "1", "number": "1"}}]},
            [("unknown_attribute", "documents[0].attributes.number", "number")],
        ),
        (regulation(("first_name",), HOME), {}, [("address", "address", "address_sids")]),
        (regulation(("first_name",), HOME), {"address": AD}, []),
        (regulation(("first_name",), BILL), {"address": AD}, [("missing_document", "documents", None)]),
        (
            regulation(("first_name",), BILL),
            {"documents": [{"type": "utility_bill"}]},
            [("address", "address", "address_sids")],
        ),
        (regulation(("first_name",), BILL), {"documents": [{"type": "utility_bill"}], "address": AD}, []),
        (
            regulation(("first_name",), BILL),
            {"documents": [{"type": "utility_bill", "attributes": {"address_sids": [AD]}}]},
            [],
        ),
        (
            regulation(("first_name",), BILL),
            {"documents": [{"type": "utility_bill", "attributes": {"address_sids": ["1 Example Street"]}}]},
            [("invalid_value", "documents[0].attributes.address_sids", "address_sids")],
        ),
        (regulation(), {"address": "AD1"}, [("address", "address", None)]),
        (regulation(), {"address": ADDRESS | {"city": ""}}, [("address", "address.city", "city")]),
        (
            regulation(),
            {"address": ADDRESS | {"iso_country": "Britain"}},
            [("address", "address.iso_country", "iso_country")],
        ),
    ],
)
def test_problems_name_their_field_and_place(
    rule: Regulation, given: dict[str, Any], expected: list[tuple[str, str, str | None]]
) -> None:
    planned = plan(rule, **given)
    assert found(planned) == expected
    assert planned.is_ready is (not expected)
    for one in planned.problems:
        assert one.message.startswith(one.argument)
        assert str(one) in str(planned)


DATE = "must be a date, written YYYY-MM-DD, such as 1990-12-31"


@pytest.mark.parametrize(
    ("name", "constraint", "value", "fault"),
    [
        ("birth_date", None, "1990-12-31", None),
        ("birth_date", None, dt.date(1990, 12, 31), None),
        ("birth_date", None, "31/12/1990", DATE),
        ("birth_date", None, "1990-2-3", DATE),
        ("birth_date", None, "1990-02-30", "is no day of the calendar"),
        ("birth_date", None, dt.datetime(1990, 12, 31, tzinfo=dt.UTC), DATE),
        ("date_of_birth", None, "1990", DATE),
        ("birthday", "Date", "x", DATE),
        ("birthday", {"type": "date"}, "1990-12-31", None),
        ("updated", "String", "yesterday", None),
        ("first_name", "String", 5, "must be text, not int"),
        ("first_name", {"max_length": 3}, "Robin", "must be at most 3 characters long"),
        ("first_name", {"min_length": 9}, "Robin", "must be at least 9 characters long"),
        ("first_name", {"pattern": "[A-Z]+"}, "Robin", "must fit the pattern [A-Z]+"),
        ("first_name", {"pattern": "[A-Z][a-z]+"}, "Robin", None),
        ("first_name", {"pattern": "(?P<"}, "Robin", None),
        ("plan", {"allowed_values": ["a", "b"]}, "c", "must be one of a, b"),
        ("plan", ["a", "b"], "c", "must be one of a, b"),
        ("plan", ["a", "b"], "b", None),
        ("is_subassigned", "Boolean", True, None),
        ("is_subassigned", "Boolean", "maybe", "must be True or False"),
        ("employees", "Integer", 7, None),
        ("email", None, "nobody", "must be an e-mail address"),
        ("contact_email", None, "name@example.com", None),
        ("something", 12, "anything", None),
    ],
)
def test_values_are_held_against_their_constraints(
    name: str, constraint: Any, value: Any, fault: str | None
) -> None:
    planned = plan(regulation((name,), **{name: constraint}), {name: value})
    assert [
        one.message.removeprefix(f"end_user.{name} ")[: len(fault or "")] for one in planned.problems
    ] == ([] if fault is None else [fault])
    document = {"type": "paper", "attributes": {name: value}}
    rule = regulation((), ("Paper", [accepted("paper", name, **{name: constraint})]))
    assert [one.code.value for one in plan(rule, {}, [document]).problems] == (
        [] if fault is None else ["invalid_value"]
    )


def test_what_goes_into_the_bundle_is_what_is_sent() -> None:
    rule = regulation(("first_name", "birth_date"), IDENTITY, HOME, BILL)
    user = {"first_name": "Robin", "birth_date": dt.date(1990, 12, 31), "second_name": None}
    address = {name: value for name, value in ADDRESS.items() if name != "iso_country"}
    planned = plan(rule, user, [PASSPORT, {"type": "utility_bill", "file": Path("bill.pdf")}], address)
    assert found(planned) == [("unknown_attribute", "end_user.second_name", "second_name")]
    assert planned.end_user == {"first_name": "Robin", "birth_date": "1990-12-31"}
    assert planned.address == AddressDetails(**ADDRESS)
    assert [document.type for document in planned.documents] == ["passport", "utility_bill"]
    assert planned.friendly_name == "Testland: Local - Individual"
    without = plan(regulation(("first_name",), IDENTITY, HOME), documents=[PASSPORT], address=address)
    assert without.documents[-1] == DocumentDetails(type="address")


def test_papers_that_are_there_can_be_given() -> None:
    rule = regulation(("first_name",), IDENTITY)
    paper = SupportingDocument(sid="RD" + "a" * 32, type="passport", attributes={"document_number": "1"})
    planned = plan(rule, documents=[paper], address=Address(sid=AD))
    assert planned.is_ready
    assert (planned.documents[0].sid, planned.address) == (paper.sid, AD)
    assert plan(
        rule, documents=[DocumentDetails(type="passport", attributes={"document_number": "1"})]
    ).is_ready


def test_a_plan_shows_nothing_that_the_customer_provides() -> None:
    rule = regulation(("first_name",), IDENTITY)
    planned = plan(rule, {"first_name": "Secretive", "x": "Secretive"}, [PASSPORT], ADDRESS)
    for text in (str(planned), repr(planned), repr(planned.documents), repr(planned.address)):
        assert "Secretive" not in text
        assert "Example Street" not in text


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"end_user": ["first_name"]}, "end_user"),
        ({"friendly_name": 5}, "friendly_name"),
        ({"address": 5}, "address"),
        ({"address": {"zip": "N1"}}, "address"),
        ({"address": {"city": 5}}, "address.city"),
        ({"documents": "passport"}, "documents"),
        ({"documents": {"type": "passport"}}, "documents"),
        ({"documents": ["RD" + "a" * 32]}, "documents[0]"),
        ({"documents": [{}]}, "documents[0]"),
        ({"documents": [{"type": "passport", "number": "1"}]}, "documents[0]"),
        ({"documents": [{"type": "passport", "file": 5}]}, "documents[0].file"),
        ({"documents": [DocumentDetails(type="passport", file=5)]}, "documents[0].file"),  # type: ignore[arg-type]
    ],
)
def test_values_of_a_wrong_type_are_refused(given: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        plan(regulation(), **given)
    assert refused.value.argument == place


@pytest.mark.parametrize("wrong", ["RN" + "a" * 32, Regulation(), Regulation(sid="RN" + "a" * 32)])
def test_a_regulation_has_its_requirements(wrong: Any) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        plan(wrong)
    assert refused.value.argument == "regulation"


def test_the_regulation_of_the_specification_can_be_planned_for() -> None:
    document = json.loads(FACTS.read_text("utf-8"))
    answers = document["paths"]["/v2/RegulatoryCompliance/Regulations/{Sid}"]["get"]["responses"]
    example = answers["200"]["content"]["application/json"]["examples"]["fetch"]["value"]
    rule = convert(Regulation, example)
    assert str(rule.needs()).splitlines() == [
        "Australia: Local - Individual",
        "End user (individual):",
        "  first_name (First Name)",
        "  last_name (Last Name)",
        "Documents:",
        "  Address: address (Address Validation) with an address",
    ]
    assert rule.needs().with_address
    user = {"first_name": "Robin", "last_name": "Example"}
    assert found(plan(rule, user)) == [("address", "address", "address_sids")]
    assert plan(rule, user, address=AD).is_ready


def test_needs_are_said_in_words_whatever_the_shape() -> None:
    proof = (
        "Paper",
        [accepted("paper", "number", number={"max_length": 9, "values": ["a", "b"]}), accepted("note")],
    )
    needs = regulation(("plan",), proof, plan=["a", "b"]).needs()
    assert [str(field) for field in needs.end_user] == ["plan (a or b)"]
    assert str(needs.documents[0]) == (
        "Paper: paper (Paper) with number (max length 9, values a or b) or note (Note)"
    )
    assert not needs.with_address
    bare = convert(Regulation, {"sid": "RN1", "requirements": {"end_user": [{"fields": ["x"]}]}}).needs()
    assert (bare.title, [field.label for field in bare.end_user], bare.documents) == ("RN1", ["x"], [])
    assert str(Regulation(sid="RN1").needs()).splitlines() == [
        "RN1",
        "End user ():",
        "  nothing",
        "Documents:",
        "  none",
    ]


def test_what_a_review_says_of_no_field_is_said_of_the_whole() -> None:
    document = SupportingDocument(type="utility_bill", status=SupportingDocumentStatus.EXPIRED)
    reasons = [
        SupportingDocument(
            type="passport", status=SupportingDocumentStatus.REJECTED, failure_reason="blurred"
        )
    ]
    assert [(one.argument, one.message) for one in document_problems([document, *reasons])] == [
        ("documents.utility_bill", "documents.utility_bill was not accepted: it is expired"),
        ("documents.passport", "documents.passport was not accepted: blurred"),
    ]
    evaluation = Evaluation(
        results=[
            EvaluationResult(
                passed=False, object_type="business", requirement_friendly_name="Business", error_code=22214
            ),
            EvaluationResult(passed=True, object_type="utility_bill"),
        ]
    )
    (problem,) = evaluation_problems(evaluation, code=BundleProblemCode.NONCOMPLIANT)
    assert problem.message == "end_user does not meet 'Business': is missing or wrong"
    assert (problem.argument, problem.field, problem.error_code) == ("end_user", None, 22214)
