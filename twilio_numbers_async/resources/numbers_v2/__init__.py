"""Numbers v2: regulatory compliance."""
