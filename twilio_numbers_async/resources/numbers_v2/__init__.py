"""Numbers v2: regulatory compliance and hosting."""
