"""``twilio-numbers port-ins``."""
