"""The contents of bundles and their evaluations."""

from __future__ import annotations

from ...compliance.changes import BundleChange
from ...models.numbers_v2.bundles import Evaluation, EvaluationPage, ItemAssignment, ItemAssignmentPage
from ...models.sids import check_sid
from ...paging import PageQuery, Pager
from ..base import Resource
from ..endpoints import delete, get, post
from .attributes import checked_object_sid

__all__ = ["BUNDLES", "BundleContents", "checked_bundle_sid"]

BUNDLES = "/v2/RegulatoryCompliance/Bundles"
_OF_ONE = f"{BUNDLES}/{{BundleSid}}"

ASSIGN = post(
    "CreateItemAssignment",
    f"{_OF_ONE}/ItemAssignments",
    ItemAssignment,
    echoes=("bundle_sid",),
    receipt="sid",
    settled_by="look for it with twilio.bundles.items(bundle_sid)",
)
ITEMS = get("ListItemAssignment", f"{_OF_ONE}/ItemAssignments", ItemAssignmentPage)
ITEM = get(
    "FetchItemAssignment", f"{_OF_ONE}/ItemAssignments/{{Sid}}", ItemAssignment, echoes=("bundle_sid", "sid")
)
UNASSIGN = delete("DeleteItemAssignment", f"{_OF_ONE}/ItemAssignments/{{Sid}}")
EVALUATE = post(
    "CreateEvaluation",
    f"{_OF_ONE}/Evaluations",
    Evaluation,
    echoes=("bundle_sid",),
    receipt="sid",
    settled_by="look for it with twilio.bundles.evaluations(bundle_sid)",
)
EVALUATIONS = get("ListEvaluation", f"{_OF_ONE}/Evaluations", EvaluationPage)
EVALUATION = get(
    "FetchEvaluation", f"{_OF_ONE}/Evaluations/{{Sid}}", Evaluation, echoes=("bundle_sid", "sid")
)


class BundleContents(Resource):
    """Twilio's own operations on what bundles hold."""

    async def _check_change(self, bundle_sid: str, change: BundleChange, argument: str) -> None:
        """Look at the bundle before it is changed. ``BundlesResource`` does so; workflows know its status."""

    async def assign(self, bundle_sid: str, object_sid: str) -> ItemAssignment:
        """Put an end user (``IT...``) or a document (``RD...``) into a bundle (``BU...``), which must be a draft.

        It is never sent twice. Raises InvalidArgumentError, before anything is changed, for a bundle that waits for its
        review, is in it or is approved. Source: FetchBundle, CreateItemAssignment.
        """
        form = {"ObjectSid": checked_object_sid(object_sid, "object_sid")}
        at = checked_bundle_sid(bundle_sid)
        await self._check_change(at, BundleChange.CONTENTS, "bundle_sid")
        return await self._post(ASSIGN, at, form=form)

    def items(
        self,
        bundle_sid: str,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[ItemAssignment]:
        """List the items of a bundle (``BU...``). Source: ListItemAssignment."""
        at = checked_bundle_sid(bundle_sid)
        return self._rows(ITEMS, lambda page: page.results, PageQuery(page_size, limit, after), at)

    async def item(self, bundle_sid: str, assignment_sid: str) -> ItemAssignment:
        """Fetch one item of a bundle: ``assignment_sid`` is ``BV...``. Raises NotFoundError. Source:
        FetchItemAssignment.
        """
        return await self._caller.call(
            ITEM, checked_bundle_sid(bundle_sid), check_sid(assignment_sid, "BV", "assignment_sid")
        )

    async def unassign(self, bundle_sid: str, assignment_sid: str) -> None:
        """Take something out of a bundle, which must be a draft: ``assignment_sid`` is ``BV...``.

        Raises InvalidArgumentError, before anything is changed, for a bundle that waits for its review, is in it or is
        approved. Source: FetchBundle, DeleteItemAssignment.
        """
        at = checked_bundle_sid(bundle_sid), check_sid(assignment_sid, "BV", "assignment_sid")
        await self._check_change(at[0], BundleChange.CONTENTS, "bundle_sid")
        await self._caller.call(UNASSIGN, *at)

    async def evaluate(self, bundle_sid: str) -> Evaluation:
        """Evaluate a bundle (``BU...``) against its regulation. The answer has the findings, by requirement and field.

        It is never sent twice. Source: CreateEvaluation.
        """
        return await self._post(EVALUATE, checked_bundle_sid(bundle_sid), form={})

    def evaluations(
        self,
        bundle_sid: str,
        *,
        page_size: int | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Pager[Evaluation]:
        """List the evaluations of a bundle (``BU...``). Source: ListEvaluation."""
        at = checked_bundle_sid(bundle_sid)
        return self._rows(EVALUATIONS, lambda page: page.results, PageQuery(page_size, limit, after), at)

    async def evaluation(self, bundle_sid: str, sid: str) -> Evaluation:
        """Fetch one evaluation (``EL...``) of a bundle. Raises NotFoundError. Source: FetchEvaluation."""
        return await self._caller.call(
            EVALUATION, checked_bundle_sid(bundle_sid), check_sid(sid, "EL", "sid")
        )


def checked_bundle_sid(bundle_sid: str) -> str:
    """The SID of a bundle (``BU...``)."""
    return check_sid(bundle_sid, "BU", "bundle_sid")
