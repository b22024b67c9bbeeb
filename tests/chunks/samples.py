"""Parts that the tests of chunks share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

from twilio_numbers_async import ChunkResult, Outcome, RetryPolicy, TwilioNumbers
from twilio_numbers_async.sandbox import Sandbox

ONCE = RetryPolicy(max_attempts=1)


def numbers(count: int, start: int = 0) -> list[str]:
    """Numbers that nobody has, as people write them."""
    return [
        f"(555) {200 + position // 10_000}-{position % 10_000:04}" for position in range(start, start + count)
    ]


def client_of(url: str, account_sid: str, auth_token: str, concurrency: int = 20) -> TwilioNumbers:
    """A client that is not open, made from plain values: a factory of it can be pickled."""
    return TwilioNumbers(
        account_sid, auth_token, base_url=url, concurrency=concurrency, retry=ONCE, timeout=20.0
    )


def factory(sandbox: Sandbox, concurrency: int = 20) -> partial[TwilioNumbers]:
    return partial(client_of, sandbox.url, sandbox.account_sid, sandbox.auth_token, concurrency)


def rows_of(outcomes: Iterable[Outcome[Any]]) -> list[dict[str, Any]]:
    """The rows by position, without when and by which exchange they were answered."""
    rows: list[dict[str, Any]] = [{**outcome.as_row(), "checked_at": None} for outcome in outcomes]
    for row in rows:
        row["error"] = row["error"] and re.sub(r"RQ\w{32}", "RQ", row["error"])
    return sorted(rows, key=lambda row: row["index"])


def rows_of_results(results: Iterable[ChunkResult]) -> list[dict[str, Any]]:
    return rows_of(outcome for result in results for outcome in result.outcomes)
