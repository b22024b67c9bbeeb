"""``twilio-numbers eligibility``: the question if numbers can stay with their carrier and be hosted by Twilio."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ...client import TwilioNumbers
from ...models import EligibilityResult, EligibilitySubStatus
from ...models.numbers_v1.eligibility_advice import eligibility_advice, is_eligible
from ...models.sids import check_sid
from ...report import Reason, State, unanswered
from ...report.result_columns import CHECKED_AT, NUMBER, Column, answer
from ...sweep import Journal, Outcome, Sweep
from ...sweep.failures import advice_on
from ..connection import BulkConnection
from ..exit_codes import USAGE, Stop, run
from ..output import NoHeader, Output
from ..sweep.plan import ListOptions
from ..sweep.question import ERROR, Question
from ..sweep.run import sweep_file
from .check import check_few

__all__ = ["COLUMNS", "HostingAccount", "eligibility", "question", "state"]


HostingAccount = Annotated[
    str | None,
    typer.Option(help="The account that would host them, by default the one that signs in.", metavar="AC..."),
]


def _country(outcome: Outcome[Any]) -> str | None:
    result: EligibilityResult | None = outcome.result
    return None if result is None else result.iso_country_code or result.country


def _advice_on(outcome: Outcome[Any]) -> str:
    return advice_on(outcome.error) if outcome.result is None else eligibility_advice(outcome.result)


COLUMNS: Sequence[Column] = (
    NUMBER,
    Column("country", "text", _country),
    answer("number_type", "text", "phone_number_type"),
    Column(
        "eligible", "bool", lambda outcome: None if outcome.result is None else is_eligible(outcome.result)
    ),
    answer("reason", "text", "eligibility_sub_status"),
    answer("next_step", "text"),
    Column("advice", "text", _advice_on),
    ERROR,
    CHECKED_AT,
)
"""The columns that are added, in order."""


def state(outcome: Outcome[Any]) -> State:
    """The state of an outcome, in the words of a sweep for portability."""
    result: EligibilityResult | None = outcome.result
    if result is None:
        return "invalid" if outcome.phone_number is None else "failed"
    if result.eligibility_sub_status == EligibilitySubStatus.INTERNAL_PROCESSING_ERROR:
        return "failed"
    eligible = is_eligible(result)
    return "failed" if eligible is None else "portable" if eligible else "not_portable"


def _reason(outcome: Outcome[Any], _: Sequence[object]) -> Reason:
    result: EligibilityResult | None = outcome.result
    if result is None:
        return unanswered(state(outcome), error=str(outcome.error), advice=advice_on(outcome.error))
    label = str(result.eligibility_sub_status or result.eligibility_status or "No status")
    return Reason(state=state(outcome), label=label, code="", advice=eligibility_advice(result))


def question(hosting_account_sid: str | None, bulk_size: int | None = None) -> Question:
    """The question if that account can host numbers; ``bulk_size``: in jobs of up to so many numbers.

    Raises InvalidArgumentError for an account that is none.
    """
    if hosting_account_sid is not None:
        check_sid(hosting_account_sid, "AC", "--hosting-account")

    def start(
        client: TwilioNumbers, numbers: Iterable[str], country: str | None, journal: Journal | None
    ) -> Sweep[EligibilityResult]:
        if bulk_size is not None:
            return client.bulk_eligibility.sweep(
                numbers,
                size=bulk_size,
                country=country,
                hosting_account_sid=hosting_account_sid,
                ordered=True,
                journal=journal,
            )
        return client.eligibility.sweep(
            numbers,
            country=country,
            hosting_account_sid=hosting_account_sid,
            ordered=True,
            journal=journal,
        )

    labels: Mapping[State, str] = {"portable": "eligible", "not_portable": "not eligible"}
    return Question(start=start, columns=COLUMNS, reason=_reason, labels=labels)


def eligibility(
    options: ListOptions,
    connection: BulkConnection,
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="NUMBER...", help="Phone numbers as people write them.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="A file with the numbers, in the formats of the sweep command; - for standard input.",
            metavar="FILE",
        ),
    ] = None,
    hosting_account: HostingAccount = None,
    no_header: NoHeader = False,
) -> int:
    """Check if numbers can be hosted: Twilio's messages on a number that stays with its carrier.

    A few numbers are printed like those of the check command. With --from FILE there is one row for each row of it, in
    the same order, columns kept, in eligibility.csv or in the file of --out. A journal stands beside it: after Ctrl-C,
    a crash or failures the same command goes on where it was.

    Exit codes: 0 everything was answered, 1 some failed or a NUMBER is none (in a file: nothing can be a number),
    2 usage (also if the column or the country is not clear), 3 the credentials were refused, 130 interrupted.
    """
    if bool(numbers) == (file is not None):
        raise Stop("Give the numbers, or a file with them (--from FILE)", USAGE)
    asked = question(hosting_account)
    if file is not None:
        return sweep_file(file, options, connection, Path("eligibility.csv"), asked)
    if options.out is not None:
        raise Stop("--out is for a file (--from FILE)", USAGE)
    output = Output(json=options.json, no_header=no_header)
    return run(check_few(asked, numbers or [], options.country, connection, output))
