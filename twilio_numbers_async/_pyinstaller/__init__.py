"""Hooks for PyInstaller, which sees neither the stubs of `_lazy` nor the modules that they name."""

from __future__ import annotations

from pathlib import Path

__all__ = ["hook_dirs"]


def hook_dirs() -> list[str]:
    """Returns the folder of the hooks, to PyInstaller's entry point."""
    return [str(Path(__file__).parent)]
