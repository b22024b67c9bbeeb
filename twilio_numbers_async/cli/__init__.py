"""The ``twilio-numbers`` command. It needs the extra ``cli``: typer and rich."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command; it ends with its exit code."""
    _open_what_is_closed()
    try:
        _needs("typer", "rich")
        from .app import app

        try:
            app()
        finally:
            sys.stdout.flush()  # what fails as Python ends is not told well
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:  # commands raise none: the output of help or of the version failed
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        print(f"The output cannot be written: {error.strerror or error}", file=sys.stderr)
        sys.exit(1)


def _open_what_is_closed() -> None:
    """Give a process that was started without a standard output or error one that swallows all."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_WRONLY)
            setattr(sys, name, os.fdopen(descriptor, "w", encoding="utf-8", closefd=False))


def _needs(*names: str) -> None:
    from importlib import import_module

    try:
        for name in names:
            import_module(name)
    except ModuleNotFoundError as error:
        print(f"twilio-numbers needs {error.name}: pip install 'twilio-numbers-async[cli]'", file=sys.stderr)
        sys.exit(2)
