"""Numbers v2: what regulatory compliance and hosting say."""
