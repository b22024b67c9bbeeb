"""Answers that hold what must not be shown: their repr names a few fields alone."""

from __future__ import annotations

from typing import Any, ClassVar

from .base import Answer


class GuardedAnswer(Answer, frozen=True, kw_only=True):
    """The base of answers with personal data or secrets. The repr, rich's too, shows the fields of ``_shown``."""

    _shown: ClassVar[tuple[str, ...]] = ("sid",)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._shown)
        return f"{type(self).__name__}({fields})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in self._shown]
