"""Hosting eligibility: checks whether numbers can stay with their carrier and be hosted by Twilio."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import DecodeError, TwilioNumbersError, invalid
from ...models import (
    BulkEligibility,
    BulkEligibilityCreate,
    Eligibility,
    EligibilityCreate,
    EligibilityCreatePhoneNumber,
    EligibilityResult,
    EligibilitySubStatus,
)
from ...models.sids import check_sid
from ...models.validate import check
from ...phone import checked_country, checked_e164, to_e164
from ...transport.caller import Caller
from ...transport.endpoint import Endpoint
from ...work.time import check_seconds
from ..base import Resource, foreign_number, poll
from ..batches import Batches
from ..endpoints import get, post
from ..form_checks import optional_sid
from ..sweep_factory import SweepFactory

if TYPE_CHECKING:
    from ...sweep import Journal, Sweep

__all__ = ["BulkEligibilityResource", "EligibilityResource"]


_JOBS = 4
"""Jobs of a sweep that are under way at once."""
_CREATIONS = 3
"""Times that a job is created, where the answers are lost."""


def _has_failed(result: EligibilityResult) -> bool:
    return result.eligibility_sub_status == EligibilitySubStatus.INTERNAL_PROCESSING_ERROR


def _says_nothing(answer: Eligibility) -> bool:
    return bool(answer.results) and all(map(_has_failed, answer.results or ()))


CREATE = Endpoint(
    operation="CreateEligibility",
    method="POST",
    host="numbers",
    path="/v1/HostedNumber/Eligibility",
    result=Eligibility,
    idempotent=True,  # a question, though it is a POST
    is_passing=_says_nothing,
)
CREATE_BULK = post(
    "CreateBulkEligibility",
    "/v1/HostedNumber/Eligibility/Bulk",
    BulkEligibility,
    receipt="request_id",
    settled_by="there is no list to look it up in; create another one if it is needed",
)
FETCH_BULK = get(
    "FetchBulkEligibility",
    "/v1/HostedNumber/Eligibility/Bulk/{RequestId}",
    BulkEligibility,
    echoes=("request_id",),
)


class _Eligibility(Resource):
    """The common part of both resources."""

    def __init__(self, caller: Caller, account_sid: str, sweep_factory: SweepFactory) -> None:
        super().__init__(caller)
        self._account_sid = account_sid
        self._sweep_factory = sweep_factory

    def _options(
        self, endpoint: Endpoint[Any], country: str | None, hosting_account_sid: str | None
    ) -> dict[str, object]:
        """The options of a sweep. What is wrong with them is told now, not for each number."""
        checked_country(country)
        return {
            "operation": endpoint.operation,
            "account_sid": self._account_sid,
            "country": country,
            "hosting_account_sid": optional_sid(hosting_account_sid, "AC", "hosting_account_sid"),
        }


class EligibilityResource(_Eligibility):
    """``twilio.eligibility``."""

    async def create(
        self,
        numbers: str | Iterable[str],
        *,
        friendly_name: str | None = None,
        hosting_account_sid: str | None = None,
    ) -> Eligibility:
        """Ask whether ``numbers`` (E.164) can be hosted; the answer has a result for each.

        ``hosting_account_sid`` (``AC...``) is the account that would host them. Where Twilio failed while it looked
        for all of them (``internal-processing-error``), it is asked again; if that stays, it is returned as it is.
        Source: CreateEligibility.
        """
        entries = _entries(numbers, hosting_account_sid)
        request = EligibilityCreate(friendly_name=friendly_name, phone_numbers=entries)
        check(request)
        return await self._post_json(CREATE, request, _confirms(entries))

    def sweep(
        self,
        numbers: Iterable[str] | AsyncIterable[str],
        *,
        country: str | None = None,
        hosting_account_sid: str | None = None,
        ordered: bool = False,
        journal: Journal | str | os.PathLike[str] | None = None,
    ) -> Sweep[EligibilityResult]:
        """Ask for many numbers, each with a request of its own, as many at once as the account allows.

        There is one Outcome for each number, as they finish; one that cannot be a number, or whose call failed, is an
        outcome too. ``country`` (``US``), ``ordered`` and ``journal`` are as in ``twilio.portability.sweep``;
        ``hosting_account_sid`` as in ``create``. Where Twilio failed each time that it looked
        (``internal-processing-error``), the next run with the journal asks again. Source: CreateEligibility.
        """
        options, bulk = self._options(CREATE, country, hosting_account_sid), self._in_bulk()

        async def ask(number: str) -> EligibilityResult:
            return _only(await bulk.create(number, hosting_account_sid=hosting_account_sid))

        return self._sweep_factory.start(
            ask,
            numbers,
            key=lambda number: to_e164(number, country),
            ordered=ordered,
            journal=journal,
            result_type=EligibilityResult,
            is_passing=_has_failed,
            options=options,
        )


class BulkEligibilityResource(_Eligibility):
    """``twilio.bulk_eligibility``: the same question as a job that is polled."""

    def sweep(
        self,
        numbers: Iterable[str] | AsyncIterable[str],
        *,
        size: int = 1000,
        country: str | None = None,
        hosting_account_sid: str | None = None,
        timeout: float | None = 600.0,
        ordered: bool = False,
        journal: Journal | str | os.PathLike[str] | None = None,
    ) -> Sweep[EligibilityResult]:
        """Ask for many numbers in jobs of up to ``size`` numbers, a few jobs at once.

        There is one Outcome for each number, as their jobs end; one that cannot be a number, or whose job failed, is an
        outcome too. ``timeout`` is the seconds that each job may take (None: as long as it takes). ``country``,
        ``ordered`` and ``journal`` are as in ``twilio.portability.sweep``; ``hosting_account_sid`` as in ``create``.
        Where Twilio failed while it looked (``internal-processing-error``), the next run with the journal asks again.
        A job is only a question: where the answer to its creation is lost, another one is created. How many numbers a
        job takes is not documented. Source: CreateBulkEligibility, FetchBulkEligibility.
        """
        options = self._options(CREATE_BULK, country, hosting_account_sid)
        if type(size) is not int or size < 1:
            raise invalid("size", "must be a whole number from 1 up")
        if timeout is not None:
            check_seconds(timeout, "timeout")
        bulk = self._in_bulk()

        async def ask(numbers: list[str]) -> Mapping[str, EligibilityResult | Exception]:
            return await bulk._check(numbers, hosting_account_sid, timeout)

        return self._sweep_factory.start(
            Batches(ask, size, self._caller.client_state.runtime.sleep),
            numbers,
            key=lambda number: to_e164(number, country),
            ordered=ordered,
            journal=journal,
            result_type=EligibilityResult,
            is_passing=_has_failed,
            options=options,
            width=lambda _: size * _JOBS,
        )

    async def _check(
        self, numbers: list[str], hosting_account_sid: str | None, timeout: float | None
    ) -> Mapping[str, EligibilityResult | Exception]:
        """The result of each number, or why it has none."""
        created = await self._created(numbers, hosting_account_sid)
        job = await self.wait(created.request_id or "", timeout=timeout)
        results = _by_number(job.results or ())
        return {number: results.get(_digits(number)) or _without_result(job) for number in numbers}

    async def _created(self, numbers: list[str], hosting_account_sid: str | None) -> BulkEligibility:
        """A job. While the answers are lost, others are created."""
        for _ in range(_CREATIONS - 1):
            try:
                return await self.create(numbers, hosting_account_sid=hosting_account_sid)
            except TwilioNumbersError as error:
                if not error.may_have_been_processed:
                    raise
        return await self.create(numbers, hosting_account_sid=hosting_account_sid)

    async def create(
        self,
        numbers: str | Iterable[str],
        *,
        friendly_name: str | None = None,
        hosting_account_sid: str | None = None,
    ) -> BulkEligibility:
        """Start a job for ``numbers`` (E.164); its ``request_id`` (``EC...``) is for ``fetch`` and ``wait``.

        Source: CreateBulkEligibility; that the body is that of ``eligibility.create`` is an assumption.
        """
        entries = _entries(numbers, hosting_account_sid)
        request = BulkEligibilityCreate(friendly_name=friendly_name, phone_numbers=entries)
        check(request)
        return await self._post_json(CREATE_BULK, request)

    async def fetch(self, request_id: str) -> BulkEligibility:
        """Fetch the job ``request_id`` (``EC...``) as it is now. Raises NotFoundError. Source: FetchBulkEligibility."""
        return await self._caller.call(FETCH_BULK, check_sid(request_id, "EC", "request_id"))

    async def wait(
        self, request_id: str, *, timeout: float | None = 600.0, pause: float = 1.0, max_pause: float = 30.0
    ) -> BulkEligibility:
        """Look at the job ``request_id`` (``EC...``) until it has ended in any way, and return it.

        ``timeout`` is seconds (None: as long as it takes). ``pause`` is the first pause between two looks, which grows
        up to ``max_pause``. Raises RequestTimeoutError. Source: FetchBulkEligibility.
        """
        check_sid(request_id, "EC", "request_id")
        return await poll(
            self._caller,
            lambda: self.fetch(request_id),
            lambda job: job.status is not None and job.status.is_terminal,
            timeout=timeout,
            pause=pause,
            max_pause=max_pause,
        )


def _by_number(results: Iterable[EligibilityResult]) -> dict[str, EligibilityResult]:
    """The result of each number by its digits; of two, the one with a verdict."""
    found: dict[str, EligibilityResult] = {}
    for result in results:
        known = found.get(number := _digits(result.phone_number or ""))
        if known is None or known.eligibility_status is None:
            found[number] = result
    return found


def _digits(number: str) -> str:
    return "".join(filter(str.isdecimal, number))


def _without_result(job: BulkEligibility) -> Exception:
    return DecodeError(
        f"The job {job.request_id} ended as {job.status} without a result for the number",
        path="$.results",
        method=FETCH_BULK.method,
        route=FETCH_BULK.path,
    )


def _only(answer: Eligibility) -> EligibilityResult:
    """The result for the one number that was asked about. Raises DecodeError where there is none."""
    if not answer.results:
        raise DecodeError(
            "The answer has no result for the number",
            path="$.results",
            method=CREATE.method,
            route=CREATE.path,
        )
    return answer.results[0]


def _confirms(sent: list[EligibilityCreatePhoneNumber]) -> Callable[[Eligibility], str]:
    numbers = [entry.phone_number for entry in sent]

    def difference(answer: Eligibility) -> str:
        answered = (result.phone_number for result in answer.results or ())
        return "results" if foreign_number(answered, numbers) else ""

    return difference


def _entries(
    numbers: str | Iterable[str], hosting_account_sid: str | None
) -> list[EligibilityCreatePhoneNumber]:
    given = [numbers] if isinstance(numbers, str) else list(numbers)
    if not given:
        raise invalid("numbers", "must not be empty")
    optional_sid(hosting_account_sid, "AC", "hosting_account_sid")
    return [
        EligibilityCreatePhoneNumber(
            phone_number=checked_e164(number, f"numbers[{position}]"), hosting_account_sid=hosting_account_sid
        )
        for position, number in enumerate(given)
    ]
