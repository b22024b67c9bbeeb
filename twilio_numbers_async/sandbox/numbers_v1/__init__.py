"""Numbers v1, as the sandbox does it."""
