"""Numbers v2: what regulatory compliance says."""
