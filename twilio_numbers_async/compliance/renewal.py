"""Renews an approval: copies the bundle with the new documents, waits for the review, and replaces the items."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Set as AbstractSet

import msgspec

from ..errors import InvalidArgumentError, TwilioNumbersError, invalid
from ..models.base import fold
from ..models.numbers_v2.bundles import Bundle, BundleStatus
from ..models.numbers_v2.end_users import SupportingDocument
from ..models.numbers_v2.regulations import Regulation
from ..sweep import Journal
from ..work.once import Once
from ..work.steps import digest, path_of
from ..work.time import Time
from .calls import Calls
from .checking import document_value_problems
from .details import BundleDocument, DocumentDetails, document_of
from .journal import BundleJournal
from .parts import File, Parts, read_files
from .review import ReviewedBundle, papers_among, reviewed
from .submission import Submission, kept_bundle
from .values import is_given, normal

__all__ = ["is_renewal", "renew"]

_name_of_copy = re.compile("Renewal of BU[0-9a-fA-F]{32}").fullmatch

Wait = Callable[[str], Awaitable[ReviewedBundle]]
"""Waits until a bundle is approved or rejected."""


async def renew(
    calls: Calls,
    bundle_sid: str,
    documents: Iterable[BundleDocument],
    *,
    wait: Wait,
    journal: Journal | str | os.PathLike[str] | None,
    settle_within: float,
    time: Time,
    account_sid: str,
) -> ReviewedBundle:
    """See ``BundlesResource.renew``."""
    if isinstance(documents, str | bytes | Mapping) or not isinstance(documents, Iterable):
        raise invalid("documents", "must be a list of documents")
    given = [document_of(each, f"documents[{index}]") for index, each in enumerate(documents)]
    if not given:
        raise invalid("documents", "must hold at least one document")
    files = await read_files(calls.read_file, given)
    async with BundleJournal(path_of(journal), account_sid) as kept:
        once = Once(kept, within=settle_within, time=time)
        original = await calls.bundles.fetch(bundle_sid)
        _check_renewable(original)
        return await _Renewal(calls, once, original, given, files).run(wait)


def is_renewal(bundle: Bundle) -> bool:
    """True for a copy that a renewal has made: nothing needs it once its items are in the original bundle."""
    return _name_of_copy(bundle.friendly_name or "") is not None


def _check_renewable(bundle: Bundle) -> None:
    status = bundle.status
    lapsed = status == BundleStatus.TWILIO_REJECTED and bundle.valid_until is not None
    if status is None or not (status.is_approved or lapsed):
        raise InvalidArgumentError(
            f"The bundle {bundle.sid} is not approved but {status.value if status else 'of no status'}: "
            "only an approval can be renewed",
            argument="bundle_sid",
        )


class _Renewal:
    """One renewal."""

    def __init__(
        self,
        calls: Calls,
        once: Once,
        original: Bundle,
        documents: list[DocumentDetails],
        files: list[File | None],
    ) -> None:
        self._calls = calls
        self._once = once
        self._original = original
        self._sid = original.sid or ""
        self._documents = documents
        self._files = files

    async def run(self, wait: Wait) -> ReviewedBundle:
        """Carry out all steps from the copy to the replaced items."""
        papers = await papers_among(self._calls, await self._items(self._sid))
        old = [paper for paper in papers.values() if paper is not None]
        documents = [_completed(each, old) for each in self._documents]
        regulation = await self._regulation()
        _check(regulation, documents)
        contents = digest(
            [
                (each.type, each.attributes, each.sid, file and file.mark)
                for each, file in zip(documents, self._files, strict=True)
            ]
        )
        submission = Submission(self._calls, self._once)
        copy = await kept_bundle(self._calls, await self._copy())
        if await submission.open(copy, contents, renewal=True):
            objects = await self._objects(copy.sid or "", documents)
            await submission.carry_out(copy, objects, contents, documents)
        decided = await wait(copy.sid or "")
        if decided.status is None or not decided.status.is_approved:
            return decided
        await self._replace(copy.sid or "")
        return await reviewed(self._calls, await self._calls.bundles.fetch(self._sid))

    async def _regulation(self) -> Regulation:
        sid = self._original.regulation_sid
        if not sid:
            raise InvalidArgumentError(
                f"The bundle {self._sid} names no regulation, so it cannot be told what it needs",
                argument="bundle_sid",
            )
        return await self._calls.regulations.fetch(sid, include_constraints=True)

    async def _items(self, bundle_sid: str) -> list[str]:
        return [each.object_sid async for each in self._calls.bundles.items(bundle_sid) if each.object_sid]

    async def _copy(self) -> str:
        async def there() -> list[str]:
            return [each.sid async for each in self._calls.bundles.copies(self._sid) if each.sid]

        async def find(before: AbstractSet[str]) -> str | None:
            return next((sid for sid in await there() if sid not in before), None)

        async def create() -> str:
            name = f"Renewal of {self._sid}"
            return (await self._calls.bundles.copy(self._sid, friendly_name=name)).sid or ""

        return await self._once.once(digest("copy", self._sid), find=find, create=create, before=there)

    async def _objects(self, copy_sid: str, documents: list[DocumentDetails]) -> list[str]:
        """The items that the copy is to hold: its own, with the new documents in the place of those of their types."""
        parts = Parts(self._calls, self._once)
        new = [
            await parts.document(each, each.attributes, file)
            for each, file in zip(documents, self._files, strict=True)
        ]
        objects = await self._items(copy_sid)
        papers = await papers_among(self._calls, objects)
        replaced = {fold(each.type) for each in documents}
        out = {sid for sid, paper in papers.items() if paper is None or fold(paper.type or "") in replaced}
        return [*(sid for sid in objects if sid not in out), *new]

    async def _replace(self, copy_sid: str) -> None:
        """Put the items of the copy into the bundle that numbers use, if they are not there yet."""
        wanted = set(await self._items(copy_sid))
        if set(await self._items(self._sid)) == wanted:
            return
        try:
            await self._calls.bundles.replace_items(self._sid, copy_sid)
        except TwilioNumbersError as error:
            if not error.may_have_been_processed or set(await self._items(self._sid)) != wanted:
                raise


def _completed(new: DocumentDetails, old: Iterable[SupportingDocument]) -> DocumentDetails:
    """Complete a new document with the attributes of the document of its type that it replaces."""
    attributes = normal(new.attributes)
    before = next((each for each in old if fold(each.type or "") == fold(new.type)), None)
    known = {} if before is None or new.sid else before.attributes or {}
    kept = {name: value for name, value in known.items() if not is_given(attributes, name)}
    return msgspec.structs.replace(new, attributes={**kept, **attributes})


def _check(regulation: Regulation, documents: list[DocumentDetails]) -> None:
    for one in document_value_problems(regulation, documents):
        raise InvalidArgumentError(one.message, argument=one.argument)
