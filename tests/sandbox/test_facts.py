"""schemathesis on the specifications that take forms: it finds nothing wrong with the sandbox.

What is drawn is sent to things that are there. Not asked is what these specifications do not say: answers that are no
success, and what Twilio refuses although it has the shape that is asked for (an e-mail address that is none).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from tests.compliance.business import ADDRESS, EMAIL
from tests.contract.operations import name_of
from tests.contract.schemas import (
    Facts,
    Schema,
    accounts,
    addresses,
    compliance,
    hosting,
    messaging,
    trunking,
)
from twilio_numbers_async import BulkHostedNumberOrderItem, BulkHostedNumberOrderNumber, TwilioNumbers
from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.sandbox.numbers_v2.tables import regulations

# Its types are partly unknown.
_schemathesis: Any = pytest.importorskip("schemathesis")
_generation: Any = pytest.importorskip("schemathesis.generation")
_general: Any = pytest.importorskip("schemathesis.checks")
_checks: Any = pytest.importorskip("schemathesis.specs.openapi.checks")
Operation = Any

CHECKS: list[Any] = [
    _general.not_a_server_error,
    _checks.response_schema_conformance,
    _checks.response_headers_conformance,
    _checks.content_type_conformance,
    _checks.ignored_auth,
]
# The pages of these lists name paths, as the specification's own examples do, where its schema says "uri".
PATHS = frozenset({"uri", "first_page_uri", "next_page_uri", "previous_page_uri"})
PAGES = frozenset({"ListAddress", "ListDependentPhoneNumber", "ListAccount"})
MOST = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def document(facts: Facts) -> Schema:
    """The specification, with paths allowed where its examples have them and nothing else loosened."""
    for name, operation in facts.operations():
        if name in PAGES:
            properties = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
            for path in PATHS:
                assert properties[path]["format"] == "uri"
                properties[path]["format"] = "uri-reference"
    return facts.document


def host_of(facts: Facts) -> str:
    """The first part of the host's name."""
    return urlsplit(str(facts.document["servers"][0]["url"])).netloc.partition(".")[0]


def operations() -> dict[str, Operation]:
    """The operations by their names."""
    return {
        name_of(host_of(facts), str(operation.definition.raw["operationId"])): operation
        for facts in (addresses(), accounts(), compliance(), hosting(), messaging(), trunking())
        for operation in (
            result.ok() for result in _schemathesis.openapi.from_dict(document(facts)).get_all_operations()
        )
    }


OPERATIONS = operations()
END_USER = {"business_name": "Example Ltd"}
(US,) = (sid for sid, one in regulations().items() if one.country == "US")
# Of what these are the specification says text alone.
VALUES = {
    "Attributes": "{}",
    "Email": EMAIL,
    "IsoCountry": "GB",
    "RegulationSid": US,
    "StatusCallback": "https://example.com",
    "StatusCallbackUrl": "https://example.com",
    "SmsUrl": "https://example.com",
    "SmsFallbackUrl": "https://example.com",
    "ContactPhoneNumber": "+14155550100",
    "CcEmails": [EMAIL],
    "FriendlyName": "x",
    "VerificationCallDelay": 5,
}
CONTACT: dict[str, Any] = {
    "address_sid": "AD" + "0" * 32,
    "email": EMAIL,
    "contact_phone_number": "+14155550100",
}
FRESH = (f"+1555{number}" for number in range(2_000_100, 9_999_999) if number % 1000 < 750)
"""Numbers that are eligible for hosting."""


async def filled(sandbox: Sandbox) -> dict[str, Any]:
    """SIDs of one thing of each kind, and what the bodies of requests name, by the names of parameters."""
    details: dict[str, Any] = {**ADDRESS, "iso_country": "GB"}
    async with sandbox.client() as twilio:
        address = await twilio.addresses.create(**details)
        user = await twilio.end_users.create(friendly_name="x", type="business", attributes=END_USER)
        paper = await twilio.supporting_documents.create(friendly_name="x", type="passport")
        bundle = await twilio.bundles.create(friendly_name="x", email=EMAIL, regulation_sid=US)
        evaluation = await twilio.bundles.evaluate(bundle.sid or "")
        item = await twilio.bundles.assign(bundle.sid or "", user.sid or "")
        approved = await twilio.bundles.create(friendly_name="x", email=EMAIL, regulation_sid=US)
        other = await twilio.end_users.create(friendly_name="x", type="business", attributes=END_USER)
        await twilio.bundles.assign(approved.sid or "", other.sid or "")
        await twilio.bundles.submit(approved.sid or "")
        sandbox.bundles.approve(approved.sid or "")
        account = await twilio.accounts.create()
        hosted = await of_hosting(sandbox, twilio)
    sids = (address, user, paper, bundle, evaluation, item)
    return {
        **{(one.sid or "")[:2]: one.sid or "" for one in sids},
        **hosted,
        "AC": sandbox.account_sid,
        "RN": US,
        "TargetAccountSid": account.sid or "",
        "FromBundleSid": approved.sid or "",
        "ObjectSid": paper.sid or "",
    }


async def of_hosting(sandbox: Sandbox, twilio: TwilioNumbers) -> dict[str, Any]:
    """The same, of hosting, messaging services and trunks."""
    received, verified, signing = [
        await twilio.hosted_number_orders.create(next(FRESH), **CONTACT) for _ in range(3)
    ]
    for order in (verified, signing):
        sandbox.hosted_number_orders.advance(order.sid, 2)
    letter = await twilio.authorization_documents.create(signing.sid or "", **CONTACT)
    bulk = await twilio.bulk_hosted_number_orders.create(item())
    service, trunk = sandbox.messaging_services.add(), sandbox.trunks.add()
    attached, free = sandbox.add_numbers(2)
    await twilio.messaging_services.add(service, attached)
    await twilio.trunks.add(trunk, attached)
    return {
        "HR": received.sid,
        "PX": letter.sid,
        "BH": bulk.bulk_hosting_sid,
        "MG": service,
        "TK": trunk,
        "PN": attached,
        "PhoneNumberSid": free,
        "HostedNumberOrderSids": [verified.sid],
        "AccountSid": sandbox.account_sid,
    }


def item() -> BulkHostedNumberOrderItem:
    """An item of a bulk request, whose body the specification does not describe."""
    numbers = [BulkHostedNumberOrderNumber(phone_number=next(FRESH))]
    return BulkHostedNumberOrderItem(**CONTACT, contact_title="Owner", numbers=numbers)


def body_of(name: str, body: Any, values: Mapping[str, Any]) -> Any:
    """The drawn fields, with existing SIDs in place of the drawn ones."""
    if name == "CreateBulkHostedNumberOrder":
        return {"request_items": [msgspec.to_builtins(item())]}
    if not isinstance(body, dict):
        return body
    there: dict[str, Any] = {**values, "PhoneNumber": next(FRESH)}
    if name == "UpdateHostedNumberOrder":
        there["Status"] = "pending-verification"
    drawn = cast("dict[str, Any]", body)
    return {field: there.get(field, value) for field, value in drawn.items()}


def type_of(operation: Operation) -> str:
    """The name of a type of end users or of documents."""
    return "passport" if "SupportingDocument" in operation.path else "business"


def path_of(operation: Operation, known: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of the path: SIDs of what is there; types go by their names too."""
    found: dict[str, str] = {}
    for parameter in operation.path_parameters:
        prefix = re.match(r"\^([A-Z]{2})", parameter.definition["schema"].get("pattern", ""))
        is_number = operation.path.endswith("/PhoneNumbers/{Sid}")  # where Messaging has no pattern
        kind = prefix[1] if prefix else "PN" if is_number else None
        found[parameter.name] = known[kind] if kind else type_of(operation)
    return found


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def there(sandbox: Sandbox) -> dict[str, Any]:
    """The values that can be read again and again."""
    return asyncio.run(filled(sandbox))


def test_all_operations_are_asked() -> None:
    assert len(OPERATIONS) == 62


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_allowed_is_answered_as_it_is_said(
    sandbox: Sandbox, there: dict[str, Any], name: str
) -> None:
    operation = OPERATIONS[name]
    known = there if operation.method == "get" else asyncio.run(filled(sandbox))
    values = known | VALUES | {"Type": type_of(operation)}
    statuses: set[int] = set()

    @MOST
    @given(case=operation.as_strategy(path_parameters=path_of(operation, known)))
    def ask(case: Any) -> None:
        if case.media_type is not None:
            case.body = body_of(name, case.body, values)
        response = case.call_and_validate(
            sandbox.url, auth=(sandbox.account_sid, sandbox.auth_token), checks=CHECKS
        )
        statuses.add(response.status_code)

    ask()
    assert min(statuses) < 300


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_not_allowed_is_refused(sandbox: Sandbox, name: str) -> None:
    operation = OPERATIONS[name]

    @MOST
    @given(case=operation.as_strategy(generation_mode=_generation.GenerationMode.NEGATIVE))
    def ask(case: Any) -> None:
        case.call_and_validate(
            sandbox.url,
            auth=(sandbox.account_sid, sandbox.auth_token),
            checks=[*CHECKS, _checks.negative_data_rejection],
        )

    ask()
