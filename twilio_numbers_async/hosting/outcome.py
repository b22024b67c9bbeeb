"""The outcome of one number of a plan."""

from __future__ import annotations

from ..errors import TwilioNumbersError
from ..models import HostedNumberOrder
from ..work.outcome import CreationOutcome
from .advice import order_advice

__all__ = ["HostingOutcome"]


class HostingOutcome(CreationOutcome[HostedNumberOrder], frozen=True):
    """The outcome of one number of a plan: ``input`` is the number, ``result`` its order.

    ``from_journal`` is True for an order that an earlier run created.
    """

    was_there: bool = False
    """True for an order that was there already and that no run with the journal created."""
    letter_error: TwilioNumbersError | None = None
    """The reason why the letter for the order could not be sent; None if nothing was to be sent, or it was sent."""

    @property
    def advice(self) -> str | None:
        """The advice, in one sentence; None if there is nothing to do or no order."""
        return None if self.result is None else order_advice(self.result)
