"""Adds the stubs, and the modules of the public names."""

from pathlib import Path

from twilio_numbers_async import _lazy

_root = Path(_lazy.__file__).parent

datas = [(str(stub), str(stub.parent.relative_to(_root.parent))) for stub in _root.rglob("__init__.pyi")]
hiddenimports = _lazy.modules_of("twilio_numbers_async")
