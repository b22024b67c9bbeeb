"""Parts that the tests of compliance share: details of a British business that can be sent, and a plan of them."""

from __future__ import annotations

from typing import Any

from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.compliance.plan import BundlePlan, plan_bundle
from twilio_numbers_async.models.numbers_v2.regulations import Regulation

ACCOUNT = "AC" + "a" * 32
PDF = b"%PDF-1.7 an excerpt"
END_USER = {"business_name": "Example Ltd", "business_registration_number": "01234567"}
ADDRESS = {
    "customer_name": "Example Ltd",
    "street": "1 Example Street",
    "city": "London",
    "region": "London",
    "postal_code": "N1 1AA",
}
EXCERPT: dict[str, Any] = {
    "type": "commercial_registrar_excerpt",
    "attributes": {"business_name": "Example Ltd", "document_number": "01234567"},
    "file": PDF,
}
NEWER: list[dict[str, Any]] = [{"type": EXCERPT["type"], "file": b"%PDF-1.7 a newer one"}]
EMAIL = "name@example.com"
DETAILS: dict[str, Any] = {
    "end_user": END_USER,
    "address": ADDRESS,
    "documents": [EXCERPT],
    "email": EMAIL,
}


async def british(twilio: TwilioNumbers) -> Regulation:
    """The regulation of local numbers for businesses in the United Kingdom."""
    return await twilio.regulations.find("GB", "local", "business")


async def plan_of(twilio: TwilioNumbers, **details: Any) -> BundlePlan:
    """A plan with details that can be sent, but for those that are given."""
    return plan_bundle(await british(twilio), **DETAILS | details)


async def counts(twilio: TwilioNumbers) -> dict[str, int]:
    """The number of things of each kind."""
    bundles = await twilio.bundles.list().collect()
    return {
        "addresses": len(await twilio.addresses.list().collect()),
        "end_users": len(await twilio.end_users.list().collect()),
        "documents": len(await twilio.supporting_documents.list().collect()),
        "bundles": len(bundles),
        "items": sum([len(await twilio.bundles.items(each.sid or "").collect()) for each in bundles]),
        "evaluations": sum(
            [len(await twilio.bundles.evaluations(each.sid or "").collect()) for each in bundles]
        ),
    }


ONCE = {"addresses": 1, "end_users": 1, "documents": 2, "bundles": 1, "items": 3, "evaluations": 1}
"""The things that the plan makes, each once."""
