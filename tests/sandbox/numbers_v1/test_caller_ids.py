"""CallerIds of the sandbox: what it takes, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from ..checked_client import Api, basic

SMS, CHECK, VOICE = (
    f"/v1/CallerIds/{name}" for name in ("SmsVerifications", "SmsVerificationChecks", "VoiceVerifications")
)
NUMBER = "+14155550199"


async def test_the_code_is_the_end_of_the_number(api: Api) -> None:
    started = await api.ask("POST", SMS, {"to": NUMBER, "locale": "de"})
    assert (started.status, started.body["sendCodeAttempts"][0]["channel"]) == (201, "sms")
    checked = await api.ask("POST", CHECK, {"to": NUMBER, "verificationCode": NUMBER[-6:]})
    assert (checked.status, checked.body["status"]) == (200, "approved")
    called = await api.ask("POST", VOICE, {"phoneNumber": NUMBER, "callDelay": "0"})
    assert (called.status, called.body["validationCode"]) == (201, NUMBER[-6:])


async def test_the_fifth_wrong_code_ends_a_verification(api: Api) -> None:
    await api.ask("POST", SMS, {"to": NUMBER})
    wrong = {"to": NUMBER, "verificationCode": "000000"}
    checks = [await api.ask("POST", CHECK, wrong) for _ in range(5)]
    assert [check.body["status"] for check in checks] == ["pending"] * 4 + ["canceled"]
    assert [check.body["callerIdSid"] for check in checks] == [None] * 5
    right = {"to": NUMBER, "verificationCode": NUMBER[-6:]}
    await api.refused("POST", CHECK, right, status=404, code=20404)


async def test_a_verification_belongs_to_its_account(api: Api) -> None:
    other = "AC" + "b" * 32
    api.sandbox.accounts.add(other, "token")
    await api.ask("POST", SMS, {"to": NUMBER})
    await api.refused(
        "POST",
        CHECK,
        {"to": NUMBER, "verificationCode": "1"},
        status=404,
        code=20404,
        auth=basic(other, "token"),
    )


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    (SMS, {}, 70002, "Missing required parameter: to"),
    (SMS, {"to": "4155550199"}, 22102, "E.164"),
    (SMS, {"to": NUMBER, "friendly_name": "x"}, 20001, "friendly_name"),
    (SMS, {"to": NUMBER, "locale": ""}, 70002, "locale"),
    (CHECK, {"to": NUMBER}, 70002, "verificationCode"),
    (CHECK, {"to": "x", "verificationCode": "1"}, 22102, "E.164"),
    (CHECK, {"to": NUMBER, "verificationCode": 1}, 70002, "verificationCode"),
    (VOICE, {"to": NUMBER}, 20001, "to"),
    (VOICE, {"phoneNumber": "x"}, 22102, "E.164"),
    (VOICE, {"phoneNumber": NUMBER, "callDelay": 5}, 70002, "callDelay"),
    (VOICE, {"phoneNumber": NUMBER, "callDelay": "61"}, 70002, "callDelay"),
    (VOICE, {"phoneNumber": NUMBER, "statusCallback": "x"}, 70002, "statusCallback"),
    (VOICE, {"phoneNumber": NUMBER, "statusCallbackMethod": "PUT"}, 70002, "statusCallbackMethod"),
]


@pytest.mark.parametrize(("path", "body", "code", "named"), REFUSED)
async def test_what_does_not_fit_is_refused(
    api: Api, path: str, body: dict[str, Any], code: int, named: str
) -> None:
    assert named in await api.refused("POST", path, body, code=code)
