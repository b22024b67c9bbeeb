"""Brings a draft to its review: fills it, evaluates it, submits it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set as AbstractSet

from ..errors import (
    ConflictError,
    InvalidArgumentError,
    InvalidRequestError,
    NotFoundError,
    TwilioNumbersError,
)
from ..models.base import fold
from ..models.numbers_v2.bundles import Bundle, BundleStatus
from ..work.once import Once
from ..work.steps import digest
from .calls import Calls
from .details import DocumentDetails
from .review import noncompliance

__all__ = ["Submission", "kept_bundle"]


class Submission:
    """One bundle that is filled, evaluated and submitted, each step once."""

    def __init__(self, calls: Calls, once: Once) -> None:
        self._calls = calls
        self._once = once

    async def open(self, bundle: Bundle, contents: str, *, renewal: bool = False) -> bool:
        """Make a bundle of an earlier run a draft again, if there is something to change; False if there is not.

        ``contents``: the digest of what is to be submitted; ``renewal``: the bundle is a copy. Raises
        InvalidArgumentError, before anything is changed, for a bundle that is no draft any more and was submitted with
        other contents.
        """
        sid, status = bundle.sid or "", bundle.status
        if status == BundleStatus.DRAFT:
            return True
        step = await self._once.journal.step(_submitted(sid))
        unchanged = step is not None and step.sid == contents
        if status == BundleStatus.TWILIO_REJECTED:
            if unchanged:
                raise InvalidArgumentError(
                    f"The bundle {sid} was rejected and the plan has not changed since: correct what "
                    "twilio.bundles.wait(...) names in its problems",
                    argument="plan",
                )
            return True
        if unchanged:
            return False
        said = f"is no draft but {status.value if status else 'of no status'}: its contents cannot be changed"
        if renewal:
            raise InvalidArgumentError(
                f"The copy {sid} of the renewal in this journal {said}; the next renewal takes another journal",
                argument="documents",
            )
        raise InvalidArgumentError(
            f"The bundle {sid} {said}; plan with another friendly_name or journal, or use twilio.bundles.renew(...)",
            argument="plan",
        )

    async def carry_out(
        self, bundle: Bundle, objects: Iterable[str], contents: str, documents: Iterable[DocumentDetails]
    ) -> Bundle:
        """Put the objects in, and nothing else; evaluate and submit. ``documents`` are those of the user.

        Raises NoncompliantError.
        """
        sid = bundle.sid or ""
        if bundle.status == BundleStatus.TWILIO_REJECTED:
            await self._set_draft(sid)
        wanted = list(dict.fromkeys(objects))
        await self._fill(sid, wanted)
        places = {fold(each.type): f"documents[{index}].attributes" for index, each in enumerate(documents)}
        await self._evaluate(sid, wanted, places)
        await self._once.journal.finish(_submitted(sid), contents)
        return await self._submit(sid)

    async def _set_draft(self, sid: str) -> None:
        try:
            await self._calls.bundles.update(sid, status=BundleStatus.DRAFT)
        except TwilioNumbersError as error:
            # Without an answer it may be a draft by now; anything else is what it seems.
            bundle = await self._calls.bundles.fetch(sid) if error.may_have_been_processed else None
            if bundle is None or bundle.status != BundleStatus.DRAFT:
                raise

    async def _fill(self, sid: str, wanted: Collection[str]) -> None:
        there = {item.object_sid: item.sid async for item in self._calls.bundles.items(sid)}
        for object_sid, assignment_sid in there.items():
            if object_sid not in wanted and assignment_sid:
                await self._calls.bundles.unassign(sid, assignment_sid)
        for object_sid in wanted:
            if object_sid not in there:
                await self._assign(sid, object_sid)

    async def _assign(self, sid: str, object_sid: str) -> None:
        async def find(_: AbstractSet[str]) -> str | None:
            async for item in self._calls.bundles.items(sid):
                if item.object_sid == object_sid:
                    return item.sid
            return None

        async def create() -> str:
            return (await self._calls.bundles.assign(sid, object_sid)).sid or ""

        key = digest("assignment", sid, object_sid)
        step = await self._once.journal.step(key)
        if step is not None and step.sid is not None:  # it was put in once, and taken out since
            await self._once.journal.forget(key)
        await self._once.once(key, find=find, create=create)

    async def _evaluate(self, sid: str, wanted: Collection[str], places: Mapping[str, str]) -> None:
        async def there() -> list[str]:
            return [each.sid async for each in self._calls.bundles.evaluations(sid) if each.sid]

        async def find(before: AbstractSet[str]) -> str | None:
            return next((each for each in await there() if each not in before), None)

        async def create() -> str:
            return (await self._calls.bundles.evaluate(sid)).sid or ""

        key = digest("evaluation", sid, sorted(wanted))
        found = await self._once.once(key, find=find, create=create, before=there)
        evaluation = await self._calls.bundles.evaluation(sid, found)
        error = noncompliance(sid, evaluation, places)
        if error is not None:
            await self._once.journal.forget(key)  # what is wrong may be mended without another document
            raise error

    async def _submit(self, sid: str) -> Bundle:
        try:
            return await self._calls.bundles.submit(sid)
        except TwilioNumbersError as error:
            # Refused may mean that an earlier request, whose answer was lost, has submitted it.
            if not (error.may_have_been_processed or isinstance(error, InvalidRequestError | ConflictError)):
                raise
            bundle = await self._calls.bundles.fetch(sid)
            if bundle.status in {BundleStatus.DRAFT, BundleStatus.TWILIO_REJECTED}:
                raise
            return bundle


async def kept_bundle(calls: Calls, sid: str) -> Bundle:
    """The bundle that a journal names. Raises InvalidArgumentError where there is none."""
    try:
        return await calls.bundles.fetch(sid)
    except NotFoundError:
        raise InvalidArgumentError(
            f"The bundle {sid} of this journal was deleted, or belongs to another account: take another journal",
            argument="journal",
        ) from None


def _submitted(sid: str) -> str:
    return digest("submission", sid)
