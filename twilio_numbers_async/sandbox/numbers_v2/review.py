"""The review of bundles: moved on by a test, or by itself.

``pace``: seconds after which a submitted bundle is in review, and as many more after which it is approved (None: only a
test moves it). Each change of the status is sent to the bundle's ``StatusCallback``: a form with ``AccountSid``,
``BundleSid``, ``Status`` and ``FailureReason``, which is an assumption, signed like any form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from ..routing import PUBLIC_HOST
from .evaluation import Result, is_compliant, label_of, result_of
from .papers import Bundle, Papers
from .regulations import ROOT
from .tables import regulations

Tell = Callable[[str, str, Mapping[str, str]], None]
"""Sends a form to a URL, for an account."""

_REJECTED_DOCUMENT = 18601
_REJECTED = "twilio-rejected"


class Review:
    """Moves bundles on."""

    def __init__(self, papers: Papers, tell: Tell, *, pace: float | None) -> None:
        self._papers = papers
        self._tell = tell
        self._pace = pace
        self._serial = count(1)

    def set(self, bundle: Bundle, status: str, reason: str | None = None) -> None:
        """Give a bundle another status, and send its callback."""
        if bundle.status == status:
            return
        bundle.status = status
        bundle.date_updated = self._papers.stamp()
        if bundle.status_callback:
            form = {"AccountSid": bundle.account_sid, "BundleSid": bundle.sid, "Status": status}
            if reason:
                form["FailureReason"] = reason
            self._tell(bundle.status_callback, bundle.account_sid, form)

    def submit(self, bundle: Bundle) -> None:
        """Take a bundle in for review."""
        self.set(bundle, "pending-review")
        for document in self._papers.documents_in(bundle):
            if document.status == "draft":
                document.status = "pending-review"
        if bundle.is_test:
            self.reject(bundle.sid)
        elif self._pace is not None:
            self._papers.state.schedule(self._pace, lambda: self._move_on(bundle, "pending-review"))

    def _move_on(self, bundle: Bundle, status: str) -> None:
        if bundle.status != status or self._pace is None:
            return
        if status == "pending-review":
            self.set(bundle, "in-review")
            self._papers.state.schedule(self._pace, lambda: self._move_on(bundle, "in-review"))
        else:
            self.approve(bundle.sid)

    @property
    def sids(self) -> tuple[str, ...]:
        """The SIDs of the bundles of the sandbox's own account, the oldest first."""
        own = self._papers.state.accounts.own
        return tuple(bundle.sid for bundle in self._papers.bundles.rows_of(own.sid).values())

    def review(self, bundle_sid: str) -> None:
        """Take a submitted bundle (``BU...``) in review. LookupError for an unknown one."""
        self.set(self._submitted(bundle_sid), "in-review")

    def approve(self, bundle_sid: str, *, valid_until: dt.datetime | None = None) -> None:
        """Approve a submitted bundle (``BU...``), for ever or until then. ValueError for one that was not submitted."""
        bundle = self._submitted(bundle_sid)
        for document in self._papers.documents_in(bundle):
            document.status = "approved"
        bundle.valid_until = valid_until
        self.set(bundle, "twilio-approved")

    def reject(self, bundle_sid: str, *, field: str | None = None, reason: str | None = None) -> None:
        """Reject a submitted bundle (``BU...``), for a field (its machine name) if one is named."""
        bundle = self._submitted(bundle_sid)
        if field is not None:
            reason = reason or f"{label_of(field)} does not match"
            self._mark(bundle, field, reason)
        self.set(bundle, _REJECTED, reason)

    def expire(self, bundle_sid: str) -> None:
        """End the approval of a bundle (``BU...``) now: Twilio calls that rejected."""
        bundle = self._papers.bundles.known(bundle_sid)
        if bundle.status != "twilio-approved":
            raise ValueError("bundle_sid: expected an approved bundle")
        bundle.valid_until = self._papers.state.now()
        self.set(bundle, _REJECTED)

    def evaluated(self, bundle: Bundle, results: list[Result]) -> dict[str, Any]:
        """Keep an evaluation."""
        sid = self._papers.state.new_sid("EL")
        made: dict[str, Any] = {
            "sid": sid,
            "account_sid": bundle.account_sid,
            "regulation_sid": bundle.regulation_sid,
            "bundle_sid": bundle.sid,
            "status": "compliant" if is_compliant(results) else "noncompliant",
            "results": results,
            "date_created": self._papers.stamp(),
            "url": f"{PUBLIC_HOST}{ROOT}/Bundles/{bundle.sid}/Evaluations/{sid}",
        }
        bundle.evaluations[next(self._serial)] = made
        return made

    def _submitted(self, bundle_sid: str) -> Bundle:
        bundle = self._papers.bundles.known(bundle_sid)
        if bundle.status not in {"pending-review", "in-review"}:
            raise ValueError("bundle_sid: expected a bundle that was submitted")
        return bundle

    def _mark(self, bundle: Bundle, field: str, reason: str) -> None:
        """Note the reason at the field: on its document, or in an evaluation."""
        for document in self._papers.documents_in(bundle):
            if field in document.attributes:
                document.status, document.failure_reason = "rejected", reason
                document.errors = [{"code": _REJECTED_DOCUMENT, "message": reason, "object_field": field}]
                return
        regulation = regulations().get(bundle.regulation_sid or "")
        kind = regulation.end_user_type if regulation else "business"
        label = kind.capitalize()
        self.evaluated(bundle, [result_of(label, kind, f"{kind}_info", label, [], [field], reason=reason)])
