"""The one list of what can be called: every operation of the specifications, and the method that carries it out.

A new operation is added here: its facts in a ``*_facts.json``, named in ``schemas.EDITIONS``, and its ``Call`` below.
The tests of the contract, of the wire and of the README's table then say what is missing.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from twilio_numbers_async import (
    BulkHostedNumberOrderItem,
    BulkHostedNumberOrderNumber,
    LosingCarrierInformation,
    PortInCreate,
    PortInCreatePhoneNumber,
    resources,
)
from twilio_numbers_async.transport.endpoint import Endpoint, endpoints_of

from .schemas import EDITIONS, Facts, Schema

ACCOUNT, ADDRESS, BULK, DOCUMENT, NUMBER, PORT_IN = (
    prefix + "a" * 32 for prefix in ("AC", "AD", "EC", "RD", "PU", "KW")
)
PHONE = "+14155550100"


JSON_BODIES = ("CreateBulkHostedNumberOrder",)
"""The operations that take JSON, among those of a specification that takes forms."""
_SHARED = frozenset(f"{each}PhoneNumber" for each in ("Create", "Delete", "Fetch", "List"))
"""The ids that two specifications have: Messaging and Trunking."""


def name_of(host: str, operation: str) -> str:
    """The name of an operation that no other one has."""
    return f"{host}.{operation}" if operation in _SHARED else operation


class Operation(NamedTuple):
    """One operation of a specification."""

    id: str
    method: str
    host: str
    """The first part of the host's name, as ``Endpoint.host`` has it."""
    path: str
    facts: Facts
    schema: Schema
    edition: str
    """The key of its specification in ``schemas.EDITIONS``."""

    @property
    def name(self) -> str:
        """The id, with the host where another specification has it too."""
        return name_of(self.host, self.id)


def _operations() -> Iterator[Operation]:
    for edition, read in EDITIONS.items():
        facts = read()
        for path, item in facts.document["paths"].items():
            servers = item.get("servers") or facts.document["servers"]
            host = urlsplit(str(servers[0]["url"])).netloc.partition(".")[0]
            for method, schema in item.items():
                if method in {"get", "post", "delete"}:
                    name: str = schema["operationId"]
                    yield Operation(name, method.upper(), host, path, facts, schema, edition)


OPERATIONS = {each.name: each for each in _operations()}


def operations_of(*editions: str) -> list[str]:
    """The names of the operations of some specifications."""
    return [each.name for each in OPERATIONS.values() if each.edition in editions]


class Call(NamedTuple):
    """The method of the client, the parameters of the path in its order, and what else it is given.

    Where the body has no schema, ``given`` is all that it takes; elsewhere what it does not go without.
    """

    method: str
    positional: tuple[str, ...] = ()
    given: Mapping[str, Any] = {}


_CREATE = PortInCreate(
    account_sid=ACCOUNT,
    documents=[DOCUMENT],
    phone_numbers=[PortInCreatePhoneNumber(phone_number=PHONE, pin="1234")],
    losing_carrier_information=LosingCarrierInformation(
        customer_name="Customer",
        authorized_representative="Representative",
        authorized_representative_email="signer@example.com",
        address_sid=ADDRESS,
    ),
)
_PORT_INS: dict[str, Any] = {
    "status": "Completed",
    "sids": [PORT_IN],
    "created_before": dt.date(2025, 5, 5),
    "created_after": dt.datetime(2025, 1, 5, tzinfo=dt.UTC),
    "page_size": 20,
    "after": "0:TOKEN",
}
_OF_PORT_IN = ("PortInRequestSid", "PhoneNumberSid")
NUMBERS_V1 = {
    "CreateBulkEligibility": Call("bulk_eligibility.create", (), {"numbers": [PHONE]}),
    "FetchBulkEligibility": Call("bulk_eligibility.fetch", ("RequestId",)),
    "CreateEligibility": Call("eligibility.create", (), {"numbers": [PHONE]}),
    "CreatePortingPortIn": Call("port_ins.create", (), {"port_in": _CREATE}),
    "DeletePortingPortIn": Call("port_ins.cancel", ("PortInRequestSid",)),
    "FetchPortingPortIn": Call("port_ins.fetch", ("PortInRequestSid",)),
    "ListPortInRequests": Call("port_ins.list", (), _PORT_INS),
    "DeletePortingPortInPhoneNumber": Call("port_in_phone_numbers.cancel", _OF_PORT_IN),
    "FetchPortingPortInPhoneNumber": Call("port_in_phone_numbers.fetch", _OF_PORT_IN),
    "FetchPortingPortability": Call(
        "portability.fetch", ("PhoneNumber",), {"target_account_sid": ACCOUNT, "address_sid": ADDRESS}
    ),
    "CreatePortingWebhookConfiguration": Call(
        "webhook_configuration.create", (), {"port_in_target_url": "https://example.com/in"}
    ),
    "FetchPortingWebhookConfigurationFetch": Call("webhook_configuration.fetch"),
    "DeletePortingWebhookConfigurationDelete": Call("webhook_configuration.delete", ("WebhookType",)),
    "CreateSigningRequestConfiguration": Call(
        "signing_request_configurations.create", (), {"product": "Porting", "country": "US"}
    ),
    "ListSigningRequestConfiguration": Call(
        "signing_request_configurations.list",
        (),
        {"country": "MX", "product": "Porting", "page_size": 50},
    ),
}
CALLER_IDS = {
    "CreateSmsVerification": Call(
        "caller_ids.start_sms", (), {"to": PHONE, "locale": "en", "friendly_name": "Office"}
    ),
    "CreateSmsVerificationCheck": Call(
        "caller_ids.check_sms", (), {"to": PHONE, "verification_code": "012345"}
    ),
    "CreateVoiceVerification": Call("caller_ids.start_voice", (), {"phone_number": PHONE, "call_delay": 5}),
}


def _phone_numbers() -> Iterator[tuple[str, Call]]:
    mine, stock, add_ons = (
        "incoming_phone_numbers",
        "available_phone_numbers",
        "incoming_phone_numbers.assigned_add_ons",
    )
    bought = {"phone_number": PHONE}
    for name, kind in {"": None, "Local": "local", "Mobile": "mobile", "TollFree": "toll_free"}.items():
        yield f"ListIncomingPhoneNumber{name}", Call(f"{mine}.list", (), {"kind": kind})
        yield f"CreateIncomingPhoneNumber{name}", Call(f"{mine}.create", (), {"kind": kind, **bought})
    yield "FetchIncomingPhoneNumber", Call(f"{mine}.fetch", ("Sid",))
    yield (
        "UpdateIncomingPhoneNumber",
        Call(f"{mine}.update", ("Sid",), {"voice_url": "https://example.com/it"}),
    )
    yield "DeleteIncomingPhoneNumber", Call(f"{mine}.delete", ("Sid",))
    add_on = "IncomingPhoneNumberAssignedAddOn"
    yield f"List{add_on}", Call(f"{add_ons}.list", ("ResourceSid",))
    yield (
        f"Create{add_on}",
        Call(f"{add_ons}.create", ("ResourceSid",), {"installed_add_on_sid": "XE" + "b" * 32}),
    )
    yield f"Fetch{add_on}", Call(f"{add_ons}.fetch", ("ResourceSid", "Sid"))
    yield f"Delete{add_on}", Call(f"{add_ons}.delete", ("ResourceSid", "Sid"))
    at = ("ResourceSid", "AssignedAddOnSid")
    yield f"List{add_on}Extension", Call(f"{add_ons}.list_extensions", at)
    yield f"Fetch{add_on}Extension", Call(f"{add_ons}.fetch_extension", (*at, "Sid"))
    yield "ListAvailablePhoneNumberCountry", Call(f"{stock}.countries")
    yield "FetchAvailablePhoneNumberCountry", Call(f"{stock}.country", ("CountryCode",))
    for name, kind in {
        "Local": "local",
        "Mobile": "mobile",
        "TollFree": "toll_free",
        "National": "national",
        "Voip": "voip",
        "SharedCost": "shared_cost",
        "MachineToMachine": "machine_to_machine",
    }.items():
        yield f"ListAvailablePhoneNumber{name}", Call(f"{stock}.search", ("CountryCode",), {"kind": kind})


PHONE_NUMBERS_2010 = dict(_phone_numbers())

_ADDRESS = {
    "customer_name": "Example Ltd",
    "street": "1 Example Street",
    "city": "London",
    "region": "London",
    "postal_code": "N1 1AA",
    "iso_country": "GB",
}
ADDRESSES = {
    "CreateAddress": Call("addresses.create", (), _ADDRESS),
    "ListAddress": Call("addresses.list"),
    "FetchAddress": Call("addresses.fetch", ("Sid",)),
    "UpdateAddress": Call("addresses.update", ("Sid",), {"street": "1 Example Street"}),
    "DeleteAddress": Call("addresses.delete", ("Sid",)),
    "ListDependentPhoneNumber": Call("addresses.dependent_phone_numbers", ("AddressSid",)),
}
ACCOUNTS = {
    "CreateAccount": Call("accounts.create"),
    "ListAccount": Call("accounts.list"),
    "FetchAccount": Call("accounts.fetch", ("Sid",)),
    "UpdateAccount": Call("accounts.update", ("Sid",), {"friendly_name": "text", "confirm": True}),
}
_BUNDLE, _IN_BUNDLE = ("Sid",), ("BundleSid",)
_PAPER = {"friendly_name": "x", "type": "passport"}
COMPLIANCE = {
    "ListRegulation": Call("regulations.list"),
    "FetchRegulation": Call("regulations.fetch", ("Sid",)),
    "CreateEndUser": Call("end_users.create", (), {"friendly_name": "x", "type": "business"}),
    "ListEndUser": Call("end_users.list"),
    "FetchEndUser": Call("end_users.fetch", ("Sid",)),
    "UpdateEndUser": Call("end_users.update", ("Sid",), {"friendly_name": "text"}),
    "DeleteEndUser": Call("end_users.delete", ("Sid",)),
    "ListEndUserType": Call("end_user_types.list"),
    "FetchEndUserType": Call("end_user_types.fetch", ("Sid",)),
    "CreateSupportingDocument": Call("supporting_documents.create", (), _PAPER),
    "ListSupportingDocument": Call("supporting_documents.list"),
    "FetchSupportingDocument": Call("supporting_documents.fetch", ("Sid",)),
    "UpdateSupportingDocument": Call("supporting_documents.update", ("Sid",), {"friendly_name": "text"}),
    "DeleteSupportingDocument": Call("supporting_documents.delete", ("Sid",)),
    "ListSupportingDocumentType": Call("supporting_document_types.list"),
    "FetchSupportingDocumentType": Call("supporting_document_types.fetch", ("Sid",)),
    "CreateBundle": Call("bundles.create", (), {"friendly_name": "x", "email": "name@example.com"}),
    "ListBundle": Call("bundles.list"),
    "FetchBundle": Call("bundles.fetch", _BUNDLE),
    "UpdateBundle": Call("bundles.update", _BUNDLE, {"friendly_name": "text"}),
    "DeleteBundle": Call("bundles.delete", _BUNDLE),
    "CreateBundleClone": Call("bundles.clone", _IN_BUNDLE, {"target_account_sid": "AC" + "b" * 32}),
    "CreateBundleCopy": Call("bundles.copy", _IN_BUNDLE),
    "ListBundleCopy": Call("bundles.copies", _IN_BUNDLE),
    "CreateEvaluation": Call("bundles.evaluate", _IN_BUNDLE),
    "ListEvaluation": Call("bundles.evaluations", _IN_BUNDLE),
    "FetchEvaluation": Call("bundles.evaluation", (*_IN_BUNDLE, "Sid")),
    "CreateItemAssignment": Call("bundles.assign", _IN_BUNDLE, {"object_sid": "IT" + "b" * 32}),
    "ListItemAssignment": Call("bundles.items", _IN_BUNDLE),
    "FetchItemAssignment": Call("bundles.item", (*_IN_BUNDLE, "Sid")),
    "DeleteItemAssignment": Call("bundles.unassign", (*_IN_BUNDLE, "Sid")),
    "CreateReplaceItems": Call("bundles.replace_items", _IN_BUNDLE, {"from_bundle_sid": "BU" + "b" * 32}),
}

_CONTACT = {"address_sid": ADDRESS, "email": "name@example.com", "contact_phone_number": PHONE}
_ITEM = BulkHostedNumberOrderItem(
    **_CONTACT, contact_title="Owner", numbers=[BulkHostedNumberOrderNumber(phone_number=PHONE)]
)
_LETTER = {"hosted_number_order_sids": ["HR" + "b" * 32], **_CONTACT}
HOSTING = {
    "CreateHostedNumberOrder": Call("hosted_number_orders.create", (), {"phone_number": PHONE, **_CONTACT}),
    "ListHostedNumberOrder": Call("hosted_number_orders.list"),
    "FetchHostedNumberOrder": Call("hosted_number_orders.fetch", ("Sid",)),
    "UpdateHostedNumberOrder": Call("hosted_number_orders.verify", ("Sid",)),
    "DeleteHostedNumberOrder": Call("hosted_number_orders.delete", ("Sid",)),
    "CreateBulkHostedNumberOrder": Call("bulk_hosted_number_orders.create", (), {"request_items": [_ITEM]}),
    "FetchBulkHostedNumberOrder": Call("bulk_hosted_number_orders.fetch", ("BulkHostingSid",)),
    "CreateAuthorizationDocument": Call("authorization_documents.create", (), _LETTER),
    "ListAuthorizationDocument": Call("authorization_documents.list"),
    "FetchAuthorizationDocument": Call("authorization_documents.fetch", ("Sid",)),
    "DeleteAuthorizationDocument": Call("authorization_documents.cancel", ("Sid",)),
    "ListDependentHostedNumberOrder": Call("authorization_documents.orders", ("SigningDocumentSid",)),
}
ATTACHED = {
    f"{host}.{operation}PhoneNumber": Call(f"{resource}.{method}", (owner, *number), given)
    for host, resource, owner in (
        ("messaging", "messaging_services", "ServiceSid"),
        ("trunking", "trunks", "TrunkSid"),
    )
    for operation, method, number, given in (
        ("Create", "add", (), {"number_sid": "PN" + "c" * 32}),
        ("List", "phone_numbers", (), {}),
        ("Fetch", "fetch", ("Sid",), {}),
        ("Delete", "remove", ("Sid",), {}),
    )
}

CALLS: dict[str, Call] = (
    NUMBERS_V1 | CALLER_IDS | PHONE_NUMBERS_2010 | ADDRESSES | ACCOUNTS | COMPLIANCE | HOSTING | ATTACHED
)
UPLOADS: dict[str, Call] = {
    "CreateDocument": Call("documents.upload"),
    "UploadSupportingDocument": Call("supporting_documents.upload"),
}
"""Operations on a host of their own, which no specification has."""


@cache
def endpoints() -> tuple[Endpoint[Any], ...]:
    """Every endpoint of the package: those among the names of the resources' modules, and in tables there."""
    found: dict[int, Endpoint[Any]] = {}
    for module in pkgutil.walk_packages(resources.__path__, f"{resources.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            entries = cast("dict[str, Any]", value) if isinstance(value, dict) else {"": value}
            found |= {id(each): each for each in endpoints_of(entries)}
    return tuple(found.values())


# They come with a next page's address, which is followed word for word: no argument sends them.
PAGING = {"Page", "PageToken"}
_MOMENT = dt.datetime(2022, 11, 29, 23, 59, 59, tzinfo=dt.UTC)
_ATTRIBUTES = {"business_name": "Example Ltd", "since": dt.date(2020, 1, 2)}
_SAMPLES: dict[str, Any] = {
    "PhoneNumber": PHONE,
    "Sid": "PN" + "b" * 32,  # of a number of a messaging service, where the specification has no pattern
    "PortInRequestSid": PORT_IN,
    "PhoneNumberSid": NUMBER,
    "RequestId": BULK,
    "WebhookType": "PORT_IN",
    "CountryCode": "US",
    "NearNumber": PHONE,
    "AreaCode": "415",
    "Contains": "415*",
    "NearLatLong": "37.8,-122.3",
    "IsoCountry": "GB",
    "BundleSids": ["BU" + "b" * 32],
    "Email": "name@example.com",
    "NumberType": "toll-free",
    "ObjectSid": "RD" + "c" * 32,
    "StatusCallback": "https://example.com/it",
    "ContactPhoneNumber": PHONE,
    "CcEmails": ["name@example.com"],
    "HostedNumberOrderSids": ["HR" + "b" * 32],
    "OrderStatus": "pending_loa",
}


def sample(name: str, operation: Operation, schema: Schema) -> Any:
    """A value that the specification allows, as a user gives it."""
    schema = operation.facts.merged(schema)
    if name in _SAMPLES and re.search(schema.get("pattern", ""), str(_SAMPLES[name])):
        return _SAMPLES[name]
    if schema.get("format") == "date-time":
        return _MOMENT
    if schema.get("format") == "uri":
        return "https://example.com/it"
    if "pattern" in schema:
        prefix = re.match(r"\^([A-Z]{2})", schema["pattern"])
        assert prefix is not None
        return prefix[1] + "b" * 32
    if "enum" in schema:
        return schema["enum"][-1]
    return {"boolean": True, "integer": 7, "string": "text", None: _ATTRIBUTES}[schema.get("type")]


def text_of(value: Any) -> str:
    """The text that is sent for a value of a query or a form."""
    if isinstance(value, dict):
        return json.dumps(value, default=str, separators=(",", ":"))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return "2022-11-29T23:59:59Z"
    return str(value[0] if isinstance(value, list) else value)  # pyright: ignore[reportUnknownArgumentType]


def parameters_of(operation: Operation) -> dict[str, Schema]:
    """The parameters that are no part of the path: query and form."""
    found = {
        each["name"]: each["schema"]
        for each in operation.schema.get("parameters", [])
        if each["in"] == "query"
    }
    for content in operation.schema.get("requestBody", {}).get("content", {}).values():
        found |= content["schema"].get("properties", {})
    return {name: schema for name, schema in found.items() if name not in PAGING}


def path_of(operation: Operation) -> dict[str, str]:
    """A value for each parameter of the path; the account is the client's."""
    parameters = operation.schema.get("parameters", [])
    found = {each["name"]: each["schema"] for each in parameters if each["in"] == "path"}
    return {name: str(sample(name, operation, schema)) for name, schema in found.items()} | {
        "AccountSid": ACCOUNT
    }


def filled(template: str, path: Mapping[str, str]) -> str:
    """The path with its parameters in it."""
    return re.sub(r"\{(\w+)\}", lambda match: path[match[1]], template)


def snake(name: str) -> str:
    """``PageSize`` -> ``page_size``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
