"""``twilio-numbers numbers buy`` where answers are lost: never more than were asked for, and all of them told."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.raw_server import Received, Reply, drop, json_reply, raw_server, reply
from tests.resources.api_2010.answers import answers, form, found
from twilio_numbers_async.cli.connection import Connection
from twilio_numbers_async.cli.numbers.buying import Purchase, buy
from twilio_numbers_async.cli.output import Output
from twilio_numbers_async.errors import InvalidRequestError, TransportError
from twilio_numbers_async.sandbox import Fault, Sandbox

from ..command import Done, ended, environment, run, start, wait_until

ACCOUNT = "AC" + "a" * 32
CREATE = "CreateIncomingPhoneNumber"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def bought(sandbox: Sandbox, cwd: Path, *arguments: str) -> Done:
    options = ("numbers", "buy", *arguments, "--base-url", sandbox.url)
    return run(*options, cwd=cwd, env=environment(sandbox))


def numbers_of(done: Done) -> list[str]:
    return in_rows(done.out)


def in_rows(out: str) -> list[str]:
    """The numbers of rows under their titles; where there are none, there are no titles."""
    titles, *rows = out.splitlines() or ["Number"]
    assert titles.split("\t")[0] == "Number"
    return [row.split("\t")[0] for row in rows]


def test_buy_several(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.sell_found(2)
    done = bought(
        sandbox,
        tmp_path,
        "--area-code",
        "415",
        "--sms",
        "--count",
        "4",
        "--voice-url",
        "https://x.test",
        "-y",
    )
    assert done.code == 0, done.err
    assert sorted(numbers_of(done)) == sorted(sandbox.phone_numbers().values())
    assert len(numbers_of(done)) == 4
    assert "To buy: 4 local numbers of US, such as +14155550100, +14155550101, " in done.err
    assert "which pays for them every month." in done.err
    assert done.err.endswith("Bought 4 of 4.\n")
    assert {sent.path.rsplit("/", 1)[1] for sent in sandbox.log if sent.method == "POST"} == {
        "IncomingPhoneNumbers.json"
    }


def test_buy_asks_and_says_how_many(tmp_path: Path, sandbox: Sandbox) -> None:
    done = bought(sandbox, tmp_path, "--kind", "toll_free", "--count", "2")
    assert done.code == 2
    assert "To buy: 2 toll-free numbers of US" in done.err
    assert sandbox.phone_numbers() == {}


def test_fewer_than_wanted(tmp_path: Path, sandbox: Sandbox) -> None:
    done = bought(sandbox, tmp_path, "--contains", "+1415555010$", "--count", "5", "-y")
    assert done.code == 1
    assert "There is no such local number of US to buy now" in done.err
    few = bought(sandbox, tmp_path, "--contains", "+1415555010%", "--count", "900", "-y", "--json")
    have = list(sandbox.phone_numbers().values())
    assert few.code == 1
    assert f"Only {len(have)} of 900 such numbers can be bought now." in few.err
    assert few.err.endswith(f"Bought {len(have)} of 900.\n")
    assert [json.loads(line)["phone_number"] for line in few.out.splitlines()] == have


@pytest.mark.parametrize("fault", [Fault.drop_after(), Fault.cut()], ids=["dropped", "cut"])
def test_lost_answers_are_looked_up(tmp_path: Path, sandbox: Sandbox, fault: Fault) -> None:
    sandbox.script(fault, method="POST", every=2, times=None)
    done = bought(sandbox, tmp_path, "--area-code", "415", "--count", "6", "-y")
    assert done.code == 0, done.err
    assert len(sandbox.phone_numbers()) == 6
    assert sorted(numbers_of(done)) == sorted(sandbox.phone_numbers().values())
    assert sandbox.operations[CREATE] == 6


def test_a_number_whose_answer_is_lost_is_told_and_not_ordered_again(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    sandbox.script(Fault.drop_after(), method="POST", times=None)
    for _ in range(2):  # the second time the account has one of them already
        done = bought(sandbox, tmp_path, "+15005550006", "-y", "--json")
        assert (done.code, done.err.splitlines()[-1]) == (0, "Bought.")
        assert json.loads(done.out)["sid"] == list(sandbox.phone_numbers())[-1]
    assert sandbox.operations[CREATE] == 2


def test_an_order_that_stays_in_doubt_counts_as_bought(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.script(Fault.drop(), method="POST", times=1)
    done = bought(sandbox, tmp_path, "--area-code", "415", "--count", "3", "-y")
    assert done.code == 1
    assert len(numbers_of(done)) == len(sandbox.phone_numbers()) == 2, "the lost one may come yet"
    assert sandbox.operations[CREATE] == 3, "none is ordered in place of it"
    assert "It may have been carried out and was not sent again" in done.err
    assert done.err.endswith(
        "Bought 2 of 3.\n+14155550100 may have been bought: no answer says so. Look before you try again: "
        "twilio-numbers numbers show +14155550100\n"
    )


def test_a_refusal_ends_it_and_what_was_bought_is_told(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.script(Fault.error(400, 21631), method="POST", skip=2, times=None)
    done = bought(sandbox, tmp_path, "--area-code", "415", "--count", "5", "-y")
    assert done.code == 1
    assert len(numbers_of(done)) == len(sandbox.phone_numbers()) == 2
    assert done.err.splitlines()[-2] == "Bought 2 of 5."
    assert done.err.splitlines()[-1].startswith("HTTP 400, code 21631")
    taken = bought(sandbox, tmp_path, "+15005550000", "-y")
    assert taken.code == 1
    assert "Nothing was bought." in taken.err


def test_refused_credentials(tmp_path: Path, sandbox: Sandbox) -> None:
    sandbox.script(Fault.error(401, 20003), method="POST", times=None)
    done = bought(sandbox, tmp_path, "--area-code", "415", "--count", "5", "-y")
    assert done.code == 3
    assert "Twilio refused the credentials" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_is_under_way_when_it_is_stopped_is_told(tmp_path: Path, number: signal.Signals) -> None:
    with Sandbox(latency=0.3) as sandbox:
        options = ("numbers", "buy", "--area-code", "415", "--count", "9", "-y", "--base-url", sandbox.url)
        process = start(*options, cwd=tmp_path, env=environment(sandbox))
        wait_until(lambda: sandbox.operations[CREATE] >= 2)
        process.send_signal(number)
        done = ended(process)
        assert done.code == 130
        assert sorted(numbers_of(done)) == sorted(sandbox.phone_numbers().values())
        assert 1 <= len(numbers_of(done)) < 9
        assert "Stopping when the purchase that is under way is done" in done.err
        assert f"Bought {len(numbers_of(done))} of 9." in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_does_not_wait_is_told_what_is_in_doubt(tmp_path: Path, number: signal.Signals) -> None:
    with Sandbox() as sandbox:
        sandbox.script(Fault.stall(), method="POST", skip=1, times=None)
        options = ("numbers", "buy", "--area-code", "415", "--count", "9", "-y", "--base-url", sandbox.url)
        process = start(*options, cwd=tmp_path, env=environment(sandbox))
        wait_until(lambda: sum(sent.method == "POST" for sent in sandbox.log) >= 2)
        assert process.stderr is not None
        process.send_signal(number)
        said = b""
        while b"Stopping when" not in said:
            said += process.stderr.readline()
        process.send_signal(number)
        done = ended(process)
        assert done.code == 130
        assert len(numbers_of(done)) == 1
        assert "Bought 1 of 9.\n+14155550101 may have been bought" in done.err


# In this process, where the pauses before a look can be left out.


class Account:
    """An account at a server that forgets to answer: what it has, and what happens to each order."""

    def __init__(self, *fates: str) -> None:
        self.fates = list(fates)
        self.has: dict[str, str] = {}
        self.orders: Counter[str] = Counter()
        self.stock = [f"+1415555{index:04}" for index in range(100, 140)]
        self.is_down = False

    def __call__(self, received: Received) -> Reply:
        if self.is_down:
            return drop
        if "AvailablePhoneNumbers" in received.path:
            left = [number for number in self.stock if number not in self.has.values()]
            return found(*left[: int(received.query["PageSize"])])
        if received.method == "GET":
            wanted = received.query["PhoneNumber"]
            rows = [
                {"sid": sid, "phone_number": number} for sid, number in self.has.items() if number == wanted
            ]
            return json_reply({"incoming_phone_numbers": rows})
        number = form(received)["PhoneNumber"]
        self.orders[number] += 1
        return self._order(number, self.fates.pop(0) if self.fates else "fine")

    def _order(self, number: str, fate: str) -> Reply:
        if fate == "taken":
            self.stock.remove(number)
            return json_reply({"code": 21422, "message": "No", "status": 400}, 400)
        self.is_down = fate == "down"
        sid = f"PN{len(self.has):032x}"
        if fate in ("fine", "lost after", "500 after", "no receipt", "down"):
            self.has[sid] = number
        if fate in ("lost after", "lost before", "down"):
            return drop
        if fate in ("500 after", "500 before"):
            return reply("", 500)
        if fate == "no receipt":
            return json_reply({}, 201)
        return json_reply({"sid": sid, "phone_number": number, "account_sid": ACCOUNT}, 201)


PURCHASE = Purchase(phone_number=None, country="US", kind=None, filters={}, options={}, account=None, count=5)


async def shop(monkeypatch: pytest.MonkeyPatch, account: Account, purchase: Purchase = PURCHASE) -> int:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    async with raw_server(answers(account)) as server:
        return await buy(Connection(base_url=server.url), purchase, Output(), yes=True, looks=(0.0, 0.0))


@pytest.mark.parametrize(
    ("fates", "code", "has", "told", "orders"),
    [
        ([], 0, 5, 5, 5),
        (["lost after"] * 5, 0, 5, 5, 5),
        (["500 after", "no receipt", "lost after"], 0, 5, 5, 5),
        (["taken"] * 12, 0, 5, 5, 17),
        (["taken"] * 40, 1, 0, 0, 40),
        (["lost before"], 1, 4, 4, 5),
        (["500 before", "fine", "500 before", "fine", "500 before"], 1, 2, 2, 5),
        (["lost before"] * 9, 1, 0, 0, 3),
    ],
    ids=["fine", "lost", "unclear", "taken", "all taken", "not carried out", "now and then", "never"],
)
async def test_never_more_than_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    fates: list[str], code: int, has: int, told: int, orders: int,
) -> None:  # fmt: skip
    account = Account(*fates)
    assert await shop(monkeypatch, account) == code
    out, err = capsys.readouterr()
    assert in_rows(out) == list(account.has.values())
    assert (len(account.has), len(in_rows(out)), account.orders.total()) == (has, told, orders)
    assert set(account.orders.values()) == {1}, "no number is ordered twice"
    doubts = [line.split()[0] for line in err.splitlines() if "may have been bought" in line]
    assert len(doubts) == sum("before" in fate for fate in fates[:orders])
    assert f"Bought {has} of 5." in err


async def test_a_server_that_goes_away_gets_no_other_order(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account = Account("fine", "down")
    with pytest.raises(TransportError):
        await shop(monkeypatch, account)
    err = capsys.readouterr().err
    assert account.orders.total() == 2
    assert "Bought 1 of 5.\n+14155550101 may have been bought" in err


async def test_a_certain_number_that_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = Purchase(phone_number="+14155550100", country="", kind=None, filters={}, options={}, account=None)
    account = Account("taken")
    with pytest.raises(InvalidRequestError):
        await shop(monkeypatch, account, one)
    assert capsys.readouterr().err.endswith("Nothing was bought.\n")
    account = Account("500 before")
    assert await shop(monkeypatch, account, one) == 1
    assert "may have been bought" in capsys.readouterr().err
    assert account.orders == {"+14155550100": 1}
