"""The command that serves a sandbox, in its two spellings."""

from __future__ import annotations

import inspect

import pytest

from twilio_numbers_async.cli.sandbox import sandbox as typer_command
from twilio_numbers_async.sandbox import Sandbox
from twilio_numbers_async.sandbox.command_options import CommandOptions, options
from twilio_numbers_async.sandbox.standalone import main, run, sandbox_of

from .checked_client import Api
from .numbers_v1.port_in_requests import fetch
from .numbers_v2.bundle_requests import bundle, filled, submit


def test_both_spellings_have_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    flags = [option.flag for option in options()]
    assert len(flags) == len(CommandOptions.__struct_fields__)
    parameters = inspect.signature(typer_command).parameters.values()
    assert [parameter.annotation.__metadata__[0].default for parameter in parameters] == flags
    assert [parameter.default for parameter in parameters] == [option.default for option in options()]
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert [flag for flag in flags if f"  {flag}" not in shown] == []
    assert "[default: 8010]" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--port 99999", "Expected `int` <= 65535 - at `--port`"),
        ("--port-ins -1", "Expected `int` >= 0 - at `--port-ins`"),
        ("--latency soon", "Expected `float"),
        ("--allowance 0", "Expected `int` >= 1 - at `--allowance`"),
    ],
)
def test_a_wrong_value_is_named(arguments: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "given", [CommandOptions(port=0, pace=0.0), CommandOptions(port=0, pace=3600.0, port_in_pace=0.0)]
)
async def test_port_ins_move_on_at_their_pace(given: CommandOptions) -> None:
    async with sandbox_of(given) as sandbox, Api(sandbox) as api:
        (sid,) = sandbox.port_ins.add(1)
        await moved(api, sid)


async def test_a_review_has_a_pace_of_its_own() -> None:
    async with sandbox_of(CommandOptions(port=0, review_pace=0.0)) as sandbox, Api(sandbox) as api:
        (sid,) = sandbox.port_ins.add(1)
        reviewed = await filled(api)
        await submit(api, reviewed)
        while (await bundle(api, reviewed))["status"] != "twilio-approved":
            pass
        assert (await fetch(api, sid))["port_in_request_status"] == "In Review"


async def moved(api: Api, sid: str) -> None:
    while (await fetch(api, sid))["port_in_request_status"] != "Completed":
        pass


def test_a_port_that_is_taken_is_named() -> None:
    said: list[str] = []
    with Sandbox() as taken:
        port = int(taken.url.rpartition(":")[2])
        assert run(CommandOptions(port=port), said.append) == 1
    assert said[0].startswith(f"The sandbox cannot listen on 127.0.0.1:{port}: ")
