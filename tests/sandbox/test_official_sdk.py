"""Twilio's own SDK for Python, on the sandbox: its calls on addresses, accounts, compliance and hosting work."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from tests.contract.schemas import (
    accounts as facts_of_accounts,
    addresses,
    compliance as facts_of_compliance,
    hosting,
    messaging,
    trunking,
)
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
        sandbox.bundles.approve(made.sid)
        assert [one.sid for one in compliance.bundles.list(status="twilio-approved")] == [made.sid]
        twilio.incoming_phone_numbers.create(
            phone_number="+441632960000", address_sid=address.sid, bundle_sid=made.sid
        )
        (number,) = twilio.addresses(address.sid).dependent_phone_numbers.list()
        assert number.phone_number == "+441632960000"

        copy = bundle.bundle_copies.create(friendly_name="y")
        compliance.bundles(copy.sid).update(status="pending-review")
        sandbox.bundles.approve(copy.sid)
        assert bundle.replace_items.create(from_bundle_sid=copy.sid).status == "twilio-approved"
        child = twilio.api.v2010.accounts.create(friendly_name="z")
        clone = twilio.numbers.v2.bundle_clone(made.sid).create(target_account_sid=child.sid)
        assert (clone.account_sid, clone.status) == (child.sid, "twilio-approved")
        assert twilio.api.v2010.accounts(child.sid).update(status="closed").status == "closed"


def test_every_other_operation_works() -> None:
    with Sandbox() as sandbox:
        twilio = client(sandbox)
        compliance, accounts = twilio.numbers.v2.regulatory_compliance, twilio.api.v2010.accounts
        child = accounts.create(friendly_name="z")
        assert accounts(child.sid).fetch().friendly_name == "z"
        assert [one.sid for one in accounts.list(friendly_name="z", status="active")] == [child.sid]

        address = twilio.addresses.create(
            "Example Ltd", "1 Example Street", "London", "London", "N1 1AA", "GB"
        )
        assert twilio.addresses(address.sid).update(city="Leeds").city == "Leeds"
        assert twilio.addresses(address.sid).fetch().city == "Leeds"
        assert [one.sid for one in twilio.addresses.list(iso_country="GB", page_size=1)] == [address.sid]
        assert twilio.addresses(address.sid).delete()

        rules = compliance.regulations.list(page_size=5)
        assert len({rule.sid for rule in rules}) == len(rules) > 5
        rule = compliance.regulations(rules[0].sid).fetch(include_constraints=True)
        assert rule.requirements["end_user"][0]["detailed_fields"][0]["constraint"] == "String"
        for types in (compliance.end_user_types, compliance.supporting_document_types):
            (first, *_) = types.list()
            assert types(first.sid).fetch().machine_name == first.machine_name

        user = compliance.end_users.create(
            friendly_name="x", type="individual", attributes={"first_name": "A"}
        )
        paper = compliance.supporting_documents.create(
            friendly_name="x", type="passport", attributes={"a": "b"}
        )
        for things, thing in ((compliance.end_users, user), (compliance.supporting_documents, paper)):
            assert things(thing.sid).update(friendly_name="y", attributes={"c": "d"}).attributes == {"c": "d"}
            assert things(thing.sid).fetch().friendly_name == "y"
            assert [one.sid for one in things.list()] == [thing.sid]

        made = compliance.bundles.create(
            friendly_name="x",
            email="name@example.com",
            status_callback="https://example.com/bundles",
            iso_country="GB",
            end_user_type="individual",
            number_type="local",
        )
        bundle = compliance.bundles(made.sid)
        item = bundle.item_assignments.create(object_sid=user.sid)
        assert bundle.item_assignments(item.sid).fetch().object_sid == user.sid
        evaluation = bundle.evaluations.create()
        assert bundle.evaluations(evaluation.sid).fetch().status == "noncompliant"
        assert [one.sid for one in bundle.evaluations.list()] == [evaluation.sid]
        assert bundle.item_assignments(item.sid).delete()
        copy = bundle.bundle_copies.create()
        assert [one.sid for one in bundle.bundle_copies.list()] == [copy.sid]
        assert bundle.update(email="other@example.com").email == "other@example.com"
        assert bundle.fetch().status == "draft"
        for thing in (bundle, compliance.end_users(user.sid), compliance.supporting_documents(paper.sid)):
            assert thing.delete()
        specified = {
            name
            for facts in (addresses(), facts_of_accounts(), facts_of_compliance())
            for name, _ in facts.operations()
        }
        assert specified - sandbox.traffic.operations.keys() == {
            "CreateBundleClone",
            "CreateReplaceItems",
            "ListBundle",
            "ListDependentPhoneNumber",
            "ListItemAssignment",
            "UpdateAccount",
        }  # which are asked above


OWNER = {
    "address_sid": "AD" + "0" * 32,
    "email": "owner@example.com",
    "contact_phone_number": "+14155550100",
    "contact_title": "Owner",
}


def test_numbers_are_hosted_and_put_to_work() -> None:
    with Sandbox() as sandbox:
        twilio = client(sandbox)
        numbers = twilio.numbers.v2
        order = numbers.hosted_number_orders.create(
            phone_number="+14155550101", cc_emails=["a@example.com", "b@example.com"], **OWNER
        )
        assert (order.status, order.cc_emails) == ("received", ["a@example.com", "b@example.com"])
        unwanted = numbers.hosted_number_orders.create(phone_number="+14155550102", **OWNER)
        assert numbers.hosted_number_orders(unwanted.sid).delete()
        one = numbers.hosted_number_orders(order.sid)
        called = one.update(status="pending-verification", verification_call_delay=5)
        assert sandbox.hosted_number_orders.enter_code(order.sid, called.verification_code)
        assert [each.sid for each in numbers.hosted_number_orders.list(status="verified")] == [order.sid]

        unsigned = numbers.authorization_documents.create(hosted_number_order_sids=[order.sid], **OWNER)
        assert numbers.authorization_documents(unsigned.sid).delete()
        letter = numbers.authorization_documents.create(hosted_number_order_sids=[order.sid], **OWNER)
        paper = numbers.authorization_documents(letter.sid)
        (dependent,) = paper.dependent_hosted_number_orders.list(phone_number="+14155550101")
        assert (dependent.sid, dependent.signing_document_sid) == (order.sid, letter.sid)
        sandbox.authorization_documents.sign()
        assert [each.sid for each in numbers.authorization_documents.list(status="signed")] == [letter.sid]
        assert paper.fetch().status == "signed"
        sandbox.hosted_number_orders.advance(steps=2)
        done = one.fetch()
        assert done.status == "completed"

        items = [{**OWNER, "numbers": [{"phone_number": "+14155550103"}]}]
        body = SimpleNamespace(to_dict=lambda: {"request_items": items})  # it takes no plain dict
        bulk = numbers.bulk_hosted_number_orders.create(body=body)
        numbers.bulk_hosted_number_orders(bulk.bulk_hosting_sid).fetch()
        (group,) = numbers.bulk_hosted_number_orders(bulk.bulk_hosting_sid).fetch("received").results
        assert group["count"] == "1"

        sid = done.incoming_phone_number_sid
        for owner in (
            twilio.messaging.v1.services(sandbox.messaging_services.sids[0]),
            twilio.trunking.v1.trunks(sandbox.trunks.sids[0]),
        ):
            assert owner.phone_numbers.create(phone_number_sid=sid).phone_number == "+14155550101"
            assert owner.phone_numbers(sid).fetch().sid == sid
            assert [each.sid for each in owner.phone_numbers.list()] == [sid]
            assert owner.phone_numbers(sid).delete()
        specified = {name for facts in (hosting(), messaging(), trunking()) for name, _ in facts.operations()}
        assert specified <= sandbox.traffic.operations.keys()
        assert sandbox.traffic.operations["CreatePhoneNumber"] == 2
