"""Creates the bundle of a plan, each of its parts once, whatever happens in between."""

from __future__ import annotations

import os
from collections.abc import Set as AbstractSet
from typing import Any

from ..errors import invalid
from ..models.numbers_v2.bundles import Bundle, BundleStatus
from ..models.numbers_v2.needs import ADDRESS_SIDS
from ..sweep import Journal
from ..work.once import Once
from ..work.plan import check_ready
from ..work.steps import digest, path_of
from ..work.time import Time
from .calls import Calls
from .details import DocumentDetails
from .journal import BundleJournal
from .parts import File, Parts, read_files
from .plan import BundlePlan, wants_address
from .submission import Submission, kept_bundle

__all__ = ["create_all"]


async def create_all(
    calls: Calls,
    plan: BundlePlan,
    *,
    journal: Journal | str | os.PathLike[str] | None,
    settle_within: float,
    time: Time,
    account_sid: str,
) -> Bundle:
    """See ``BundlesResource.create_all``."""
    if not isinstance(plan, BundlePlan):
        raise invalid("plan", "must be a BundlePlan, of plan_bundle")
    check_ready(plan.problems, "problem")
    files = await read_files(calls.read_file, plan.documents)
    async with BundleJournal(path_of(journal), account_sid) as kept:
        once = Once(kept, within=settle_within, time=time)
        return await _Creation(calls, once, plan, files).run()


class _Creation:
    """One run over a plan."""

    def __init__(self, calls: Calls, once: Once, plan: BundlePlan, files: list[File | None]) -> None:
        self._calls = calls
        self._once = once
        self._plan = plan
        self._files = files
        self._key = digest("bundle", plan.regulation.sid, plan.friendly_name)
        self._contents = digest(
            plan.end_user,
            plan.address,
            [
                (each.type, each.attributes, each.friendly_name, each.sid, file and file.mark)
                for each, file in zip(plan.documents, files, strict=True)
            ],
        )

    async def run(self) -> Bundle:
        """Carry out all steps from the address to the submission."""
        plan, submission = self._plan, Submission(self._calls, self._once)
        bundle = await self._of_earlier_run()
        if bundle is not None and not await submission.open(bundle, self._contents):
            return bundle
        objects = await self._parts()
        if bundle is None:
            bundle = await self._calls.bundles.fetch(await self._create())
        await self._tell_whom(bundle)
        return await submission.carry_out(bundle, objects, self._contents, plan.documents)

    async def _of_earlier_run(self) -> Bundle | None:
        step = await self._once.journal.step(self._key)
        return None if step is None or step.sid is None else await kept_bundle(self._calls, step.sid)

    async def _tell_whom(self, bundle: Bundle) -> None:
        """Set the e-mail address and callback of an earlier run's bundle to those of the plan."""
        email, callback = self._plan.email, self._plan.status_callback
        new_email = None if bundle.email in (None, email) else email
        new_callback = None if bundle.status_callback == callback else callback
        if new_email is not None or new_callback is not None:
            await self._calls.bundles.update(bundle.sid or "", email=new_email, status_callback=new_callback)

    async def _parts(self) -> list[str]:
        plan, parts = self._plan, Parts(self._calls, self._once)
        address = await parts.address(plan.address)
        objects = [await parts.end_user(plan.end_user_type, plan.end_user, plan.friendly_name)]
        for document, file in zip(plan.documents, self._files, strict=True):
            attributes = _with_address(plan, document, address)
            objects.append(await parts.document(document, attributes, file))
        return objects

    async def _create(self) -> str:
        plan, bundles = self._plan, self._calls.bundles

        async def there() -> list[str]:
            rows = bundles.list(friendly_name=plan.friendly_name, regulation_sid=plan.regulation.sid)
            return [
                each.sid
                async for each in rows
                if each.sid
                and each.friendly_name == plan.friendly_name
                and each.regulation_sid in (None, plan.regulation.sid)
                and each.status == BundleStatus.DRAFT
            ]

        async def find(before: AbstractSet[str]) -> str | None:
            return next((sid for sid in await there() if sid not in before), None)

        async def create() -> str:
            created = await bundles.create(
                friendly_name=plan.friendly_name,
                email=plan.email,
                regulation_sid=plan.regulation.sid,
                status_callback=plan.status_callback,
            )
            return created.sid or ""

        return await self._once.once(self._key, find=find, create=create, before=there)


def _with_address(plan: BundlePlan, document: DocumentDetails, address: str | None) -> dict[str, Any]:
    if address is None or document.sid is not None or not wants_address(plan, document):
        return document.attributes
    return {**document.attributes, ADDRESS_SIDS: [address]}
