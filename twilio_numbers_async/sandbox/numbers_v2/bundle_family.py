"""The paths and the form of bundles, and the making of one, for all operations on bundles."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from ..routing import PUBLIC_HOST, Call, Family, found
from ..state import timestamp
from .papers import Bundle, Papers
from .regulations import ROOT
from .review import Review

BUNDLES = f"{ROOT}/Bundles"
BUNDLE = f"{BUNDLES}/{{BundleSid}}"
BundleSid = Annotated[str, Meta(pattern="^BU[0-9a-fA-F]{32}$")]


class BundleFamily(Family):
    """Operations on the bundles of an account."""

    def __init__(self, papers: Papers, review: Review) -> None:
        self._papers = papers
        self._review = review

    def _of(self, call: Call) -> Bundle:
        bundle = found(call, self._papers.bundles.find(call.account.sid, call.params["BundleSid"]))
        self._papers.lapse(bundle)
        return bundle

    def _new(
        self, account_sid: str, regulation_sid: str | None, name: str, email: str, callback: str | None
    ) -> Bundle:
        now = self._papers.stamp()
        return self._papers.bundles.add(
            Bundle(
                sid=self._papers.state.new_sid("BU"),
                account_sid=account_sid,
                regulation_sid=regulation_sid,
                friendly_name=name,
                email=email,
                status_callback=callback or None,
                date_created=now,
                date_updated=now,
            )
        )


def bare(bundle: Bundle) -> dict[str, object]:
    """A bundle in the form of a copy's answer."""
    fields: dict[str, object] = msgspec.structs.asdict(bundle)
    for name in ("is_test", "copy_of", "items", "evaluations"):
        del fields[name]
    return fields | {"valid_until": None if bundle.valid_until is None else timestamp(bundle.valid_until)}


def shown(bundle: Bundle) -> dict[str, object]:
    """A bundle with its URL and the URLs of its resources."""
    url = f"{PUBLIC_HOST}{BUNDLES}/{bundle.sid}"
    links = {
        "evaluations": f"{url}/Evaluations",
        "item_assignments": f"{url}/ItemAssignments",
        "bundle_copies": f"{url}/Copies",
    }
    return {**bare(bundle), "url": url, "links": links}
