"""Twilio's own SDK for Python, on the sandbox: its calls on addresses, accounts and compliance work."""

from __future__ import annotations

import importlib
from typing import Any
from urllib.parse import urlsplit

from twilio_numbers_async.sandbox import Sandbox

# They come without types.
_rest: Any = importlib.import_module("twilio.rest")
_http: Any = importlib.import_module("twilio.http.http_client")


def client(sandbox: Sandbox) -> Any:
    """A client whose requests go to the sandbox, whatever their host."""
    http = _http.TwilioHttpClient()
    send = http.request

    def request(method: str, url: str, *arguments: Any, **options: Any) -> Any:
        parts = urlsplit(url)
        return send(method, f"{sandbox.url}{parts.path}?{parts.query}", *arguments, **options)

    http.request = request
    return _rest.Client(sandbox.account_sid, sandbox.auth_token, http_client=http)


def test_a_number_is_bought_with_an_approved_bundle() -> None:
    with Sandbox(strict_compliance=True) as sandbox:
        twilio = client(sandbox)
        compliance = twilio.numbers.v2.regulatory_compliance
        (rule,) = compliance.regulations.list(iso_country="GB", number_type="local", end_user_type="business")
        address = twilio.addresses.create(
            customer_name="Example Ltd",
            street="1 Example Street",
            city="London",
            region="London",
            postal_code="N1 1AA",
            iso_country="GB",
        )
        user = compliance.end_users.create(
            friendly_name="x",
            type="business",
            attributes={"business_name": "Example Ltd", "business_registration_number": "1"},
        )
        excerpt = compliance.supporting_documents.create(
            friendly_name="x",
            type="commercial_registrar_excerpt",
            attributes={"business_name": "Example Ltd", "document_number": "1"},
        )
        home = compliance.supporting_documents.create(
            friendly_name="x", type="address", attributes={"address_sids": [address.sid]}
        )
        made = compliance.bundles.create(friendly_name="x", email="name@example.com", regulation_sid=rule.sid)
        bundle = compliance.bundles(made.sid)
        for item in (user, excerpt, home):
            bundle.item_assignments.create(object_sid=item.sid)
        assert len(bundle.item_assignments.list()) == 3
        assert bundle.evaluations.create().status == "compliant"
        assert bundle.update(status="pending-review").status == "pending-review"
        sandbox.approve_bundle(made.sid)
        assert [one.sid for one in compliance.bundles.list(status="twilio-approved")] == [made.sid]
        twilio.incoming_phone_numbers.create(
            phone_number="+441632960000", address_sid=address.sid, bundle_sid=made.sid
        )
        (number,) = twilio.addresses(address.sid).dependent_phone_numbers.list()
        assert number.phone_number == "+441632960000"

        copy = bundle.bundle_copies.create(friendly_name="y")
        compliance.bundles(copy.sid).update(status="pending-review")
        sandbox.approve_bundle(copy.sid)
        assert bundle.replace_items.create(from_bundle_sid=copy.sid).status == "twilio-approved"
        child = twilio.api.v2010.accounts.create(friendly_name="z")
        clone = twilio.numbers.v2.bundle_clone(made.sid).create(target_account_sid=child.sid)
        assert (clone.account_sid, clone.status) == (child.sid, "twilio-approved")
        assert twilio.api.v2010.accounts(child.sid).update(status="closed").status == "closed"
