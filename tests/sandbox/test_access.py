from __future__ import annotations

import datetime as dt
import re

import pytest

from twilio_numbers_async.sandbox import Sandbox

from .checked_client import Api, basic, operations

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATH = "/v1/Porting/Portability/PhoneNumber/+16175550100"


def form(sandbox: Sandbox, **fields: str) -> bytes:
    sent = {
        "grant_type": "client_credentials",
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
    }
    return "&".join(f"{name}={value}" for name, value in (sent | fields).items()).encode()


async def test_every_operation_of_the_specification_is_there_and_asks_who_is_there(api: Api) -> None:
    seen = set[str]()
    for pattern, method, operation in operations():
        path = re.sub(r"\[\^/\]\+", "KW" + "a" * 32, pattern.pattern)
        await api.refused(method, path, status=401, code=20003, auth="")
        seen.add(operation.id)
    assert seen == set(api.sandbox.traffic.operations)
    assert len(seen) == 15


async def test_the_account_and_the_api_key_sign_in(api: Api, sandbox: Sandbox) -> None:
    for user, password in (
        (sandbox.account_sid, sandbox.auth_token),
        (sandbox.api_key, sandbox.api_secret),
    ):
        for _ in range(2):
            assert (await api.ask("GET", PATH, auth=basic(user, password))).status == 200


@pytest.mark.parametrize(
    "auth",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic /w==",
        "Digest abc",
        "Bearer abc",
        basic("AC" + "a" * 32, "wrong"),
        basic("AC" + "a" * 32, ""),
        basic("AC" + "b" * 32, "sandbox-auth-token"),
        basic("SK" + "a" * 32, "sandbox-auth-token"),
        "Basic " + "QUM=",
    ],
)
async def test_wrong_credentials_are_401(api: Api, auth: str) -> None:
    answer = await api.ask("GET", PATH, auth=auth)
    assert (answer.status, answer.body["code"]) == (401, 20003)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


async def test_an_oauth_client_gets_a_token_that_ends() -> None:
    now = dt.datetime(2025, 5, 5, tzinfo=dt.UTC)

    def clock() -> dt.datetime:
        return now

    async with Sandbox(now=clock, token_lifetime=60) as sandbox, Api(sandbox) as api:
        answer = await api.ask("POST", "/v2/token", data=form(sandbox, scope="x", audience="y"), headers=FORM)
        token = answer.body
        assert (answer.status, token["token_type"], token["expires_in"]) == (200, "Bearer", 60)
        bearer = f"Bearer {token['access_token']}"
        now += dt.timedelta(seconds=59)
        assert (await api.ask("GET", PATH, auth=bearer)).status == 200
        now += dt.timedelta(seconds=1)
        assert (await api.ask("GET", PATH, auth=bearer)).status == 401
        assert sandbox.traffic.operations["CreateToken"] == 1
        assert sandbox.traffic.requests == 2
        renewed = (await api.ask("POST", "/v2/token", data=form(sandbox), headers=FORM)).body["access_token"]
        assert (await api.ask("GET", PATH, auth=f"Bearer {renewed}")).status == 200
        assert (await api.ask("GET", PATH, auth=bearer)).status == 401


async def test_tokens_can_be_revoked(api: Api, sandbox: Sandbox) -> None:
    token = (await api.ask("POST", "/v2/token", data=form(sandbox), headers=FORM)).body["access_token"]
    sandbox.accounts.revoke_tokens()
    assert (await api.ask("GET", PATH, auth=f"Bearer {token}")).status == 401


async def test_a_token_request_is_checked(api: Api, sandbox: Sandbox) -> None:
    async def refused(status: int, code: int, data: bytes, headers: dict[str, str] = FORM) -> None:
        await api.refused("POST", "/v2/token", status=status, code=code, data=data, headers=headers)

    await refused(401, 20003, form(sandbox, client_secret="wrong"))
    await refused(401, 20003, form(sandbox, client_id="wrong"))
    await refused(400, 70002, form(sandbox, grant_type="password"))
    await refused(400, 70002, b"grant_type=client_credentials")
    await refused(400, 70002, b"\xff")
    await refused(400, 20001, form(sandbox, user="x"))
    await refused(415, 70002, form(sandbox), {"Content-Type": "application/json"})


async def test_accounts_can_be_added_and_their_tokens_changed(api: Api, sandbox: Sandbox) -> None:
    child = "AC" + "b" * 32
    sandbox.accounts.add(child, "one", parent=sandbox.account_sid)
    sandbox.accounts.add_api_key("SK" + "b" * 32, "secret", account_sid=child)
    assert (await api.ask("GET", PATH, auth=basic(child, "one"))).status == 200
    assert (await api.ask("GET", PATH, auth=basic("SK" + "b" * 32, "secret"))).status == 200
    sandbox.accounts.add(child, "two", parent=sandbox.account_sid)
    assert (await api.ask("GET", PATH, auth=basic(child, "one"))).status == 401
    with pytest.raises(ValueError, match="parent"):
        sandbox.accounts.add("AC" + "c" * 32, "three", parent="AC" + "d" * 32)


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/Porting/", "/v1/Porting/PortIn/x/y", "/v2/Porting/PortIn", PATH + "/"]
)
async def test_an_unknown_path_is_404(api: Api, path: str) -> None:
    await api.refused("GET", path, status=404, code=20404)


async def test_a_wrong_method_is_405(api: Api) -> None:
    await api.refused("POST", PATH, status=405, code=20004)
    await api.refused("GET", "/v1/Porting/PortIn", status=405, code=20004)
    assert (await api.ask("GET", "/v1/Porting/PortIn")).headers["Allow"] == "POST"


async def test_a_query_that_nobody_asked_for_is_refused(api: Api) -> None:
    message = await api.refused("GET", "/v1/Porting/Configuration/Webhook?Page=1", code=20001)
    assert message.endswith("Page")


async def test_as_a_proxy_it_is_asked_by_the_whole_address(api: Api, sandbox: Sandbox) -> None:
    auth = {"Authorization": basic(sandbox.account_sid, sandbox.auth_token)}
    url = f"http://numbers.example.com{PATH}?AddressSid=AD{'a' * 32}"
    async with api.session.get(url, proxy=sandbox.url, headers=auth) as response:
        assert response.status == 200
    assert sandbox.traffic.log[-1].path == PATH
    assert sandbox.traffic.log[-1].query == f"AddressSid=AD{'a' * 32}"
