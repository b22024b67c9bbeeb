from __future__ import annotations

import csv
import io
import json

from twilio_numbers_async.sandbox import Sandbox

from ..checked_client import Answer, Api
from .numbers import numbers, rows, stock

LIST = f"{numbers()}.csv"


def read(answer: Answer) -> tuple[list[str], list[dict[str, str]]]:
    assert answer.headers["Content-Type"].startswith("text/csv")
    reader = csv.DictReader(io.StringIO(answer.content.decode(), newline=""), strict=True)
    return list(reader.fieldnames or []), list(reader)


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]


async def test_csv_says_what_json_says(api: Api, sandbox: Sandbox) -> None:
    sandbox.incoming_phone_numbers.add(["+12125550100"], friendly_name='One, "two"\nand three')
    sandbox.incoming_phone_numbers.add(["+18005550100"], beta=True)
    header, lines = read(await api.ask("GET", LIST))
    for line, row in zip(lines, await rows(api, f"{numbers()}.json"), strict=True):
        assert {snake(name) for name in line} == set(row)
        for name, cell in line.items():
            value = row[snake(name)]
            if isinstance(value, str):
                assert cell == value
            else:
                assert (json.loads(cell) if cell else None) == value
    assert lines[0]["FriendlyName"] == 'One, "two"\nand three'
    assert "Type" in header


async def test_the_columns_are_in_another_order_each_time(api: Api, sandbox: Sandbox) -> None:
    sandbox.incoming_phone_numbers.add(1)
    headers = [tuple(read(await api.ask("GET", LIST))[0]) for _ in range(5)]
    assert len(set(headers)) == 5
    assert len({frozenset(header) for header in headers}) == 1


async def test_the_orders_come_from_the_seed() -> None:
    async def header(seed: int) -> list[str]:
        async with Sandbox(csv_seed=seed) as sandbox, Api(sandbox) as api:
            return read(await api.ask("GET", LIST))[0]

    assert await header(1) == await header(1) != await header(2)


async def test_csv_has_filters_and_pages_and_no_type_in_the_sub_lists(api: Api, sandbox: Sandbox) -> None:
    sids = sandbox.incoming_phone_numbers.add(3)
    sandbox.incoming_phone_numbers.add(["+18005550100"])
    _, lines = read(await api.ask("GET", f"{LIST}?PageSize=2"))
    assert [line["Sid"] for line in lines] == list(sids[:2])
    following = (await api.ask("GET", f"{numbers()}.json?PageSize=2")).body["next_page_uri"]
    _, lines = read(await api.ask("GET", following.replace(".json", ".csv")))
    assert lines[0]["Sid"] == sids[2]
    header, lines = read(await api.ask("GET", f"{numbers()}/TollFree.csv"))
    assert "Type" not in header
    assert [line["PhoneNumber"] for line in lines] == ["+18005550100"]
    header, lines = read(await api.ask("GET", f"{numbers()}/Mobile.csv"))
    assert (bool(header), lines) == (True, [])


async def test_a_search_answers_csv_too(api: Api) -> None:
    header, lines = read(await api.ask("GET", stock("/US/Local.csv?AreaCode=415&PageSize=2")))
    assert len(header) == 13
    assert [line["PhoneNumber"] for line in lines] == ["+14155550100", "+14155550101"]
    assert lines[0]["Latitude"] == "37.770000"
