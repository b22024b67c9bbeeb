"""``twilio-numbers check`` and ``eligibility``."""
