"""Finds out how many connections this process may open."""

from __future__ import annotations

from pathlib import Path

try:
    import resource
except ImportError:  # pragma: no cover - Windows has no such limit
    resource = None  # type: ignore[assignment]

__all__ = ["connections_allowed"]

_SPARE = 32
"""Descriptors that are left to files, journals and name look-ups."""


def connections_allowed() -> int | None:
    """Connections that still fit into the process's limit of open files; None where there is none to be found."""
    if resource is None:  # pragma: no cover - see above
        return None
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return None
    try:
        used = sum(1 for _ in Path("/dev/fd").iterdir())
    except OSError:
        used = 0
    return max(1, limit - used - _SPARE)
