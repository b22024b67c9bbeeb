"""Numbers v2: regulatory compliance, as the sandbox does it."""
