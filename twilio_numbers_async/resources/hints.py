"""Hints for errors in which Twilio refuses a step: the call that helps."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager

from ..errors import ApiError, ConflictError

__all__ = ["compliance_hints", "hosting_hints"]

_ADDRESS = "Get one with twilio.addresses.ensure(...), and give its SID as address_sid"
_BUNDLE = (
    "See what the country requires with twilio.regulations.find(country, number_type, end_user_type), plan it with "
    "plan_bundle(...), create it with twilio.bundles.create_all(plan), wait with twilio.bundles.wait(...) for its "
    "approval, and give its SID as bundle_sid"
)
_COMPLIANCE = {
    21615: _ADDRESS,
    21631: _ADDRESS,
    21649: _BUNDLE,
    21650: "Give the SID of the identity as identity_sid; where the country has a regulation (see "
    "twilio.regulations.list(iso_country=...)), an approved bundle stands for it: twilio.bundles.create_all(plan)",
    22204: "Set the others first, then the status, in a request of its own",
    22226: "Give a copy of the bundle that was approved: see twilio.bundles.copy(bundle_sid)",
}
_HOSTING = {
    22111: "An order's status can be set to pending-verification only: see twilio.hosted_number_orders.verify(sid)",
    22114: "See its status with twilio.hosted_number_orders.fetch(sid). Three calls are made for an order at most",
}
_ORDERED = "The number may have an order already: see twilio.hosted_number_orders.list(phone_number=...)"


@contextmanager
def _hints(by_code: Mapping[int, str], of_conflicts: str | None = None) -> Generator[None]:
    try:
        yield
    except ApiError as error:
        hint = by_code.get(error.code or 0) or (of_conflicts if isinstance(error, ConflictError) else None)
        if hint is not None:
            error.with_hint(hint)
        raise


def compliance_hints() -> AbstractContextManager[None]:
    """Add to errors in which Twilio asks for an address, a bundle or an identity the call that gets it."""
    return _hints(_COMPLIANCE)


def hosting_hints() -> AbstractContextManager[None]:
    """Add to refusals of hosting the call that helps."""
    return _hints(_HOSTING, _ORDERED)
