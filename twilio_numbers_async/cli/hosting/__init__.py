"""``twilio-numbers hosting``."""
