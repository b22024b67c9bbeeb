"""``python -m twilio_numbers_async``: the ``twilio-numbers`` command."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main()
