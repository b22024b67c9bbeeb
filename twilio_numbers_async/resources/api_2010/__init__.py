"""2010-04-01: addresses and accounts."""
