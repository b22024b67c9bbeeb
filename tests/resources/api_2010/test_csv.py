"""An account's numbers as CSV: columns in any order and spelling, pages, and what is no CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random

import pytest

from tests.raw_server import Reply, raw_server, reply
from twilio_numbers_async.errors import DecodeError, InvalidArgumentError, PagingError
from twilio_numbers_async.models import EmergencyStatus, HttpMethod, IncomingPhoneNumberType
from twilio_numbers_async.resources.api_2010.csv_rows import read_csv

from .answers import NUMBER, PATH, SUBACCOUNT, client, error, lines, numbers

CELLS = {
    "Sid": NUMBER,
    "phone_number": "+14155550100",
    "Friendly Name": 'Front desk, "bar"\nand more',
    "BETA": "False",
    "Date Created": "Thu, 30 Jul 2015 23:19:04 +0000",
    "voice-caller-id-lookup": "true",
    "SmsMethod": "POST",
    "SMS URL": "",
    "EmergencyStatus": "Active",
    "Type": "toll-free",
    "voice": "true",
    "Capabilities.SMS": "False",
    "mms": "",
    "date_updated": "",
    "voice_method": "",
    "SubresourceUris": '{"assigned_add_ons": "/x.json"}',
    "NewInTheFuture": "unknown",
}


def csv_reply(body: str | bytes) -> Reply:
    return reply(body, content_type="text/csv")


def written(*rows: dict[str, str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def sids(*of: str) -> Reply:
    return csv_reply(written(*({"Sid": sid} for sid in of)))


@pytest.mark.parametrize("seed", range(5))
def test_columns_are_read_by_their_names(seed: int) -> None:
    order = list(CELLS)
    random.Random(seed).shuffle(order)
    (one,) = read_csv(written({name: CELLS[name] for name in order}))
    assert one.sid == NUMBER
    assert one.phone_number == "+14155550100"
    assert one.friendly_name == 'Front desk, "bar"\nand more'
    assert one.beta is False
    assert one.date_created == dt.datetime(2015, 7, 30, 23, 19, 4, tzinfo=dt.UTC)
    assert one.voice_caller_id_lookup is True
    assert one.sms_method is HttpMethod.POST
    assert one.emergency_status is EmergencyStatus.ACTIVE
    assert one.type is IncomingPhoneNumberType.TOLL_FREE
    assert one.capabilities is not None
    assert (one.capabilities.voice, one.capabilities.sms, one.capabilities.mms) == (True, False, None)
    assert (one.sms_url, one.date_updated, one.voice_method) == ("", None, None)
    assert one.subresource_uris == {"assigned_add_ons": "/x.json"}
    assert one.trunk_sid is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('{"voice": true, "SMS": false, "mms": null}', (True, False, None)),
        ("{'voice': True, 'sms': False, 'mms': None}", (True, False, None)),
        ("voice=1;sms=0", (True, False, None)),
        ("Voice, SMS", (True, True, None)),
    ],
)
def test_capabilities_in_one_cell(cell: str, expected: tuple[bool | None, ...]) -> None:
    (one,) = read_csv(written({"Sid": NUMBER, "Capabilities": cell}))
    assert one.capabilities is not None
    assert (one.capabilities.voice, one.capabilities.sms, one.capabilities.mms) == expected


def test_no_capabilities_and_nested_text_that_is_not_json_are_none() -> None:
    (one,) = read_csv(written({"Sid": NUMBER, "Capabilities": "", "SubresourceUris": "Array"}))
    assert one.capabilities is None
    assert one.subresource_uris is None


def test_a_byte_order_mark_blank_lines_and_a_column_that_comes_twice() -> None:
    (one,) = read_csv(b"\xef\xbb\xbfSid,FriendlyName,friendly_name\r\n\r\nPN1,first,second\r\n\r\n")
    assert (one.sid, one.friendly_name) == ("PN1", "first")


@pytest.mark.parametrize("body", [b"", b"\r\n", b"Sid,PhoneNumber\r\n"])
def test_no_rows(body: bytes) -> None:
    assert read_csv(body) == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"Sid,Beta\r\nPN1,true\r\nPN2,perhaps\r\n", "$[1].beta"),
        (b"Sid,DateCreated\r\nPN1,yesterday\r\n", "$[0].date_created"),
        (b"Sid,Beta\r\nPN1\r\n", "$[0]"),
        (b"Sid,Beta\r\nPN1,true,more\r\n", "$[0]"),
        (b'Sid,Beta\r\nPN1,"true\r\nPN2,false\r\n', "$"),
        (b"<html><body>no</body></html>", "$"),
        (b"Sid\r\n\xff\xfe\r\n", "$"),
    ],
)
def test_what_is_no_csv_of_numbers_says_where(body: bytes, path: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read_csv(body)
    assert caught.value.path == path


async def test_one_page_is_asked_for_once() -> None:
    async with raw_server(sids("PN1", "PN2")) as server, client(server.url) as twilio:
        rows = [
            row.sid async for row in twilio.incoming_phone_numbers.csv("mobile", origin="hosted", beta=True)
        ]
    assert rows == ["PN1", "PN2"]
    assert lines(server.received) == [f"GET {PATH}/Mobile.csv?Origin=hosted&Beta=true&PageSize=1000"]


async def test_more_rows_than_asked_for_are_all_there_are() -> None:
    async with raw_server(sids("PN1", "PN2", "PN3")) as server, client(server.url) as twilio:
        rows = await twilio.incoming_phone_numbers.csv(page_size=2).collect()
    assert [row.sid for row in rows] == ["PN1", "PN2", "PN3"]
    assert len(server.received) == 1


async def test_a_full_page_asks_the_json_form_for_the_next_one() -> None:
    following = f"{PATH}.json?PageSize=2&Page=1&PageToken=PAx"
    script = [
        sids("PN1", "PN2"),
        numbers("PN1", "PN2", following=following),
        sids("PN3", "PN4"),
        numbers("PN3"),
    ]
    async with raw_server(*script) as server, client(server.url) as twilio:
        pages = [page async for page in twilio.incoming_phone_numbers.csv(page_size=2).pages()]
    assert [[row.sid for row in page.items] for page in pages] == [["PN1", "PN2"], ["PN3", "PN4"], []]
    assert lines(server.received) == [
        f"GET {PATH}.csv?PageSize=2",
        f"GET {PATH}.json?PageSize=2",
        f"GET {PATH}.csv?PageSize=2&Page=1&PageToken=PAx",
        f"GET {PATH}.json?PageSize=2&Page=1&PageToken=PAx",
    ]


async def test_a_limit_asks_for_no_more_than_it_needs() -> None:
    async with raw_server(sids("PN1", "PN2"), numbers()) as server, client(server.url) as twilio:
        (page,) = [page async for page in twilio.incoming_phone_numbers.csv(limit=2).pages()]
        assert lines(server.received) == [f"GET {PATH}.csv?PageSize=2"]
        assert await twilio.incoming_phone_numbers.csv(after=page.cursor).collect() == []


async def test_a_next_page_of_something_else_is_not_asked_for() -> None:
    other = f"/2010-04-01/Accounts/{SUBACCOUNT}/IncomingPhoneNumbers.json?Page=1"
    async with raw_server(sids("PN1"), numbers(following=other)) as server, client(server.url) as twilio:
        with pytest.raises(PagingError):
            await twilio.incoming_phone_numbers.csv(page_size=1).collect()
    assert len(server.received) == 2


async def test_a_next_page_that_comes_again_ends_the_listing() -> None:
    following = f"{PATH}.json?PageSize=1"
    async with (
        raw_server(sids("PN1"), numbers(following=following), sids("PN1"), sids("PN1")) as server,
        client(server.url) as twilio,
    ):
        with pytest.raises(PagingError):
            await twilio.incoming_phone_numbers.csv(page_size=1).collect()
    assert len(server.received) == 3


async def test_an_answer_that_is_no_csv_says_what_was_asked() -> None:
    async with raw_server(csv_reply("<html>")) as server, client(server.url) as twilio:
        with pytest.raises(DecodeError) as caught:
            await twilio.incoming_phone_numbers.csv("local").collect()
    assert caught.value.method == "GET"
    assert caught.value.route == "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers/Local.csv"


async def test_a_foreign_cursor_and_an_error() -> None:
    async with raw_server(error(20404, 404)) as server, client(server.url) as twilio:
        with pytest.raises(InvalidArgumentError):
            await twilio.incoming_phone_numbers.csv(after=f"0:{PATH}.json?Page=1").collect()
        assert server.received == []
        with pytest.raises(Exception, match="20404"):
            await twilio.incoming_phone_numbers.csv().collect()
