"""Calls over sockets to a server that answers whatever it likes."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

from hypothesis import given, settings, strategies as st

from tests.raw_server import Reply, raw_server, reply
from twilio_numbers_async import Portability, RetryPolicy, TwilioNumbers, TwilioNumbersError

from .strategies import bodies, documents, quick, statuses

SID = "AC" + "a" * 32
ASKED, OTHER = "+14155550100", "+14155550199"


def _answer(number: str | None, more: object) -> bytes:
    """A portability with that number in it; "" is one that does not say."""
    document: dict[str, Any] = dict(cast("dict[str, Any]", more)) if isinstance(more, dict) else {}
    document["phone_number"] = number
    if number == "":
        del document["phone_number"]
    return json.dumps(document).encode()


_answers = st.builds(_answer, st.sampled_from([ASKED, OTHER, None, ""]), documents)


@given(
    st.lists(
        st.tuples(statuses.filter(lambda status: status != 204), _answers | bodies), min_size=15, max_size=15
    )
)
@settings(quick, max_examples=20)
def test_a_call_gives_what_was_asked_for_or_an_error(answers: list[tuple[int, bytes]]) -> None:
    """Over a socket: the number of a result is the one that was asked about."""

    async def ask() -> list[Portability | TwilioNumbersError]:
        script: list[Reply] = [reply(body, status) for status, body in answers for _ in range(2)]
        got: list[Portability | TwilioNumbersError] = []
        once = RetryPolicy(max_attempts=1, max_refused_time=0)
        async with (
            asyncio.timeout(60),
            raw_server(*script) as server,
            TwilioNumbers(SID, "token", base_url=server.url, retry=once) as twilio,
        ):
            for _ in answers:
                try:
                    got.append(await twilio.portability.fetch(ASKED))
                except TwilioNumbersError as error:
                    got.append(error)
        return got

    got = asyncio.run(ask())
    assert len(got) == len(answers)
    for result in got:
        assert isinstance(result, TwilioNumbersError) or result.phone_number in {ASKED, None}
