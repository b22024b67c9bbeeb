"""``python -m twilio_numbers_async.sandbox``."""

from __future__ import annotations

import sys

from .standalone import main

if __name__ == "__main__":
    sys.exit(main())
