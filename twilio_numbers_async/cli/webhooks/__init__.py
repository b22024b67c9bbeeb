"""``twilio-numbers webhooks``."""
