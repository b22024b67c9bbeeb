"""The journal of a bundle."""

from __future__ import annotations

from ..work.steps import StepJournal

__all__ = ["BundleJournal"]


class BundleJournal(StepJournal):
    """A journal of a bundle's steps from its parts to its review."""

    application_id = 0x544E4231  # "TNB1"
    what = "bundles"
