"""``twilio-numbers numbers``."""
