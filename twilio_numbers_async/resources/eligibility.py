"""Hosting eligibility: can numbers stay with their carrier and be hosted by Twilio?"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..errors import InvalidArgumentError
from ..models import (
    BulkEligibility,
    BulkEligibilityCreate,
    Eligibility,
    EligibilityCreate,
    EligibilityCreatePhoneNumber,
)
from ..models.checks import check
from ..models.sids import check_sid
from ..phone import to_e164
from ..transport.endpoint import Endpoint
from .base import Resource, foreign_number, poll

__all__ = ["BulkEligibilityResource", "EligibilityResource"]

CREATE = Endpoint(
    operation="CreateEligibility",
    method="POST",
    host="numbers",
    path="/v1/HostedNumber/Eligibility",
    result=Eligibility,
    idempotent=True,  # a question, though it is a POST
)
CREATE_BULK = Endpoint(
    operation="CreateBulkEligibility",
    method="POST",
    host="numbers",
    path="/v1/HostedNumber/Eligibility/Bulk",
    result=BulkEligibility,
    idempotent=False,
    receipt="request_id",
    settled_by="there is no list to look it up in; create another one if it is needed",
)
FETCH_BULK = Endpoint(
    operation="FetchBulkEligibility",
    method="GET",
    host="numbers",
    path="/v1/HostedNumber/Eligibility/Bulk/{RequestId}",
    result=BulkEligibility,
    idempotent=True,
    echoes=("request_id",),
)


class EligibilityResource(Resource):
    """``twilio.eligibility``."""

    async def create(
        self,
        numbers: str | Iterable[str],
        *,
        friendly_name: str | None = None,
        hosting_account_sid: str | None = None,
    ) -> Eligibility:
        """Ask whether ``numbers`` (E.164) can be hosted; the answer has a result for each.

        ``hosting_account_sid`` (``AC...``) is the account that would host them. Source: CreateEligibility.
        """
        entries = _entries(numbers, hosting_account_sid)
        request = EligibilityCreate(friendly_name=friendly_name, phone_numbers=entries)
        check(request)
        return await self._post_json(CREATE, request, _confirms(entries))


class BulkEligibilityResource(Resource):
    """``twilio.bulk_eligibility``: the same question as a job that is polled."""

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
        """The job ``request_id`` (``EC...``) as it is now. Raises NotFoundError. Source: FetchBulkEligibility."""
        return await self._caller.call(FETCH_BULK, check_sid(request_id, "EC", "request_id"))

    async def wait(
        self, request_id: str, *, timeout: float | None = 600.0, pause: float = 1.0, max_pause: float = 30.0
    ) -> BulkEligibility:
        """Look at the job ``request_id`` (``EC...``) until it has ended in any way, and return it.

        ``timeout`` is seconds (None: as long as it takes), ``pause`` the first pause between two looks, which grows
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
        raise InvalidArgumentError("numbers must not be empty", argument="numbers")
    if hosting_account_sid is not None:
        check_sid(hosting_account_sid, "AC", "hosting_account_sid")
    entries: list[EligibilityCreatePhoneNumber] = []
    for position, number in enumerate(given):
        try:
            phone_number = to_e164(number)
        except InvalidArgumentError as error:
            error.args = (f"numbers[{position}]: {error.args[0]}",)
            error.argument = f"numbers[{position}]"
            raise
        entries.append(
            EligibilityCreatePhoneNumber(phone_number=phone_number, hosting_account_sid=hosting_account_sid)
        )
    return entries
