"""Checks a bundle's status before anything of it is changed."""

from __future__ import annotations

import enum

from ..errors import InvalidArgumentError
from ..models.numbers_v2.bundles import Bundle, BundleStatus

__all__ = ["BundleChange", "check_change"]

_WAITING = frozenset({BundleStatus.PENDING_REVIEW})
_IN_REVIEW = frozenset({BundleStatus.IN_REVIEW})
_APPROVED = frozenset({BundleStatus.TWILIO_APPROVED, BundleStatus.PROVISIONALLY_APPROVED})


class BundleChange(enum.Enum):
    """A change, in words, and the statuses in which Twilio does not take it."""

    CONTENTS = "its contents cannot be changed", _WAITING | _IN_REVIEW | _APPROVED
    STATUS = "its status cannot be set", _IN_REVIEW | _APPROVED
    SUBMISSION = "it cannot be submitted", _IN_REVIEW | _APPROVED
    DELETION = "it cannot be deleted", _WAITING | _IN_REVIEW


def check_change(bundle: Bundle, change: BundleChange, argument: str) -> None:
    """Raise InvalidArgumentError with advice if the bundle's status rules the change out."""
    what, refused = change.value
    status = bundle.status
    if status is None or status not in refused:
        return  # what is not known here is Twilio's to judge
    raise InvalidArgumentError(
        f"{argument}: the bundle {bundle.sid} is no draft but {status.value}: {what}. {_advice(status)}",
        argument=argument,
    )


def _advice(status: BundleStatus) -> str:
    if status in _WAITING:
        return "Take it back first: twilio.bundles.update(sid, status='draft')"
    if status in _IN_REVIEW:
        return "Wait for the end of the review: twilio.bundles.wait(sid)"
    return (
        "Change a copy of it: twilio.bundles.renew(sid, documents=[...]), or copy, submit and replace_items"
    )
