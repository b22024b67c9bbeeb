"""The operations themselves: what is refused before anything is sent, files, addresses that are there, secrets."""

from __future__ import annotations

import asyncio
import datetime as dt
import pickle
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.pretty import pretty_repr

from tests.porting.details import DETAILS as PORTING, FakeTime, opened
from tests.raw_server import json_reply, raw_server
from twilio_numbers_async import plan_port_ins
from twilio_numbers_async.client import TwilioNumbers
from twilio_numbers_async.errors import InvalidArgumentError, InvalidRequestError, TransportError
from twilio_numbers_async.models import AccountStatus, Bundle, BundleClone, BundleStatus, Portability
from twilio_numbers_async.resources.api_2010.incoming_phone_number_options import IncomingPhoneNumberOptions
from twilio_numbers_async.resources.numbers_v2.supporting_documents import UPLOAD
from twilio_numbers_async.sandbox import Fault, Sandbox

from .business import ACCOUNT, ADDRESS, counts, plan_of

BU, AD, PN = (prefix + "b" * 32 for prefix in ("BU", "AD", "PN"))
GB: dict[str, Any] = {**ADDRESS, "iso_country": "GB"}


def gb(**changed: Any) -> dict[str, Any]:
    """A British address, but for what is given."""
    return GB | changed


NAMED: dict[str, Any] = {"friendly_name": "x", "type": "passport"}


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def twilio(sandbox: Sandbox, time: FakeTime) -> AsyncGenerator[TwilioNumbers]:
    async with opened(sandbox, time) as twilio:
        yield twilio


@pytest.mark.parametrize(
    ("country", "kind", "user", "words"),
    [
        ("GB", "voip", "business", "it has: local, mobile, national, toll-free"),
        ("us", "local", "individual", "it has: business"),
        ("IT", "local", "business", "no regulation for IT"),
    ],
)
async def test_a_kind_that_a_country_does_not_have_names_those_it_has(
    twilio: TwilioNumbers, country: str, kind: str, user: str, words: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=words):
        await twilio.regulations.find(country, kind, user)


async def test_a_kind_is_found_in_any_spelling(twilio: TwilioNumbers) -> None:
    for spelling in ("toll_free", "Toll-Free", "tollfree"):
        assert (await twilio.regulations.find("gb", spelling, "BUSINESS")).number_type == "toll-free"


async def pieces(*content: bytes) -> AsyncIterator[bytes]:
    for piece in content:
        yield piece


async def test_a_file_is_sent_with_its_document(twilio: TwilioNumbers, tmp_path: Path) -> None:
    path = tmp_path / 'a "passport".png'
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    large = b"%PDF-" + bytes(900 * 1024)
    for file, mime_type in (
        (path, "image/png"),
        (large, "application/pdf"),
        (pieces(b"\xff\xd8", b"\xff."), "image/jpeg"),
    ):
        made = await twilio.supporting_documents.upload(
            file, type="passport", friendly_name="Pass für Ö", attributes={"issued": dt.date(2020, 1, 2)}
        )
        assert (made.mime_type, made.friendly_name) == (mime_type, "Pass für Ö")
        assert made.attributes == {"issued": "2020-01-02"}
    with pytest.raises(InvalidArgumentError, match="5 MB"):
        await twilio.supporting_documents.upload(pieces(*[large] * 6), **NAMED)


async def test_an_upload_goes_to_its_own_host_once() -> None:
    assert UPLOAD.host == "numbers-upload"
    async with (
        raw_server(json_reply({}, 500)) as server,
        TwilioNumbers(ACCOUNT, "x", base_url=server.url) as twilio,
    ):
        with pytest.raises(
            Exception, match=r"not sent again: look for it among twilio\.supporting_documents"
        ):
            await twilio.supporting_documents.upload(b"%PDF-1.7", **NAMED)
    (received,) = server.received
    assert received.path == "/v2/RegulatoryCompliance/SupportingDocuments"
    assert b'name="File"; filename="document.pdf"\r\n' in received.body


async def test_an_address_is_there_once(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    first = await twilio.addresses.ensure(**GB)
    assert await twilio.addresses.ensure(**gb(street="1  EXAMPLE street ", iso_country="gb")) == first
    assert (await twilio.addresses.ensure(**GB, street_secondary="Floor 2")).sid != first.sid
    await twilio.addresses.update(
        first.sid or "", street="One Example Street"
    )  # as if Twilio had corrected it
    assert (await twilio.addresses.ensure(**GB)).sid == first.sid
    named = await twilio.addresses.ensure(**gb(city="Leeds"), friendly_name="Shop")
    assert named.friendly_name == "Shop"
    assert sandbox.operations["CreateAddress"] == 3


async def test_what_is_ensured_at_the_same_time_is_there_once(
    sandbox: Sandbox, twilio: TwilioNumbers
) -> None:
    async with sandbox.client() as other:
        made = await asyncio.gather(*(client.addresses.ensure(**GB) for client in (twilio, other) * 3))
    assert len({one.sid for one in made}) == 1
    plans = [await plan_of(twilio, friendly_name=name) for name in ("a", "b")]
    await asyncio.gather(*(twilio.bundles.create_all(plan) for plan in plans))
    found = await counts(twilio)
    assert (found["addresses"], found["end_users"], found["documents"], found["bundles"]) == (1, 1, 2, 2)


async def test_an_address_whose_answer_is_lost_is_looked_up(
    sandbox: Sandbox, twilio: TwilioNumbers, time: FakeTime
) -> None:
    sandbox.script(Fault.drop_after(), method="POST")
    made = await twilio.addresses.ensure(**GB)
    assert [one.sid async for one in twilio.addresses.list()] == [made.sid]
    assert time.slept == []
    sandbox.script(Fault.drop(), method="POST")
    with pytest.raises(TransportError) as lost:
        await twilio.addresses.ensure(**gb(city="Leeds"), settle_within=5)
    assert lost.value.may_have_been_processed
    assert sum(time.slept) == 5
    assert sandbox.operations["CreateAddress"] == 2


async def test_an_account_does_not_show_its_token(sandbox: Sandbox, twilio: TwilioNumbers) -> None:
    sub = await twilio.accounts.create(friendly_name="Branch")
    assert sub.auth_token
    own = await twilio.accounts.fetch()
    assert own.auth_token == sandbox.auth_token
    page = [own, sub]
    for text in (repr(sub), str(sub), f"{page}", pretty_repr(page), repr(pickle.loads(pickle.dumps(sub)))):
        assert sub.auth_token not in text
        assert sandbox.auth_token not in text
    assert str(sub.sid) in repr(sub)
    closed = await twilio.accounts.update(sub.sid or "", status=AccountStatus.CLOSED, confirm=True)
    assert closed.status is AccountStatus.CLOSED
    assert [one.sid async for one in twilio.accounts.list(status="active")] == [own.sid]


async def test_personal_data_is_in_no_repr(twilio: TwilioNumbers) -> None:
    user = await twilio.end_users.create(
        friendly_name="Robin", type="individual", attributes={"first_name": "Robin"}
    )
    paper = await twilio.supporting_documents.create(
        **NAMED | {"friendly_name": "Robin"}, attributes={"x": "Robin"}
    )
    address = await twilio.addresses.create(**gb(customer_name="Robin"))
    clone = BundleClone(bundle_sid="BU" + "c" * 32, email="Robin@example.com")
    for one, sid in ((user, user.sid), (paper, paper.sid), (address, address.sid), (clone, clone.bundle_sid)):
        assert str(sid) in repr(one)
        assert "Robin" not in repr(one) + pretty_repr(one)
        assert "Robin" in msgspec.json.encode(one).decode()


HELP = "twilio.bundles.create_all(plan)"


@pytest.mark.parametrize(
    ("code", "words"),
    [(21649, HELP), (21650, HELP), (21631, "twilio.addresses.ensure"), (21615, "twilio.addresses.ensure")],
)
async def test_where_papers_are_asked_for_it_is_said_which_call_helps(code: int, words: str) -> None:
    answer = json_reply({"code": code, "message": "It requires papers.", "status": 400}, 400)
    async with raw_server(answer) as server, TwilioNumbers(ACCOUNT, "x", base_url=server.url) as twilio:
        numbers = twilio.incoming_phone_numbers
        change: IncomingPhoneNumberOptions = {"bundle_sid": BU}
        many = numbers.update_many({PN: change})
        for call in (
            numbers.create("+441632960000"),
            numbers.transfer(PN, "AC" + "b" * 32),
            numbers.update(PN, bundle_sid=BU),
        ):
            with pytest.raises(InvalidRequestError) as refused:
                await call
            assert words in str(refused.value)
            assert str(refused.value).count("It requires papers. ") == 1
            assert refused.value.code == code
        async with many as outcomes:
            assert [words in str(outcome.error) async for outcome in outcomes] == [True]


async def test_what_twilio_does_not_take_says_what_it_takes(twilio: TwilioNumbers) -> None:
    bundle = await twilio.bundles.create(friendly_name="x", email="name@example.com")
    sid = bundle.sid or ""
    for call, code, words in (
        (twilio.bundles.update(sid, status="draft", email="x@example.com"), 22204, "a request of its own"),
        (twilio.bundles.replace_items(sid, sid), 22226, "twilio.bundles.copy"),
    ):
        with pytest.raises(InvalidRequestError) as refused:
            await call
        assert words in str(refused.value)
        assert refused.value.code == code
    assert (await twilio.bundles.fetch(sid)).email == "name@example.com"


async def test_buying_the_first_says_it_too(twilio: TwilioNumbers) -> None:
    with pytest.raises(InvalidRequestError, match=r"twilio\.addresses\.ensure"):
        await twilio.available_phone_numbers.buy_first("GB")
    options: IncomingPhoneNumberOptions = {"address_sid": AD}
    with pytest.raises(InvalidRequestError, match=r"twilio\.bundles\.create_all"):
        await twilio.available_phone_numbers.buy_first("GB", options=options)


JAPANESE = Portability(phone_number="+81312345678", portable=True, country="JP")


def test_a_port_in_takes_the_bundle() -> None:
    without = plan_port_ins([JAPANESE], **PORTING)
    assert "twilio.bundles.create_all(...)" in without.left_out[0].message
    options: dict[str, Any] = PORTING | {"portability_advance_carrier": "5"}
    plan = plan_port_ins([JAPANESE], bundle=Bundle(sid=BU, status=BundleStatus.TWILIO_APPROVED), **options)
    assert (plan.is_ready, plan.requests[0].bundle_sid) == (True, BU)
    for bundle, other, place in (
        (Bundle(sid=BU, status=BundleStatus.DRAFT), None, "bundle"),
        (Bundle(sid=BU), None, "bundle"),
        (Bundle(sid=BU, status=BundleStatus.TWILIO_APPROVED), "BU" + "c" * 32, "bundle_sid"),
    ):
        wrong = plan_port_ins([JAPANESE], bundle=bundle, bundle_sid=other, **options)
        assert [one.argument for one in wrong.errors] == [place]
    wrong_types: list[Any] = [Bundle(), BU]
    for wrong_type in wrong_types:
        with pytest.raises(InvalidArgumentError):
            plan_port_ins([JAPANESE], bundle=wrong_type, **options)


async def test_nothing_of_it_is_imported_with_the_package() -> None:
    code = """
import sys
from twilio_numbers_async import TwilioNumbers
TwilioNumbers("AC" + "a" * 32, "x").portability
print(*sys.modules)
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    loaded = (await process.communicate())[0].decode().split()
    assert "twilio_numbers_async.client" in loaded
    assert [
        name for name in loaded if "compliance" in name or "numbers_v2" in name or "api_2010" in name
    ] == []
