"""One number at a time, and listings: what is sent, what comes back, and what is never done twice."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from tests.raw_server import Connection, Received, drop, json_reply, raw_server, reply
from twilio_numbers_async.errors import (
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    PagingError,
    ServerError,
    TransportError,
)
from twilio_numbers_async.models import HttpMethod, IncomingPhoneNumberType

from .answers import ACCOUNT, ADD_ON, EXTENSION, NUMBER, PATH, SUBACCOUNT, client, error, form, lines, numbers

ONE = {
    "sid": NUMBER,
    "phone_number": "+14155550100",
    "date_created": "Thu, 30 Jul 2015 23:19:04 +0000",
    "capabilities": {"VOICE": True, "sms": False},
    "type": "toll-free",
    "voice_url": "",
    "trunk_sid": None,
}


async def test_list_follows_next_page_uri_word_for_word() -> None:
    following = f"{PATH}.json?PageSize=2&Page=1&Weird=%7e+x&PageToken=PA{NUMBER}"
    async with (
        raw_server(numbers("PN1", "PN2", following=following), numbers("PN3")) as server,
        client(server.url) as twilio,
    ):
        found = [one.sid async for one in twilio.incoming_phone_numbers.list(page_size=2)]
    assert found == ["PN1", "PN2", "PN3"]
    assert lines(server.received) == [f"GET {PATH}.json?PageSize=2", f"GET {following}"]


async def test_a_page_without_paging_keys_is_the_last() -> None:
    async with (
        raw_server(json_reply({"incoming_phone_numbers": [ONE]})) as server,
        client(server.url) as twilio,
    ):
        (one,) = await twilio.incoming_phone_numbers.list().collect()
    assert one.date_created == dt.datetime(2015, 7, 30, 23, 19, 4, tzinfo=dt.UTC)
    assert one.capabilities is not None
    assert (one.capabilities.voice, one.capabilities.sms, one.capabilities.mms) == (True, False, None)
    assert one.type is IncomingPhoneNumberType.TOLL_FREE
    assert (one.voice_url, one.trunk_sid) == ("", None)
    assert lines(server.received) == [f"GET {PATH}.json"]


async def test_a_next_page_of_something_else_is_not_asked_for() -> None:
    other = f"/2010-04-01/Accounts/{SUBACCOUNT}/IncomingPhoneNumbers.json?Page=1"
    async with raw_server(numbers("PN1", following=other)) as server, client(server.url) as twilio:
        with pytest.raises(PagingError):
            await twilio.incoming_phone_numbers.list().collect()
    assert len(server.received) == 1


async def test_list_with_filters_kind_and_account() -> None:
    async with raw_server(numbers()) as server, client(server.url) as twilio:
        pager = twilio.incoming_phone_numbers.list(
            "toll_free",
            beta=False,
            friendly_name="Front desk & bar",
            phone_number="+1415*",
            origin="twilio",
            limit=7,
            account_sid=SUBACCOUNT,
        )
        assert await pager.collect() == []
    (received,) = server.received
    assert received.path == f"/2010-04-01/Accounts/{SUBACCOUNT}/IncomingPhoneNumbers/TollFree.json"
    assert received.query == {
        "Beta": "false",
        "FriendlyName": "Front desk & bar",
        "PhoneNumber": "+1415*",
        "Origin": "twilio",
        "PageSize": "7",
    }


async def test_prefetch_fetches_while_the_caller_works_and_stops_at_the_limit() -> None:
    asked = asyncio.Event()

    async def second(connection: Connection, received: Received) -> None:
        asked.set()
        await pages[1](connection, received)

    pages = [numbers("PN1", following=f"{PATH}.json?Page=1"), numbers("PN2", following=f"{PATH}.json?Page=2")]
    async with raw_server(pages[0], second) as server, client(server.url) as twilio, asyncio.timeout(10):
        async for _ in twilio.incoming_phone_numbers.list(page_size=1, prefetch=1, limit=2):
            await asked.wait()  # it comes before the caller asks for the second page
    assert [received.query.get("Page") for received in server.received] == [None, "1"]


async def test_a_cursor_goes_on_in_another_client() -> None:
    following = f"{PATH}/Local.json?Page=1&PageToken=PA1"
    async with raw_server(numbers("PN1", following=following), numbers("PN2")) as server:
        async with client(server.url) as twilio:
            (page,) = [page async for page in twilio.incoming_phone_numbers.list("local", limit=1).pages()]
        async with client(server.url) as twilio:
            rest = await twilio.incoming_phone_numbers.list("local", after=page.cursor).collect()
    assert [one.sid for one in rest] == ["PN2"]


async def test_create_by_number_sends_what_is_given() -> None:
    async with raw_server(json_reply(ONE, 201)) as server, client(server.url) as twilio:
        bought = await twilio.incoming_phone_numbers.create(
            "+14155550100",
            kind="local",
            friendly_name="Héllo & more",
            voice_url="https://example.com/voice?a=1&b=2",
            voice_method="post",
            sms_method=HttpMethod.GET,
            sms_url=None,
            voice_caller_id_lookup=True,
            emergency_status="Active",
            account_sid=SUBACCOUNT,
        )
    assert bought.sid == NUMBER
    (received,) = server.received
    assert received.target == f"/2010-04-01/Accounts/{SUBACCOUNT}/IncomingPhoneNumbers/Local.json"
    assert form(received) == {
        "PhoneNumber": "+14155550100",
        "FriendlyName": "Héllo & more",
        "VoiceUrl": "https://example.com/voice?a=1&b=2",
        "VoiceMethod": "POST",
        "SmsMethod": "GET",
        "VoiceCallerIdLookup": "true",
        "EmergencyStatus": "Active",
    }


@pytest.mark.parametrize("code", ["415", 415])
async def test_create_by_area_code(code: str | int) -> None:
    async with raw_server(json_reply(ONE, 201)) as server, client(server.url) as twilio:
        await twilio.incoming_phone_numbers.create(area_code=code)
    assert form(server.received[0]) == {"AreaCode": "415"}


async def test_a_purchase_whose_answer_is_lost_is_not_sent_again() -> None:
    async with raw_server(drop) as server, client(server.url) as twilio:
        with pytest.raises(TransportError) as caught:
            await twilio.incoming_phone_numbers.create("+14155550100")
    assert len(server.received) == 1
    assert caught.value.may_have_been_processed
    assert "twilio.incoming_phone_numbers.list(phone_number=...)" in str(caught.value)
    assert "4155550100" not in str(caught.value)


async def test_a_purchase_that_fails_on_twilios_side_is_not_sent_again() -> None:
    async with raw_server(reply("", 502)) as server, client(server.url) as twilio:
        with pytest.raises(ServerError):
            await twilio.incoming_phone_numbers.create(area_code=415)
    assert len(server.received) == 1


async def test_a_purchase_that_was_refused_for_now_is_sent_again() -> None:
    async with (
        raw_server(error(20429, 429), json_reply(ONE, 201)) as server,
        client(server.url) as twilio,
    ):
        bought = await twilio.incoming_phone_numbers.create("+14155550100")
    assert bought.sid == NUMBER
    assert len(server.received) == 2


@pytest.mark.parametrize("code", [21421, 21422, 21452, 21631, 21649])
async def test_what_cannot_be_bought_says_why(code: int) -> None:
    async with raw_server(error(code)) as server, client(server.url) as twilio:
        with pytest.raises(InvalidRequestError) as caught:
            await twilio.incoming_phone_numbers.create(area_code=533)
    assert caught.value.code == code


async def test_fetch() -> None:
    async with raw_server(json_reply(ONE), error(20404, 404)) as server, client(server.url) as twilio:
        assert (await twilio.incoming_phone_numbers.fetch(NUMBER)).sid == NUMBER
        with pytest.raises(NotFoundError):
            await twilio.incoming_phone_numbers.fetch(NUMBER, account_sid=SUBACCOUNT)
    assert server.received[0].target == f"{PATH}/{NUMBER}.json"
    assert SUBACCOUNT in server.received[1].target


async def test_update_clears_with_blank_and_leaves_out_none() -> None:
    async with raw_server(json_reply(ONE)) as server, client(server.url) as twilio:
        await twilio.incoming_phone_numbers.update(
            NUMBER,
            voice_url="",
            trunk_sid="",
            sms_url=None,
            voice_caller_id_lookup=False,
            voice_receive_mode="fax",
        )
    (received,) = server.received
    assert lines(server.received) == [f"POST {PATH}/{NUMBER}.json"]
    assert form(received) == {
        "VoiceUrl": "",
        "TrunkSid": "",
        "VoiceCallerIdLookup": "false",
        "VoiceReceiveMode": "fax",
    }


async def test_an_update_whose_answer_is_lost_is_sent_again() -> None:
    async with raw_server(drop, json_reply(ONE)) as server, client(server.url) as twilio:
        await twilio.incoming_phone_numbers.update(NUMBER, voice_url="https://example.com/")
    assert server.received[0].body == server.received[1].body


async def test_delete() -> None:
    async with raw_server(reply(b"", 204)) as server, client(server.url) as twilio:
        await twilio.incoming_phone_numbers.delete(NUMBER, account_sid=SUBACCOUNT)
    path = f"/2010-04-01/Accounts/{SUBACCOUNT}/IncomingPhoneNumbers/{NUMBER}.json"
    assert lines(server.received) == [f"DELETE {path}"]


async def test_a_refused_release_says_that_the_number_is_kept() -> None:
    async with (
        raw_server(error(22350, message="Cannot be released."), error(20404, 404, "Gone")) as server,
        client(server.url) as twilio,
    ):
        with pytest.raises(InvalidRequestError) as caught:
            await twilio.incoming_phone_numbers.delete(NUMBER)
        with pytest.raises(NotFoundError) as missing:
            await twilio.incoming_phone_numbers.delete(NUMBER)
    assert caught.value.code == 22350
    said = "Cannot be released. The number was not released: the account keeps it"
    assert said in str(caught.value)
    assert caught.value.message == said
    assert missing.value.message == "Gone"


async def test_a_release_whose_answer_was_lost_is_done() -> None:
    async with raw_server(reply("", 502), error(20404, 404)) as server, client(server.url) as twilio:
        await twilio.incoming_phone_numbers.delete(NUMBER)
    assert len(server.received) == 2


ELSEWHERE = f"/2010-04-01/Accounts/{SUBACCOUNT}/IncomingPhoneNumbers/{NUMBER}.json"
MOVED = json_reply({"sid": NUMBER, "account_sid": SUBACCOUNT})


async def test_transfer() -> None:
    async with raw_server(MOVED) as server, client(server.url) as twilio:
        moved = await twilio.incoming_phone_numbers.transfer(
            NUMBER, SUBACCOUNT, address_sid="AD" + "1" * 32, bundle_sid="BU" + "2" * 32
        )
    assert moved.account_sid == SUBACCOUNT
    assert lines(server.received) == [f"POST {PATH}/{NUMBER}.json"]
    assert form(server.received[0]) == {
        "AccountSid": SUBACCOUNT,
        "AddressSid": "AD" + "1" * 32,
        "BundleSid": "BU" + "2" * 32,
    }


async def test_transfer_back_to_the_clients_own_account() -> None:
    async with raw_server(json_reply({"account_sid": ACCOUNT})) as server, client(server.url) as twilio:
        moved = await twilio.incoming_phone_numbers.transfer(NUMBER, ACCOUNT, account_sid=SUBACCOUNT)
    assert moved.account_sid == ACCOUNT
    assert lines(server.received) == [f"POST {ELSEWHERE}"]


async def test_a_transfer_whose_answer_was_lost_is_found_in_the_new_account() -> None:
    async with raw_server(drop, error(20404, 404), MOVED) as server, client(server.url) as twilio:
        moved = await twilio.incoming_phone_numbers.transfer(NUMBER, SUBACCOUNT)
    assert moved.account_sid == SUBACCOUNT
    assert lines(server.received)[1:] == [f"POST {PATH}/{NUMBER}.json", f"GET {ELSEWHERE}"]


async def test_a_transfer_that_never_got_an_answer_is_looked_for() -> None:
    async with raw_server(drop, drop, drop, drop, MOVED) as server, client(server.url) as twilio:
        moved = await twilio.incoming_phone_numbers.transfer(NUMBER, SUBACCOUNT)
    assert moved.account_sid == SUBACCOUNT
    assert [received.method for received in server.received] == ["POST"] * 4 + ["GET"]


async def test_a_number_that_is_in_neither_account_is_not_found() -> None:
    async with (
        raw_server(error(20404, 404, "Not here"), error(20404, 404, "Not there")) as server,
        client(server.url) as twilio,
    ):
        with pytest.raises(NotFoundError, match="Not here"):
            await twilio.incoming_phone_numbers.transfer(NUMBER, SUBACCOUNT)
    assert len(server.received) == 2


async def test_a_transfer_whose_answer_is_garbled_is_looked_for() -> None:
    async with raw_server(reply("{"), MOVED) as server, client(server.url) as twilio:
        moved = await twilio.incoming_phone_numbers.transfer(NUMBER, SUBACCOUNT)
    assert moved.account_sid == SUBACCOUNT
    async with raw_server(reply("{"), error(20404, 404)) as server, client(server.url) as twilio:
        with pytest.raises(DecodeError):
            await twilio.incoming_phone_numbers.transfer(NUMBER, SUBACCOUNT)
    assert [received.method for received in server.received] == ["POST", "GET"]


async def test_a_number_that_is_still_in_the_old_account_is_not_transferred() -> None:
    still_here = json_reply({"sid": NUMBER, "account_sid": ACCOUNT})
    script = (error(20500, 500, "First"), error(20500, 500, "Last"), still_here)
    async with raw_server(*script) as server, client(server.url, max_attempts=2) as twilio:
        with pytest.raises(ServerError, match="Last"):
            await twilio.incoming_phone_numbers.transfer(NUMBER, SUBACCOUNT)
    assert lines(server.received)[2] == f"GET {ELSEWHERE}"


@pytest.mark.parametrize("code", [21473, 21474])
async def test_a_refused_transfer_is_told_as_it_is(code: int) -> None:
    async with raw_server(error(code)) as server, client(server.url) as twilio:
        with pytest.raises(InvalidRequestError) as caught:
            await twilio.incoming_phone_numbers.transfer(NUMBER, SUBACCOUNT)
    assert caught.value.code == code
    assert len(server.received) == 1


async def test_a_transfer_that_was_never_sent_is_not_looked_for() -> None:
    async with raw_server() as server:
        url = server.url
    async with client(url) as twilio:
        with pytest.raises(ConnectionError) as caught:
            await twilio.incoming_phone_numbers.transfer(NUMBER, SUBACCOUNT)
    assert isinstance(caught.value, TransportError)
    assert caught.value.method == "POST"
    assert not caught.value.may_have_been_processed


async def test_assigned_add_ons() -> None:
    base = f"{PATH}/{NUMBER}/AssignedAddOns"
    following = f"{base}.json?Page=1&PageToken=PA1"
    script = [
        json_reply({"assigned_add_ons": [{"sid": "XE1"}], "next_page_uri": following}),
        json_reply({"assigned_add_ons": [{"sid": "XE2"}]}),
        json_reply({"sid": ADD_ON, "configuration": {"bad_words": True}}, 201),
        json_reply({"sid": ADD_ON}),
        reply(b"", 204),
        json_reply({"extensions": [{"sid": EXTENSION, "enabled": True}], "next_page_uri": None}),
        json_reply({"sid": EXTENSION}),
    ]
    async with raw_server(*script) as server, client(server.url) as twilio:
        add_ons = twilio.incoming_phone_numbers.assigned_add_ons
        assert [one.sid for one in await add_ons.list(NUMBER, page_size=1).collect()] == ["XE1", "XE2"]
        assert (await add_ons.create(NUMBER, ADD_ON)).configuration == {"bad_words": True}
        assert (await add_ons.fetch(NUMBER, ADD_ON)).sid == ADD_ON
        await add_ons.delete(NUMBER, ADD_ON)
        (extension,) = await add_ons.list_extensions(NUMBER, ADD_ON, limit=3).collect()
        assert extension.enabled
        assert (await add_ons.fetch_extension(NUMBER, ADD_ON, EXTENSION)).sid == EXTENSION
    assert form(server.received[2]) == {"InstalledAddOnSid": ADD_ON}
    assert lines(server.received) == [
        f"GET {base}.json?PageSize=1",
        f"GET {following}",
        f"POST {base}.json",
        f"GET {base}/{ADD_ON}.json",
        f"DELETE {base}/{ADD_ON}.json",
        f"GET {base}/{ADD_ON}/Extensions.json?PageSize=3",
        f"GET {base}/{ADD_ON}/Extensions/{EXTENSION}.json",
    ]


async def test_an_add_on_whose_answer_is_lost_is_not_assigned_again() -> None:
    async with raw_server(drop) as server, client(server.url) as twilio:
        with pytest.raises(TransportError, match=r"assigned_add_ons\.list"):
            await twilio.incoming_phone_numbers.assigned_add_ons.create(NUMBER, ADD_ON)
    assert len(server.received) == 1
