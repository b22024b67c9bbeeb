"""Adds the modules of the command, which imports those of its own commands when they are called."""

from pathlib import Path

from twilio_numbers_async import _lazy

_root = Path(_lazy.__file__).parent
_files = sorted((_root / "cli").rglob("*.py"))

hiddenimports = [
    ".".join(file.with_suffix("").relative_to(_root.parent).parts).removesuffix(".__init__")
    for file in _files
]
