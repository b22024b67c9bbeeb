"""Numbers v2: the paging part of a list, whose pages name the next one by its URL."""

from __future__ import annotations

from ..base import Answer


class UrlPageMeta(Answer, frozen=True, kw_only=True):
    """The paging part of a page."""

    first_page_url: str | None = None
    """The address of the first page."""
    key: str | None = None
    """The name of the list in the answer."""
    next_page_url: str | None = None
    """The address of the next page; None on the last."""
    page: int | None = None
    """The number of this page, from 0."""
    page_size: int | None = None
    """The number of rows on a page."""
    previous_page_url: str | None = None
    """The address of the page before; None on the first."""
    url: str | None = None
    """The address of this page."""


class UrlPage(Answer, frozen=True, kw_only=True):
    """A page of a list."""

    meta: UrlPageMeta | None = None
    """The paging part."""

    @property
    def next_page(self) -> str | None:
        """The address of the next page; None on the last."""
        return self.meta.next_page_url if self.meta else None
