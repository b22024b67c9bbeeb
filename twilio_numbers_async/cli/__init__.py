"""The ``twilio-numbers`` command. It needs the extra ``cli``: typer and rich."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command; it ends with its exit code."""
    try:
        _needs("typer", "rich")
        from .app import app

        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except SystemExit:
        _write_out()
        raise


def _write_out() -> None:
    """Write what is left for standard output while it can still be said that it cannot be."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        if isinstance(error, BrokenPipeError):
            sys.exit(141)
        print(f"Standard output cannot be written: {error.strerror or error}", file=sys.stderr)
        sys.exit(1)


def _needs(*names: str) -> None:
    from importlib import import_module

    try:
        for name in names:
            import_module(name)
    except ModuleNotFoundError as error:
        print(f"twilio-numbers needs {error.name}: pip install 'twilio-numbers-async[cli]'", file=sys.stderr)
        sys.exit(2)
