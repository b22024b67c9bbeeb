"""Wrong details are refused before anything is sent, by their place, and the error says what would be right."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import InvalidArgumentError
from twilio_numbers_async.sandbox import Sandbox

from .business import ACCOUNT, ADDRESS

BU, IT, AD, PN = (prefix + "b" * 32 for prefix in ("BU", "IT", "AD", "PN"))
GB: dict[str, Any] = {**ADDRESS, "iso_country": "GB"}
BUNDLE: dict[str, Any] = {"friendly_name": "x", "email": "name@example.com"}
NAMED: dict[str, Any] = {"friendly_name": "x", "type": "passport"}
FIRST = dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=5)))
"""In UTC it is before the calendar begins."""
ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)


def gb(**changed: Any) -> dict[str, Any]:
    """A British address, but for what is given."""
    return GB | changed


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def twilio(sandbox: Sandbox) -> AsyncGenerator[TwilioNumbers]:
    async with sandbox.client() as twilio:
        yield twilio


Call = Callable[[Any], Any]
"""Of an open client, whatever a type checker would say to it."""


Sent = tuple[Call, str]
BAD: list[Sent] = [
    (lambda twilio: twilio.addresses.create(**gb(street=" ")), "street"),
    (lambda twilio: twilio.addresses.create(**gb(city=None)), "city"),
    (lambda twilio: twilio.addresses.create(**gb(iso_country="XX")), "iso_country"),
    (lambda twilio: twilio.addresses.create(**gb(postal_code=5)), "postal_code"),
    (lambda twilio: twilio.addresses.create(**GB, auto_correct_address="no"), "auto_correct_address"),
    (lambda twilio: twilio.addresses.create(**GB, account_sid=BU), "account_sid"),
    (lambda twilio: twilio.addresses.update(AD, city=""), "city"),
    (lambda twilio: twilio.addresses.update(BU, city="x"), "sid"),
    (lambda twilio: twilio.addresses.delete(IT), "sid"),
    (lambda twilio: twilio.addresses.dependent_phone_numbers(BU), "sid"),
    (lambda twilio: twilio.addresses.list(iso_country=""), "iso_country"),
    (lambda twilio: twilio.addresses.list(emergency_enabled=1), "emergency_enabled"),
    (lambda twilio: twilio.accounts.create(friendly_name=""), "friendly_name"),
    (lambda twilio: twilio.accounts.update(ACCOUNT, friendly_name=" "), "friendly_name"),
    (lambda twilio: twilio.accounts.fetch(BU), "sid"),
    (lambda twilio: twilio.accounts.list(status="gone"), "status"),
    (lambda twilio: twilio.accounts.list(friendly_name=""), "friendly_name"),
    (lambda twilio: twilio.regulations.find("GB", "loca", "business"), "number_type"),
    (lambda twilio: twilio.regulations.find("GB", None, "business"), "number_type"),
    (lambda twilio: twilio.regulations.list(number_type="loca"), "number_type"),
    (lambda twilio: twilio.regulations.list(number_type=""), "number_type"),
    (lambda twilio: twilio.regulations.list(end_user_type="robot"), "end_user_type"),
    (lambda twilio: twilio.regulations.list(iso_country="XX"), "iso_country"),
    (lambda twilio: twilio.regulations.list(iso_country=""), "iso_country"),
    (lambda twilio: twilio.regulations.list(include_constraints="yes"), "include_constraints"),
    (lambda twilio: twilio.regulations.fetch("RN" + "b" * 32, include_constraints=1), "include_constraints"),
    (lambda twilio: twilio.regulations.list(page_size=0), "page_size"),
    (lambda twilio: twilio.end_users.update(IT), "options"),
    (lambda twilio: twilio.end_users.update(IT, friendly_name=""), "friendly_name"),
    (lambda twilio: twilio.end_users.update(BU, friendly_name="x"), "sid"),
    (lambda twilio: twilio.end_users.delete("RD" + "b" * 32), "sid"),
    (lambda twilio: twilio.end_users.list(limit=-1), "limit"),
    (lambda twilio: twilio.end_users.create(friendly_name=5, type="business"), "friendly_name"),
    (lambda twilio: twilio.end_users.create(friendly_name="x", type=None), "type"),
    (lambda twilio: twilio.supporting_documents.update("RD" + "b" * 32), "options"),
    (lambda twilio: twilio.supporting_documents.update("RD" + "b" * 32, friendly_name=" "), "friendly_name"),
    (lambda twilio: twilio.supporting_documents.fetch(IT), "sid"),
    (lambda twilio: twilio.supporting_documents.delete(IT), "sid"),
    (lambda twilio: twilio.supporting_document_types.fetch(""), "sid"),
    (
        lambda twilio: twilio.supporting_documents.upload(b"%PDF-", type="passport", friendly_name=""),
        "friendly_name",
    ),
    (lambda twilio: twilio.bundles.create(friendly_name="x", email="nope"), "email"),
    (lambda twilio: twilio.bundles.create(friendly_name="x", email=None), "email"),
    (lambda twilio: twilio.bundles.create(**BUNDLE, status_callback="example.com/x"), "status_callback"),
    (lambda twilio: twilio.bundles.create(**BUNDLE, status_callback="ftp://example.com"), "status_callback"),
    (lambda twilio: twilio.bundles.create(**BUNDLE, iso_country="Britain"), "iso_country"),
    (lambda twilio: twilio.bundles.create(**BUNDLE, end_user_type="robot"), "end_user_type"),
    (lambda twilio: twilio.bundles.create(**BUNDLE, number_type="loca"), "number_type"),
    (lambda twilio: twilio.bundles.create(**BUNDLE, is_test="no"), "is_test"),
    (lambda twilio: twilio.bundles.update(BU, email="nope"), "email"),
    (lambda twilio: twilio.bundles.update(BU, email=""), "email"),
    (lambda twilio: twilio.bundles.update(BU, friendly_name=""), "friendly_name"),
    (lambda twilio: twilio.bundles.update(BU, status_callback="example.com"), "status_callback"),
    (lambda twilio: twilio.bundles.fetch("bu" + "b" * 32), "sid"),
    (lambda twilio: twilio.bundles.delete(IT), "sid"),
    (lambda twilio: twilio.bundles.submit(IT), "bundle_sid"),
    (lambda twilio: twilio.bundles.assign(BU, PN), "object_sid"),
    (lambda twilio: twilio.bundles.assign(IT, IT), "bundle_sid"),
    (lambda twilio: twilio.bundles.item(BU, IT), "assignment_sid"),
    (lambda twilio: twilio.bundles.unassign(BU, IT), "assignment_sid"),
    (lambda twilio: twilio.bundles.evaluation(BU, BU), "sid"),
    (lambda twilio: twilio.bundles.evaluate(IT), "bundle_sid"),
    (lambda twilio: twilio.bundles.copy(BU, friendly_name=""), "friendly_name"),
    (lambda twilio: twilio.bundles.copies(IT), "bundle_sid"),
    (lambda twilio: twilio.bundles.clone(BU, ACCOUNT, move_to_draft="yes"), "move_to_draft"),
    (lambda twilio: twilio.bundles.clone(BU, ACCOUNT, friendly_name=""), "friendly_name"),
    (lambda twilio: twilio.bundles.list(status="approved"), "status"),
    (lambda twilio: twilio.bundles.list(number_type="loca"), "number_type"),
    (lambda twilio: twilio.bundles.list(end_user_type="robot"), "end_user_type"),
    (lambda twilio: twilio.bundles.list(iso_country="XX"), "iso_country"),
    (lambda twilio: twilio.bundles.list(has_valid_until_date="yes"), "has_valid_until_date"),
    (lambda twilio: twilio.bundles.list(sort_direction="up"), "sort_direction"),
    (lambda twilio: twilio.bundles.list(bundle_sids=5), "bundle_sids"),
    (lambda twilio: twilio.bundles.list(friendly_name=""), "friendly_name"),
    (lambda twilio: twilio.addresses.create(**gb(iso_country="Britain")), "iso_country"),
    (lambda twilio: twilio.addresses.create(**GB, friendly_name="x" * 65), "friendly_name"),
    (lambda twilio: twilio.addresses.create(**GB, emergency_enabled="yes"), "emergency_enabled"),
    (lambda twilio: twilio.addresses.ensure(**gb(customer_name="")), "customer_name"),
    (lambda twilio: twilio.addresses.ensure(**GB, settle_within=-1), "settle_within"),
    (lambda twilio: twilio.addresses.ensure(**GB, settle_within=True), "settle_within"),
    (lambda twilio: twilio.addresses.ensure(**GB, friendly_name=5), "friendly_name"),
    (lambda twilio: twilio.addresses.update(AD), "options"),
    (lambda twilio: twilio.addresses.fetch("AD"), "sid"),
    (lambda twilio: twilio.addresses.list(customer_name=" "), "customer_name"),
    (lambda twilio: twilio.addresses.list(page_size=1001), "page_size"),
    (lambda twilio: twilio.accounts.update(ACCOUNT, status="closed"), "confirm"),
    (lambda twilio: twilio.accounts.update(ACCOUNT, status="closed", confirm="yes"), "confirm"),
    (lambda twilio: twilio.accounts.update(ACCOUNT, status="gone"), "status"),
    (lambda twilio: twilio.accounts.update(ACCOUNT), "options"),
    (lambda twilio: twilio.accounts.create(friendly_name=5), "friendly_name"),
    (lambda twilio: twilio.regulations.find("XX", "local", "business"), "country"),
    (lambda twilio: twilio.regulations.find("", "local", "business"), "country"),
    (lambda twilio: twilio.regulations.find("GB", "local", "robot"), "end_user_type"),
    (lambda twilio: twilio.regulations.list(iso_country="Britain"), "iso_country"),
    (lambda twilio: twilio.regulations.fetch("RN1"), "sid"),
    (lambda twilio: twilio.end_users.create(friendly_name="", type="business"), "friendly_name"),
    (lambda twilio: twilio.end_users.create(friendly_name="x", type="robot"), "type"),
    (lambda twilio: twilio.end_users.update(IT, attributes=["x"]), "attributes"),
    (lambda twilio: twilio.end_users.update(IT, attributes={1: "x"}), "attributes"),
    (lambda twilio: twilio.end_users.update(IT, attributes={"x": 1.5}), "attributes.x"),
    (lambda twilio: twilio.end_users.update(IT, attributes={"x": {"y": [b""]}}), "attributes.x.y[0]"),
    (lambda twilio: twilio.end_users.update(IT, attributes={"x": "\ud800"}), "attributes"),
    (lambda twilio: twilio.end_users.update(IT, attributes={"x": {1: "y"}}), "attributes.x"),
    (lambda twilio: twilio.end_users.update(IT, attributes={"x": ENDLESS}), "attributes"),
    (lambda twilio: twilio.end_user_types.fetch(" "), "sid"),
    (lambda twilio: twilio.supporting_documents.create(friendly_name="x", type=""), "type"),
    (lambda twilio: twilio.supporting_documents.upload(b"GIF89a", **NAMED), "file"),
    (lambda twilio: twilio.supporting_documents.upload(b"", **NAMED), "file"),
    (lambda twilio: twilio.supporting_documents.upload("no/such.pdf", **NAMED), "file"),
    (lambda twilio: twilio.supporting_documents.upload("\0.pdf", **NAMED), "file"),
    (lambda twilio: twilio.supporting_documents.upload(Path.cwd(), **NAMED), "file"),
    (lambda twilio: twilio.supporting_documents.upload(5, **NAMED), "file"),
    (
        lambda twilio: twilio.supporting_documents.upload(b"%PDF-" + bytes(5 * 1024 * 1024), **NAMED),
        "file",
    ),
    (
        lambda twilio: twilio.supporting_documents.upload(b"%PDF-", filename="x.png", **NAMED),
        "filename",
    ),
    (lambda twilio: twilio.bundles.create(friendly_name="x", email=""), "email"),
    (
        lambda twilio: twilio.bundles.create(friendly_name="x", email="a@example.com", regulation_sid="RN"),
        "regulation_sid",
    ),
    (
        lambda twilio: twilio.bundles.create(friendly_name="x", email="a@example.com", number_type=""),
        "number_type",
    ),
    (lambda twilio: twilio.bundles.update(BU), "options"),
    (lambda twilio: twilio.bundles.update(BU, status="done"), "status"),
    (lambda twilio: twilio.bundles.assign(BU, "IT"), "object_sid"),
    (lambda twilio: twilio.bundles.clone(BU, "AC"), "target_account_sid"),
    (lambda twilio: twilio.bundles.replace_items(BU, "BU"), "from_bundle_sid"),
    (lambda twilio: twilio.bundles.list(bundle_sids=[]), "bundle_sids"),
    (lambda twilio: twilio.bundles.list(bundle_sids=[BU] * 21), "bundle_sids"),
    (lambda twilio: twilio.bundles.list(bundle_sids=[BU, "BU"]), "bundle_sids[1]"),
    (lambda twilio: twilio.bundles.list(valid_until_before="soon"), "valid_until_before"),
    (
        lambda twilio: twilio.bundles.list(valid_until_after=dt.datetime(2030, 1, 1)),  # noqa: DTZ001
        "valid_until_after",
    ),
    (lambda twilio: twilio.bundles.list(valid_until_before=FIRST), "valid_until_before"),
    (lambda twilio: twilio.port_ins.list(created_after=FIRST), "created_after"),
    (lambda twilio: twilio.bundles.expiring(within=dt.timedelta.max), "within"),
    (lambda twilio: twilio.bundles.list(sort_by="name"), "sort_by"),
    (lambda twilio: twilio.bundles.wait("BU"), "bundle_sid"),
    (lambda twilio: twilio.bundles.renew("BU", documents=[]), "bundle_sid"),
]


@pytest.mark.parametrize(("call", "argument"), BAD)
async def test_bad_input_is_refused_before_anything_is_sent(
    sandbox: Sandbox, twilio: TwilioNumbers, call: Call, argument: str
) -> None:
    async def made() -> None:
        await call(twilio)

    with pytest.raises(InvalidArgumentError) as refused:
        await made()
    assert refused.value.argument == argument
    place = {"options": "option", "filename": "file name"}.get(argument, argument)
    assert place.partition(".")[0].partition("[")[0].split("_")[0] in str(refused.value)
    assert sandbox.requests == 0


SAID: list[Sent] = [
    (
        lambda twilio: twilio.regulations.list(number_type="loca"),
        "'local', 'mobile', 'national', 'toll-free'",
    ),
    (lambda twilio: twilio.regulations.list(end_user_type="robot"), "'individual', 'business'"),
    (
        lambda twilio: twilio.regulations.list(iso_country="UK"),
        "alpha-2 code such as 'US' or 'GB': write GB",
    ),
    (lambda twilio: twilio.bundles.list(status="approved"), "'twilio-approved'"),
    (lambda twilio: twilio.bundles.list(sort_by="name"), "'valid-until', 'date-updated'"),
    (lambda twilio: twilio.accounts.list(status="gone"), "'active', 'suspended', 'closed'"),
    (lambda twilio: twilio.bundles.create(friendly_name="x", email="nope"), "such as name@example.com"),
    (
        lambda twilio: twilio.bundles.create(**BUNDLE, status_callback="x"),
        "starts with https:// or http://",
    ),
    (lambda twilio: twilio.bundles.assign(BU, PN), r"an end user \(IT...\), a document \(RD...\)"),
]


@pytest.mark.parametrize(("call", "words"), SAID)
async def test_it_is_said_what_would_be_right(twilio: TwilioNumbers, call: Call, words: str) -> None:
    async def made() -> None:
        await call(twilio)

    with pytest.raises(InvalidArgumentError, match=words):
        await made()


async def test_any_spelling_of_a_value_is_sent_as_twilio_writes_it(
    sandbox: Sandbox, twilio: TwilioNumbers
) -> None:
    found = await twilio.regulations.list(
        iso_country="gb", number_type="TOLL_FREE", end_user_type="Business"
    ).collect()
    assert [(one.number_type, one.end_user_type) for one in found] == [("toll-free", "business")]
