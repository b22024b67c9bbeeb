"""The journal of a bundle."""

from __future__ import annotations

from ..work.steps import StepJournal

__all__ = ["BundleJournal"]


class BundleJournal(StepJournal):
    """The steps of a bundle's way."""

    application_id = 0x544E4231  # "TNB1"
    what = "bundles"
