"""schemathesis on the specifications of addresses, accounts and compliance: it finds nothing wrong with the sandbox.

What is drawn is sent to things that are there. Not asked is what these specifications do not say: answers that are no
success, and what Twilio refuses although it has the shape that is asked for (an e-mail address that is none).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.compliance.business import ADDRESS, EMAIL
from tests.contract.schemas import Facts, Schema, accounts, addresses, compliance
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


def operations() -> dict[str, Operation]:
    """The operations by their ids."""
    return {
        str(operation.definition.raw["operationId"]): operation
        for facts in (addresses(), accounts(), compliance())
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
}


async def filled(sandbox: Sandbox) -> dict[str, str]:
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
    sids = (address, user, paper, bundle, evaluation, item)
    return {
        **{(one.sid or "")[:2]: one.sid or "" for one in sids},
        "AC": sandbox.account_sid,
        "RN": US,
        "TargetAccountSid": account.sid or "",
        "FromBundleSid": approved.sid or "",
        "ObjectSid": paper.sid or "",
    }


def type_of(operation: Operation) -> str:
    """The name of a type of end users or of documents."""
    return "passport" if "SupportingDocument" in operation.path else "business"


def path_of(operation: Operation, known: Mapping[str, str]) -> dict[str, str]:
    """The parameters of the path: SIDs of what is there; types go by their names too."""
    found: dict[str, str] = {}
    for parameter in operation.path_parameters:
        prefix = re.match(r"\^([A-Z]{2})", parameter.definition["schema"].get("pattern", ""))
        found[parameter.name] = known[prefix[1]] if prefix else type_of(operation)
    return found


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def test_all_operations_are_asked() -> None:
    assert len(OPERATIONS) == 42


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_allowed_is_answered_as_it_is_said(sandbox: Sandbox, name: str) -> None:
    operation, known = OPERATIONS[name], asyncio.run(filled(sandbox))
    values = known | VALUES | {"Type": type_of(operation)}
    statuses: set[int] = set()

    @MOST
    @given(case=operation.as_strategy(path_parameters=path_of(operation, known)))
    def ask(case: Any) -> None:
        if case.media_type is not None:
            case.body = {field: values.get(field, value) for field, value in case.body.items()}
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
