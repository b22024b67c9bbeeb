from __future__ import annotations

from collections.abc import Iterable

import pytest

from twilio_numbers_async.sandbox.routing import Call, Family, Reply, Route, Router, no_content


class Paths(Family):
    """A family that has nothing but paths."""

    def __init__(self, *paths: str) -> None:
        self._paths = paths

    def routes(self) -> Iterable[Route]:
        for path in self._paths:
            yield Route(path, "GET", path, self.answer)

    def answer(self, call: Call) -> Reply:
        return no_content()


ROUTER = Router(
    [
        Paths("/Accounts/{AccountSid}/Numbers.json", "/Accounts/{AccountSid}/Numbers/{Sid}.json"),
        Paths("/Accounts/{AccountSid}/Numbers/{Sid}.csv", "/Accounts/{AccountSid}/Numbers/Local.json"),
    ]
)


@pytest.mark.parametrize(
    ("path", "route", "params"),
    [
        ("/Accounts/AC1/Numbers.json", "/Accounts/{AccountSid}/Numbers.json", {"AccountSid": "AC1"}),
        ("/Accounts/AC1/Numbers/PN1.csv", "/Accounts/{AccountSid}/Numbers/{Sid}.csv", {"Sid": "PN1"}),
        (
            "/Accounts/A%2F1/Numbers/PN1.json",
            "/Accounts/{AccountSid}/Numbers/{Sid}.json",
            {"AccountSid": "A/1"},
        ),
        (
            "/Accounts/AC1/Numbers/Local.json",
            "/Accounts/{AccountSid}/Numbers/Local.json",
            {"AccountSid": "AC1"},
        ),
    ],
)
def test_a_path_finds_its_route(path: str, route: str, params: dict[str, str]) -> None:
    found = ROUTER.match(path)
    assert found is not None
    assert found.methods["GET"].operation == route
    assert params.items() <= found.params.items()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/Accounts",
        "/Accounts/AC1",
        "/Accounts//Numbers.json",
        "/Accounts/AC1/Numbers/PN1.xml",
        "/Accounts/AC1/Numbers/.json",
    ],
)
def test_a_path_that_is_nowhere_finds_none(path: str) -> None:
    assert ROUTER.match(path) is None
