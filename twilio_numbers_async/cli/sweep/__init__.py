"""``twilio-numbers sweep``."""
